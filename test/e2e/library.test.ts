import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import {
  diagnose,
  isFit,
  judgeSeen,
  Lab,
  LabError,
  listBundled,
  listLabs,
  loadTopology,
  locateFrr,
  locateTopology,
  openLab,
  planLab,
  playScenario,
  problemsOf,
  readTopology,
  removeAllLabs,
  removeLab,
  renderLab,
  topologyError,
  topologyJsonSchema,
  toStepReport,
  up,
  type Topology,
  type UpEvent,
} from '../../src/index.js';
import { pollUntil } from '../../src/support/poll.js';
import { bundled, contractSandbox, everywhere, settled, whoAnswers } from '../support/contract.js';
import { processesOf } from '../support/host.js';
import { assertNothingLeft, checkout } from '../support/sandbox.js';

const sandbox = contractSandbox();
const figure2 = (): Promise<Topology> => bundled('figure2');

test.afterEach.always('the labs go', () => removeAllLabs());

test.serial('await using takes a lab down at the end of its block', async (t) => {
  {
    const { lab: made, result } = await up(await figure2(), { name: 'block' });
    await using lab = made;
    t.true(lab instanceof Lab);
    t.is(result.lab, lab.name);
    t.deepEqual(
      (await listLabs()).map((each) => each.lab),
      ['block'],
    );
    t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-a' }));
  }
  t.deepEqual(await listLabs(), []);
  await assertNothingLeft(t, sandbox);
});

test.serial('await using takes a lab down when its block throws', async (t) => {
  const failure = new Error('in the block');
  const thrown = await t.throwsAsync(async () => {
    await using lab = (await up(await figure2())).lab;
    t.is(lab.name, 'figure2');
    throw failure;
  });
  t.is(thrown, failure);
  await assertNothingLeft(t, sandbox);
});

test.serial('disposing of a lab that was opened only closes the connection', async (t) => {
  const { lab } = await up(await figure2(), { outlive: true });
  {
    await using opened = await openLab();
    t.deepEqual(await whoAnswers(opened), everywhere({ client1: 'server-a' }));
  }
  t.is((await listLabs()).length, 1);
  await t.throwsAsync(openLab('another'), { instanceOf: LabError, code: 'LAB_NOT_FOUND' });
  t.is(await removeLab(), lab.name);
  await assertNothingLeft(t, sandbox);
});

test.serial('up with a signal that aborts throws its reason, and undoes what was begun', async (t) => {
  const abort = new AbortController();
  const onEvent = (event: UpEvent): void => {
    if (event.kind === 'deploy' && event.progress.phase === 'links') abort.abort();
  };
  await t.throwsAsync(up(await figure2(), { signal: abort.signal, onEvent }), { any: true, name: 'AbortError' });
  t.deepEqual(await listLabs(), []);
  await assertNothingLeft(t, sandbox);

  const late = new AbortController();
  await using lab = (await up(await figure2(), { signal: late.signal })).lab;
  late.abort();
  t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-a' }), 'a lab that is up is no deployment any more');
});

test.serial('events tell the story in its order', async (t) => {
  const kinds: string[] = [];
  const topology = await bundled('figure3');
  await using lab = (
    await up(topology, {
      async onEvent(event) {
        kinds.push(event.kind === 'deploy' ? event.progress.phase : event.kind);
        if (event.kind === 'answers') {
          t.is(event.plan.topology, 'figure3');
          t.deepEqual(await whoAnswers(event.lab), everywhere({ client1: 'server-a' }));
        }
        if (event.kind === 'step') t.is(event.step.title, 'fail server-a');
        if (event.kind === 'stepped') t.like(event.tested.report, { kind: 'change', settled: true });
      },
    })
  ).lab;
  t.deepEqual(kinds.slice(-3), ['answers', 'step', 'stepped']);
  const order = ['routers', 'links', 'converging', 'answers'].map((kind) => kinds.indexOf(kind));
  t.deepEqual(
    [...order].sort((a, b) => a - b),
    order,
    kinds.join(' '),
  );
  t.true(order.every((place) => place >= 0));
  t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-b' }));
});

test.serial("a scenario can be played, and answers judged, on a lab of one's own", async (t) => {
  const topology = await bundled('figure3');
  await using lab = (await up({ ...topology, play: 'test' })).lab;
  t.true(judgeSeen(topology.expect, await lab.who()).every(({ verdict }) => verdict === 'pass'));
  const told: string[] = [];
  const { steps, verdicts } = await playScenario(
    lab,
    topology,
    (event) => Promise.resolve(void told.push(event.kind)),
    { leaveBroken: true },
  );
  t.deepEqual(told, ['step', 'stepped']);
  t.deepEqual(
    verdicts.map(({ verdict }) => verdict),
    ['pass'],
  );
  t.like(steps[0], { title: 'fail server-a', report: { kind: 'change', target: 'server-a', how: 'crash' } });
  t.true(judgeSeen(topology.expect, await lab.who()).every(({ verdict }) => verdict === 'fail'));
  const report = toStepReport(await lab.restore('server-a', settled));
  t.deepEqual(
    report.changes.map(({ before, after }) => [before, after]),
    [
      ['server-b', 'server-a'],
      ['server-b', 'server-a'],
    ],
  );

  await playScenario(lab, topology);
  t.deepEqual((await lab.inspect([])).faults, [], 'a scenario leaves the lab as it found it, unless it is told not to');
  t.true(judgeSeen(topology.expect, await lab.who()).every(({ verdict }) => verdict === 'pass'));

  const refusal = await t.throwsAsync(lab.fail('sever-a'), { instanceOf: LabError, code: 'TARGET_UNKNOWN' });
  t.like(refusal, { exitStatus: 2, hint: 'did you mean "server-a"?' });
  const series = await lab.probe({ client: 'client1', rate: 100, forMs: 300 });
  t.deepEqual(
    series.flatMap(({ runs }) => runs.flatMap(({ instance }) => instance ?? [])).filter((name) => name !== 'server-a'),
    [],
  );
  t.like(await lab.exec('client1', ['hostname']), { exitCode: 0, stdout: 'client1\n' });
});

test.serial('the pure part: read, plan and render, the same every time', async (t) => {
  const topology = await figure2();
  const plan = planLab(topology);
  t.deepEqual(planLab(topology), plan);
  t.deepEqual(renderLab(plan), renderLab(plan));
  t.true((await listBundled()).some(({ name }) => name === 'figure2'));
  t.is((JSON.parse(topologyJsonSchema()) as { type: string }).type, 'object');
  const reading = readTopology('name: x\nnodes: {a: {kind: hoost}}\n', 'x.yml');
  if (!('problems' in reading)) throw new Error('it has a problem');
  const error = topologyError(reading.problems);
  t.is(error.code, 'TOPOLOGY_INVALID');
  t.like(problemsOf(error)?.[0], { file: 'x.yml', line: 2, code: 'BAD_VALUE' });
  await t.throwsAsync(locateTopology('figure9'), { instanceOf: LabError, code: 'TOPOLOGY_NOT_FOUND' });
  t.true('topology' in (await loadTopology(await locateTopology('figure1'))));
  t.true(isFit(await diagnose()));
  t.truthy(locateFrr());
});

/** Starts a process that makes a lab and stays; resolves, when the lab is up, to what ends the process. */
async function makerOf(
  t: ExecutionContext,
  name: string,
  outlive: boolean,
): Promise<(signal: NodeJS.Signals) => Promise<unknown>> {
  const program = fileURLToPath(new URL('../support/make-lab.ts', import.meta.url));
  const maker = execa(process.execPath, ['--import=tsx', program, name, String(outlive)], {
    cwd: checkout,
    env: sandbox.env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  } as const);
  t.teardown(() => maker.kill('SIGKILL'));
  const said = await Promise.race([once(maker.stdout, 'data').then(String), maker.then(({ stderr }) => stderr)]);
  t.is(said, `made ${name}\n`);
  return (signal) => {
    maker.kill(signal);
    return maker;
  };
}

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test.serial(`a lab without outlive ends when its maker is ended by ${signal}`, async (t) => {
    const end = await makerOf(t, 'mine', false);
    t.deepEqual(
      (await listLabs()).map(({ lab }) => lab),
      ['mine'],
    );
    await using lab = await openLab('mine');
    t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-a' }));
    await end(signal);
    const ended = await pollUntil(
      () => processesOf(sandbox.states).length,
      (count) => count === 0,
      { everyMs: 20, deadlineMs: 20_000 },
    );
    t.is(ended.last, 0);
    t.deepEqual(await listLabs(), []);
    await assertNothingLeft(t, sandbox);
  });
}

test.serial('a lab with outlive goes on when its maker is killed', async (t) => {
  const end = await makerOf(t, 'ours', true);
  await end('SIGKILL');
  await using lab = await openLab('ours');
  t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-a' }));
  t.is(await removeLab('ours'), 'ours');
  await assertNothingLeft(t, sandbox);
});
