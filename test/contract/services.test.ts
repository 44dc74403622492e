import test from 'ava';
import { up, type Lab, type RuntimeName } from '../../src/index.js';
import { pollUntil } from '../../src/support/poll.js';
import {
  contractSandbox,
  everywhere,
  forEachRuntime,
  inNode,
  ipv4,
  ipv6,
  labFor,
  settled,
  topologyOf,
  whoAnswers,
} from '../support/contract.js';
import { perlServer } from '../support/perl-server.js';

contractSandbox();

/** What the servers below need to start: a command of the host comes before them. */
const prepares = JSON.stringify(`echo 'exec "$@"' > /run/server.sh`);
const withServer = (serve: string): string => `
name: served
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host, exec: [${prepares}]}
  server-b:
    kind: host
    exec: [${prepares}]
    run: {beats: ["perl", "-e", '$| = 1; print "beat $_\\n" and sleep 1 for 1 .. 1e6']}
links:
  - [client1, router1]
  - [router1, server-a]
  - [router1, router2]
  - [router2, server-b]
anycast:
  names:
    addresses: [${ipv4}, "${ipv6}"]
    instances: [server-a, server-b]
    health: {interval: 50ms, timeout: 500ms}
    serve: ${serve}
`;
const command = (words: readonly string[]): string => JSON.stringify({ command: words, port: 5353, protocol: 'dns' });
const topology = topologyOf(withServer(command(['sh', '/run/server.sh', 'perl', '-e', perlServer, '{node}'])));
const labs = new Map<RuntimeName, Lab>();
const near = everywhere({ client1: 'server-a' });
const far = everywhere({ client1: 'server-b' });

forEachRuntime((runtime) => {
  const the = (): Lab => {
    const lab = labs.get(runtime);
    if (lab === undefined) throw new Error('the lab did not come up');
    return lab;
  };

  test.before(`${runtime}: a lab whose servers are programs`, async () => {
    labs.set(runtime, (await up(topology, { runtime, name: `services-${runtime}` })).lab);
  });

  test.serial(`${runtime}: a program serves the addresses, and names its instance`, async (t) => {
    t.deepEqual(await whoAnswers(the()), near);
  });

  test.serial(`${runtime}: what its programs printed is kept, and told once`, async (t) => {
    const logs = await the().logs('server-a');
    t.is(logs.find(({ source }) => source === 'names')?.text, 'server-a serves names\n');
    t.true(logs.some(({ source }) => source === 'zebra'));
    t.is((await the().logs('server-a', logs)).find(({ source }) => source === 'names')?.text, '');
    await t.throwsAsync(the().logs('server-x'), { code: 'NODE_UNKNOWN' });
  });

  test.serial(`${runtime}: a program of the file runs for long, and anew after a crash of its node`, async (t) => {
    const printed = async (): Promise<string> =>
      (await the().logs('server-b')).find(({ source }) => source === 'beats')?.text ?? '';
    const starts = async (): Promise<number> => (await printed()).split('beat 1\n').length - 1;
    t.is(await starts(), 1);
    await the().fail('server-b', { how: 'crash', ...settled });
    t.is(await starts(), 1, 'what it printed is kept');
    await the().restore('server-b', settled);
    t.true((await pollUntil(starts, (count) => count === 2, { everyMs: 20, deadlineMs: 10_000 })).held);
    t.deepEqual(
      (await the().inspect([])).nodes.flatMap(({ endedPrograms }) => endedPrograms),
      [],
    );
  });

  for (const [target, how] of [
    ['names@server-a', 'stop'],
    ['names@server-a', 'hang'],
    ['names@server-a', 'withdraw'],
    ['server-a', 'freeze'],
    ['server-a', 'crash'],
  ] as const) {
    test.serial(`${runtime}: ${how} of ${target} moves its clients, and restore brings them back`, async (t) => {
      const failed = await the().fail(target, { how, ...settled });
      t.true(failed.settled, JSON.stringify(failed.lacking));
      t.deepEqual(await whoAnswers(the()), far);
      const restored = await the().restore(target, settled);
      t.true(restored.settled, JSON.stringify(restored.lacking));
      t.deepEqual(await whoAnswers(the()), near);
    });
  }

  test.serial(
    `${runtime}: a service that hangs while its host is frozen still hangs when its host thaws`,
    async (t) => {
      await the().fail('names@server-a', { how: 'hang', ...settled });
      await the().fail('server-a', { how: 'freeze', ...settled });
      await the().restore('server-a', settled);
      t.deepEqual(await whoAnswers(the()), far);
      await the().restore('names@server-a', settled);
      t.deepEqual(await whoAnswers(the()), near);
    },
  );

  test.serial(
    `${runtime}: what stops where nobody is answered has settled when its watcher has withdrawn it, too`,
    async (t) => {
      await the().fail('server-a', { how: 'drain', ...settled });
      t.deepEqual((await the().fail('names@server-a', { how: 'hang', ...settled })).pending, []);
      const { announcements } = await the().inspect([]);
      t.false(announcements.find(({ instance }) => instance === 'server-a')?.announced);
      await the().restore('names@server-a', settled);
      await the().restore('server-a', settled);
      t.deepEqual(await whoAnswers(the()), near);
    },
  );

  test.serial(
    `${runtime}: a host that comes back is checked once it runs: what passes its check is announced before the step ends`,
    async (t) => {
      const blind = withServer('identity').replace('{interval: 50ms,', '{check: ["true"], interval: 2s, fall: 1,');
      const { lab } = await labFor(t, runtime, topologyOf(blind), `blind-${runtime}`);
      await lab.fail('server-a', settled);
      await lab.fail('names@server-a', settled);
      t.deepEqual((await lab.restore('server-a', settled)).pending, []);
      t.deepEqual(await whoAnswers(lab), everywhere({ client1: null }));
    },
  );

  test.serial(
    `${runtime}: a server that ends by itself is told, and withdrawn, and its fault starts another`,
    async (t) => {
      const [pid = ''] = (await inNode(t, the(), 'server-a', ['pgrep', '-x', 'perl'])).split('\n');
      // No fault of the lab ends the server, so that no step finds the answers that it waits for.
      const soon = { deadlineMs: 3000 };
      const watched = the().together([{ action: 'fail', target: 'router2/server-b', how: 'down' }], {
        watchMs: 1000,
        ...soon,
      });
      const broken = await pollUntil(
        async () => (await the().inspect([])).faults,
        (faults) => faults.length > 0,
        { everyMs: 20, deadlineMs: settled.deadlineMs },
      );
      t.true(broken.held);
      await inNode(t, the(), 'server-a', ['kill', '-KILL', pid]);
      const told = (await watched).events.filter(({ text }) => text.includes('ended'));
      t.deepEqual(
        told.map(({ kind, node, text }) => ({ kind, node, text })),
        [{ kind: 'service', node: 'server-a', text: 'names: the server ended with SIGKILL: server-a serves names' }],
      );
      await the().restore('router2/server-b', soon);
      t.deepEqual((await the().inspect([])).nodes.find(({ name }) => name === 'server-a')?.endedPrograms, [
        { name: 'names', how: 'SIGKILL', output: 'server-a serves names' },
      ]);
      t.like(
        (await the().examine()).find(({ text }) => text === 'names ended with SIGKILL: server-a serves names'),
        { node: 'server-a', healthy: false },
      );
      const { held } = await pollUntil(
        async () => (await the().inspect([])).announcements.find(({ instance }) => instance === 'server-a'),
        (seen) => seen?.announced === false && !seen.serving,
        { everyMs: 20, deadlineMs: settled.deadlineMs },
      );
      t.true(held);
      await the().fail('names@server-a', settled);
      await the().restore('names@server-a', settled);
      t.deepEqual(await whoAnswers(the()), near);
    },
  );

  test.serial(`${runtime}: a web server is asked for its instance over HTTP, and fails like any other`, async (t) => {
    const { lab } = await labFor(t, runtime, topologyOf(withServer('http')), `web-${runtime}`);
    t.deepEqual(await whoAnswers(lab), near);
    const [answer] = await lab.who();
    t.deepEqual(answer?.path, ['router1', 'server-a']);
    for (const how of ['stop', 'hang'] as const) {
      const failed = await lab.together([{ action: 'fail', target: 'names@server-a', how }], {
        connections: true,
        ...settled,
      });
      t.true(failed.settled, JSON.stringify(failed.lacking));
      t.true((failed.connections?.open ?? 0) > 0);
      t.is(failed.connections?.broken, failed.connections?.open);
      t.true(failed.resolutionMs >= 20, 'connections are that far apart at least');
      t.deepEqual(await whoAnswers(lab), far);
      t.true((await lab.restore('names@server-a', settled)).settled);
      t.deepEqual(await whoAnswers(lab), near);
    }
  });

  test(`${runtime}: a program that does not serve is refused by name, with what it printed`, async (t) => {
    const words = ['perl', '-e', 'print "no zone\\n"; exit 3'];
    const error = await t.throwsAsync(
      up(topologyOf(withServer(command(words))), { runtime, name: `refused-${runtime}` }),
      {
        code: 'DEPLOY_FAILED',
      },
    );
    t.regex(error.message, /^the server of names on server-[ab] did not start: it ended with status 3: perl -e /);
    t.is((error as Error & { hint?: string }).hint, 'no zone');
  });

  test(`${runtime}: a program of a node that does not run is refused by name, with what it printed`, async (t) => {
    const text = withServer('identity').replace(/run: \{.*\}/, 'run: {beats: [no-such-program]}');
    const error = await t.throwsAsync(up(topologyOf(text), { runtime, name: `unrun-${runtime}` }), {
      code: 'START_COMMAND_FAILED',
    });
    t.is(error.message, 'program beats of server-b ended with status 127: no-such-program');
    t.regex((error as Error & { hint?: string }).hint ?? '', /no-such-program/);
  });
});
