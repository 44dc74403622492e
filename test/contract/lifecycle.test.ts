import test, { type ExecutionContext } from 'ava';
import { planLab, renderLab, up, type RuntimeName, type Topology, type UpEvent } from '../../src/index.js';
import { runtimeNamed } from '../../src/runtime/registry.js';
import {
  bundled,
  contractSandbox,
  forEachRuntime,
  ipv4,
  ipv6,
  labFor,
  settled,
  topologyOf,
} from '../support/contract.js';
import { catchments } from '../support/documents.js';
import { assertNothingLeft } from '../support/sandbox.js';

const sandbox = contractSandbox();

const small = (server: string): string => `
name: small
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  ${server}
links:
  - [client1, router1]
  - [router1, router2]
  - [router2, server-a]
anycast:
  service: {addresses: [${ipv4}, "${ipv6}"], instances: [server-a]}
`;

/** The moments of a deployment at which somebody may have enough of it. */
const moments: Readonly<Record<string, (event: UpEvent) => boolean>> = {
  'containers start, where there are any': (event) =>
    event.kind === 'deploy' && ['containers', 'namespaces'].includes(event.progress.phase),
  'namespaces are made': (event) => event.kind === 'deploy' && event.progress.phase === 'namespaces',
  'nodes start': (event) => event.kind === 'deploy' && event.progress.phase === 'routers',
  'links come up': (event) => event.kind === 'deploy' && event.progress.phase === 'links',
  'routing converges': (event) => event.kind === 'deploy' && event.progress.phase === 'converging',
  'answers are there': (event) => event.kind === 'answers',
  'a step begins': (event) => event.kind === 'step',
  'a step was played': (event) => event.kind === 'stepped',
};

async function assertRefused(
  t: ExecutionContext,
  runtime: RuntimeName,
  text: string,
  code: string,
  words: readonly RegExp[],
): Promise<void> {
  const error = await t.throwsAsync(up(topologyOf(text), { runtime }), { code });
  const said = `${error.message} ${(error as Error & { hint?: string }).hint ?? ''}`;
  for (const word of words) t.regex(said, word);
  t.deepEqual(await runtimeNamed(runtime).list(), []);
  await assertNothingLeft(t, sandbox);
}

forEachRuntime((runtime) => {
  test.serial(`${runtime}: two labs of one topology do not disturb each other`, async (t) => {
    const topology = await bundled('figure1');
    const [blue, green] = await Promise.all([
      labFor(t, runtime, topology, 'blue'),
      labFor(t, runtime, topology, 'green'),
    ]);
    t.deepEqual(catchments(blue.result.answers), catchments(green.result.answers));
    t.deepEqual(
      (await runtimeNamed(runtime).list()).map(({ lab }) => lab),
      ['blue', 'green'],
    );

    const watching = green.lab.probe({ rate: 50, forMs: 3000 });
    await blue.lab.fail('server-a', settled);
    await blue.lab.fail('router3', settled);
    const nearest: Readonly<Record<string, string>> = { client1: 'server-a', client2: 'server-c' };
    for (const { client, runs } of await watching) {
      const answered = runs.flatMap(({ instance }) => instance ?? []);
      t.deepEqual([...new Set(answered)], [nearest[client]], 'the other lab noticed nothing');
    }
    t.deepEqual((await green.lab.inspect([])).faults, []);
    t.deepEqual(catchments(await green.lab.who()), catchments(green.result.answers));

    await blue.lab.down();
    t.deepEqual(
      (await runtimeNamed(runtime).list()).map(({ lab }) => lab),
      ['green'],
    );
    t.deepEqual(catchments(await green.lab.who()), catchments(green.result.answers));
    await green.lab.down();
    await assertNothingLeft(t, sandbox);
  });

  test.serial(`${runtime}: a name that is taken is refused, and the lab that has it is unharmed`, async (t) => {
    const topology = await bundled('figure2');
    const { lab, result } = await labFor(t, runtime, topology, 'taken');
    const refusal = await t.throwsAsync(up(await bundled('figure1'), { runtime, name: 'taken' }), {
      code: 'LAB_EXISTS',
    });
    t.regex(refusal.message, /taken is up \(topology figure2\)/);
    t.deepEqual(catchments(await lab.who()), catchments(result.answers));
    t.like(lab.record, { lab: 'taken', topology: 'figure2' });
    t.is((await runtimeNamed(runtime).list()).length, 1);
  });

  test.serial(`${runtime}: of two that want one name at once, one gets it`, async (t) => {
    const topology = topologyOf(small('server-a: {kind: host}'));
    const ended = await Promise.allSettled([
      up(topology, { runtime }),
      up(topology, { runtime }),
      up(topology, { runtime }),
    ]);
    const made = ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value.lab] : []));
    const codes = ended.flatMap((end) => (end.status === 'rejected' ? [(end.reason as { code: string }).code] : []));
    t.deepEqual(codes, ['LAB_EXISTS', 'LAB_EXISTS']);
    const [lab] = made;
    t.deepEqual(
      (await lab?.who())?.map(({ instance }) => instance),
      ['server-a', 'server-a'],
    );
    await lab?.down();
    await assertNothingLeft(t, sandbox);
  });

  for (const [moment, isNow] of Object.entries(moments)) {
    test.serial(`${runtime}: a deployment that is aborted when ${moment} leaves nothing`, async (t) => {
      const abort = new AbortController();
      const reason = new Error('enough of it');
      const onEvent = (event: UpEvent): void => {
        if (isNow(event)) abort.abort(reason);
      };
      const thrown = await t.throwsAsync(up(await bundled('figure3'), { runtime, signal: abort.signal, onEvent }));
      t.is(thrown, reason);
      t.deepEqual(await runtimeNamed(runtime).list(), []);
      await assertNothingLeft(t, sandbox);
    });
  }

  test.serial(`${runtime}: a deployment that was aborted before it began does not begin`, async (t) => {
    const reason = new Error('enough of it');
    t.is(await t.throwsAsync(up(await bundled('figure2'), { runtime, signal: AbortSignal.abort(reason) })), reason);
    await assertNothingLeft(t, sandbox);
  });

  test.serial(`${runtime}: a lab that nobody commits is its maker's, and ends when it is discarded`, async (t) => {
    const topology: Topology = await bundled('figure2');
    const plan = planLab(topology);
    const progress = new Set<string>();
    await runtimeNamed(runtime).prepare({ plan, signal: new AbortController().signal, onProgress: () => undefined });
    const deployed = await runtimeNamed(runtime).deploy({
      lab: 'draft',
      plan,
      files: renderLab(plan),
      signal: new AbortController().signal,
      onProgress: ({ phase }) => progress.add(phase),
    });
    t.true(['routers', 'links'].every((phase) => progress.has(phase)));
    t.true(deployed.deployMs > 0);
    t.like((await runtimeNamed(runtime).list())[0], { lab: 'draft', phase: 'deploying' });
    await t.throwsAsync(async () => runtimeNamed(runtime).connect('draft'), { code: 'LAB_NOT_FOUND' });
    await deployed.discard();
    await assertNothingLeft(t, sandbox);
  });

  test.serial(`${runtime}: a refused FRR line is named, with its node, and nothing is left`, async (t) => {
    const frr = 'interface eth1\n       description fine\n       ip ospf cosst 3\n      exit';
    const text = small(`server-a: {kind: host}`).replace(
      'router2:  {kind: router}',
      `router2:\n    kind: router\n    frr: |\n      ${frr}`,
    );
    await assertRefused(t, runtime, text, 'CONFIG_REJECTED', [/router2/, /ip ospf cosst 3/]);
  });

  test.serial(`${runtime}: a refused FRR line of a host that announces is named as well`, async (t) => {
    await assertRefused(t, runtime, small('server-a: {kind: host, frr: "roter ospf\\n"}'), 'CONFIG_REJECTED', [
      /server-a/,
      /roter ospf/,
    ]);
  });

  test.serial(
    `${runtime}: a start-up command that fails is named, with its status and its words, and nothing is left`,
    async (t) => {
      const text = small('server-a: {kind: host, exec: ["true", "echo no such thing >&2; exit 3"]}');
      await assertRefused(t, runtime, text, 'START_COMMAND_FAILED', [/server-a/, /status 3/, /no such thing/]);
      await assertRefused(
        t,
        runtime,
        small('server-a: {kind: host, exec: [[no-such-program-here]]}'),
        'START_COMMAND_FAILED',
        [/server-a/, /no-such-program-here/],
      );
    },
  );

  test.serial(
    `${runtime}: a kernel setting that does not exist is named, with its node, and nothing is left`,
    async (t) => {
      const text = small('server-a: {kind: host, sysctls: {net.ipv4.no_such_setting: 1}}');
      await assertRefused(t, runtime, text, 'DEPLOY_FAILED', [/server-a/, /no_such_setting/]);
    },
  );
});
