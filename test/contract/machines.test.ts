import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { listLabs, openLab, up, type Lab } from '../../src/index.js';
import { locateEngine, openEngine } from '../../src/runtime/docker/engine.js';
import { labels, ownerOf } from '../../src/runtime/docker/names.js';
import { runtimeNamed } from '../../src/runtime/registry.js';
import type { Conductor } from '../../src/runtime/swarm/conductor/conductor.js';
import { ownerOnSwarm, relayName } from '../../src/runtime/swarm/names.js';
import { pollUntil } from '../../src/support/poll.js';
import {
  contractSandbox,
  everywhere,
  forEachRuntime,
  inNode,
  labFor,
  settled,
  topologyOf,
  whoAnswers,
} from '../support/contract.js';
import { checkout } from '../support/sandbox.js';
import { leftOnSwarm, swarmBed } from '../support/swarm-bed.js';

const { states } = contractSandbox();
const run = promisify(execFile);

/** The near instance, and the far one with its router, have a machine each. */
const topology = topologyOf(`
name: machines
nodes:
  client:   {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  near:     {kind: host}
  far:      {kind: host}
links:
  - [client, router1]
  - [router1, near]
  - [router1, router2]
  - [router2, far]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [near, far]}
place:
  client:   {machine: manager}
  router1:  {machine: manager}
  near:     {machine: worker1}
  router2:  {machine: [worker2, manager]}
  far:      {machine: [worker2, manager]}
`);
const byNear = everywhere({ client: 'near' });
const byFar = everywhere({ client: 'far' });

async function bed(...words: readonly string[]): Promise<void> {
  // A machine that is started is the bed's, and not this file's: no trace of the file's folders is in it.
  await run(join(checkout, '.ci', 'swarm-bed'), [swarmBed ?? '', ...words], { env: { PATH: process.env['PATH'] } });
}

/** A network of a lab that never began, whose maker has ended. */
async function asLeftByUp(): Promise<void> {
  const owner = ownerOnSwarm(ownerOf(process.env, ''));
  const engine = await openEngine(locateEngine());
  await engine.createNetwork({
    Name: relayName(owner, 'machines'),
    Driver: 'overlay',
    Internal: true,
    Labels: {
      [labels.owner]: owner.id,
      [labels.lab]: 'machines',
      [labels.startedAt]: '2020-01-01T00:00:00.000Z',
      [labels.maker]: 'elsewhere 1 1 1',
    },
  });
}

/** A machine that was taken away is there again, and the swarm has noticed. */
async function bringBack(verb: 'boot' | 'heal', machine: string): Promise<void> {
  await bed(verb, machine);
  const { machines = async () => Promise.resolve([]) } = runtimeNamed('swarm').capabilities;
  const { held } = await pollUntil(machines, (found) => found.some(({ name }) => name === machine), {
    everyMs: 200,
    deadlineMs: 60_000,
  });
  if (!held) throw new Error(`${machine} is not in the swarm again`);
}

/** Does it to a machine, and undoes it at the end of the test at the latest: the next one has the whole bed. */
async function takeAway(t: ExecutionContext, verb: 'crash' | 'cut', machine: string): Promise<() => Promise<void>> {
  await bed(verb, machine);
  let isBack = false;
  const back = async (): Promise<void> => {
    if (isBack) return;
    await bringBack(verb === 'crash' ? 'boot' : 'heal', machine);
    isBack = true;
  };
  t.teardown(back);
  return back;
}

const faultsOf = async (lab: Lab) =>
  (await lab.inspect([])).faults.map(({ target, how, cause }) => ({ target, how, cause }));
const stateOf = async (lab: Lab, node: string) =>
  (await lab.inspect([])).nodes.find(({ name }) => name === node)?.state;

forEachRuntime((runtime) => {
  if (runtime === 'swarm') return;
  test(`${runtime}: a scenario that breaks a machine is refused before anything is deployed`, async (t) => {
    const step = { action: 'fail', target: 'machine@worker1', how: 'crash', settings: {} } as const;
    const scenario = [
      { kind: 'change', title: 'fail machine@worker1', parts: [step], expect: topology.expect },
    ] as const;
    const error = await t.throwsAsync(up({ ...topology, scenario, play: 'up' }, { runtime }), {
      code: 'RUNTIME_UNFIT',
    });
    t.regex(error.message, new RegExp(`machine@worker1, and a lab on ${runtime} is on one machine`));
    t.deepEqual(await runtimeNamed(runtime).list(), []);
  });
});

if (swarmBed !== undefined) {
  test.serial('swarm: all nodes of a machine lose their power, or it is cut off, and are restored', async (t) => {
    const { lab } = await labFor(t, 'swarm', topology);
    t.deepEqual(await whoAnswers(lab), byNear);
    const crash = await lab.fail('machine@worker1', settled);
    t.like(crash, { target: 'machine@worker1', how: 'crash', settled: true });
    t.deepEqual(await whoAnswers(lab), byFar);
    t.is(await stateOf(lab, 'near'), 'crashed');
    t.deepEqual(await faultsOf(lab), [{ target: 'machine@worker1', how: 'crash', cause: undefined }]);
    await t.throwsAsync(lab.fail('machine@worker3', settled), { code: 'TARGET_UNKNOWN' });
    await t.throwsAsync(lab.fail('machine@worker1', settled), { code: 'FAULT_STATE' });
    t.true((await lab.restore('machine@worker1', settled)).settled);
    t.deepEqual(await whoAnswers(lab), byNear);
    t.true((await lab.fail('machine@worker1', { ...settled, how: 'partition' })).settled);
    t.deepEqual(await whoAnswers(lab), byFar);
    t.is(await stateOf(lab, 'near'), 'up');
    t.true((await lab.restore('machine@worker1', settled)).settled);
    t.deepEqual(await whoAnswers(lab), byNear);
  });

  test.serial('swarm: what a killed command has left goes, or is mended by the next one', async (t) => {
    await asLeftByUp();
    t.like(await listLabs(), [{ lab: 'machines', phase: 'dead' }]);
    const { lab } = await labFor(t, 'swarm', topology);
    const connection = await runtimeNamed('swarm').connect('machines');
    t.teardown(() => {
      connection.close();
    });
    const agent = (connection.agent as Conductor).crew.of('router1').agent;
    const atOneEnd = async (action: 'fail' | 'restore'): Promise<void> => {
      const parts = [{ action, target: 'router1/near', how: 'down' } as const];
      // The link has no carrier while its other end is down: routing cannot settle.
      await agent.call('step', { parts, deadlineMs: 1000 });
    };
    const endOfNear = async (): Promise<string> => inNode(t, lab, 'near', ['ip', '-o', 'link', 'show', 'eth1']);
    await atOneEnd('fail');
    t.regex(await endOfNear(), /[,<]UP[,>]/);
    t.deepEqual(await faultsOf(lab), [{ target: 'router1/near', how: 'down', cause: undefined }]);
    t.notRegex(await endOfNear(), /[,<]UP[,>]/, 'what was never made is made');
    await atOneEnd('restore');
    t.notRegex(await endOfNear(), /[,<]UP[,>]/);
    t.deepEqual(await faultsOf(lab), []);
    t.regex(await endOfNear(), /[,<]UP[,>]/, 'what has ended ends');
    await t.throwsAsync(lab.restore('router1/near', settled), { code: 'FAULT_STATE' });
    t.true((await lab.fail('router1/near', settled)).settled);
    t.true((await lab.restore('router1/near', settled)).settled);
    t.deepEqual(await whoAnswers(lab), byNear);
  });

  test.serial('swarm: a machine that is really lost is named, and restored when it is back', async (t) => {
    const made = await labFor(t, 'swarm', topology);
    t.true((await made.lab.fail('router1/near', settled)).settled);
    const boot = await takeAway(t, 'crash', 'worker2');
    const lab = await openLab('machines');
    t.teardown(() => {
      lab.close();
    });
    t.deepEqual(lab.record.lost, [{ machine: 'worker2', nodes: ['far', 'router2'] }]);
    t.deepEqual(await whoAnswers(lab), everywhere({ client: null }));
    t.is(await stateOf(lab, 'far'), 'lost');
    t.deepEqual(await faultsOf(lab), [
      { target: 'router1/near', how: 'down', cause: undefined },
      { target: 'machine@worker2', how: 'crash', cause: 'lost' },
    ]);
    await t.throwsAsync(lab.fail('far', settled), { code: 'FAULT_STATE' });
    await t.throwsAsync(lab.exec('far', ['true']), { code: 'FAULT_STATE' });
    t.true((await lab.restore('router1/near', settled)).settled, 'the rest of it works');
    t.deepEqual(await whoAnswers(lab), byNear);
    await boot();
    t.true((await lab.restore('machine@worker2', settled)).settled);
    t.deepEqual(await faultsOf(lab), []);
    t.true((await lab.fail('near', settled)).settled);
    t.deepEqual(await whoAnswers(lab), byFar, 'what is back serves');
  });

  test.serial('swarm: what a machine that stays away had is started on another one, and ends there', async (t) => {
    const made = await labFor(t, 'swarm', topology);
    t.true((await made.lab.fail('router1/near', settled)).settled);
    t.deepEqual(await whoAnswers(made.lab), byFar);
    const heal = await takeAway(t, 'cut', 'worker2');
    const lab = await openLab('machines');
    t.teardown(() => {
      lab.close();
    });
    t.deepEqual(await whoAnswers(lab), everywhere({ client: null }));
    const step = await lab.restore('machine@worker2', settled);
    t.true(step.settled, step.pending.join('; '));
    t.deepEqual(step.moved, [{ name: 'manager', nodes: ['far', 'router2'] }]);
    t.deepEqual(await whoAnswers(lab), byFar);
    t.is((await lab.exec('far', ['true'])).exitCode, 0);
    t.deepEqual(await faultsOf(lab), [{ target: 'router1/near', how: 'down', cause: undefined }]);
    const crash = await lab.fail('router1/router2', settled);
    t.true(crash.settled, 'both ends of a link within one machine lose its carrier');
    t.deepEqual(await whoAnswers(lab), everywhere({ client: null }));
    t.true((await lab.restore('router1/router2', settled)).settled);
    await heal();
    const { held } = await pollUntil(
      async () => (await leftOnSwarm(states)).filter((each) => /^container .* on worker2$/.test(each)),
      (left) => left.length === 0,
      { everyMs: 500, deadlineMs: 60_000 },
    );
    t.true(held, 'the nodes that it had go on there');
    const again = await openLab('machines');
    t.teardown(() => {
      again.close();
    });
    t.is(again.record.lost, undefined);
    t.deepEqual(await whoAnswers(again), byFar);
    await again.down();
    t.deepEqual(await leftOnSwarm(states), []);
  });

  test.serial('swarm: what is left of a removed lab ends on the machine that comes back', async (t) => {
    const { lab } = await labFor(t, 'swarm', topology);
    const boot = await takeAway(t, 'crash', 'worker2');
    await t.throwsAsync(lab.down(), {
      code: 'ENGINE_UNREACHABLE',
      message: /machines is removed, but not from worker2$/,
    });
    lab.close();
    t.like(await listLabs(), [{ lab: 'machines', phase: 'dead' }]);
    await boot();
    const { held, last } = await pollUntil(
      async () => (await leftOnSwarm(states)).filter((each) => each.startsWith('container')),
      (left) => left.length === 0,
      { everyMs: 500, deadlineMs: 60_000 },
    );
    t.true(held, last.join('\n'));
    await runtimeNamed('swarm').remove('machines');
    t.deepEqual(await leftOnSwarm(states), []);
  });
}
