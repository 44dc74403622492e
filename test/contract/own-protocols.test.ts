import test from 'ava';
import { up, type Lab, type RuntimeName } from '../../src/index.js';
import { contractSandbox, forEachRuntime, inNode, settled, topologyOf } from '../support/contract.js';
import { bashClient, perlClient, perlFront, perlStore } from '../support/perl-server.js';

contractSandbox();

const store = { ipv4: '192.0.2.1', ipv6: '2001:db8:53::1', port: 7000 };
const front = { ipv4: '192.0.2.2', port: 7001 };
const perl = (script: string, ...words: readonly string[]): readonly string[] => ['perl', '-e', script, ...words];

/**
 * Two services in protocols of their own; the one in front is a client of the other. Each check starts a program: ten a
 * second for each instance would keep a CPU busy.
 */
const topology = topologyOf(`
name: own-protocols
nodes:
  client1: {kind: host}
  router1: {kind: router}
  router2: {kind: router}
  store-a: {kind: host}
  store-b: {kind: host}
  front-a: {kind: host}
  front-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, store-a]
  - [router2, store-b]
  - [router1, front-a]
  - [router2, front-b]
anycast:
  store:
    addresses: [${store.ipv4}, "${store.ipv6}"]
    instances: [store-a, store-b]
    health: {interval: 500ms, timeout: 2s}
    serve: ${JSON.stringify({
      command: perl(perlStore, '{node}'),
      port: store.port,
      protocol: 'tcp',
      identify: ['bash', '-c', bashClient, 'client', '{address}', '{port}'],
    })}
  front:
    addresses: [${front.ipv4}]
    instances: [front-a, front-b]
    health: {interval: 500ms, timeout: 2s}
    serve: ${JSON.stringify({
      command: perl(perlFront, '{node}', store.ipv4, String(store.port)),
      port: front.port,
      protocol: 'udp',
      identify: perl(perlClient, '{address}', '{port}', '{sourcePort}', 'who'),
    })}
`);
const labs = new Map<RuntimeName, Lab>();

forEachRuntime((runtime) => {
  const the = (): Lab => {
    const lab = labs.get(runtime);
    if (lab === undefined) throw new Error('the lab did not come up');
    return lab;
  };
  const whoOf = async (service: string): Promise<readonly (string | null)[]> =>
    (await the().who({ service })).map(({ instance }) => instance);

  test.before(`${runtime}: a lab whose services have protocols of their own`, async () => {
    labs.set(runtime, (await up(topology, { runtime, name: `own-protocols-${runtime}` })).lab);
  });

  test.serial(`${runtime}: each is asked by the command of its service`, async (t) => {
    t.deepEqual(await whoOf('store'), ['store-a', 'store-a']);
    t.deepEqual(await whoOf('front'), ['front-a']);
    const [answer] = await the().who({ service: 'front' });
    t.deepEqual(answer?.path, ['router1', 'front-a']);
  });

  for (const how of ['stop', 'hang'] as const) {
    test.serial(`${runtime}: ${how} of one is noticed by its command, and its client is led to the next`, async (t) => {
      const both = perl(perlClient, front.ipv4, String(front.port), '0', 'both');
      t.is(await inNode(t, the(), 'client1', both), 'front-a with store-a');
      const failed = await the().fail('store@store-a', { how, ...settled });
      t.true(failed.settled, JSON.stringify(failed.lacking));
      t.true(failed.resolutionMs >= 100, 'commands are that far apart at least');
      t.deepEqual(await whoOf('store'), ['store-b', 'store-b']);
      t.is(await inNode(t, the(), 'client1', both), 'front-a with store-b');
      t.true((await the().restore('store@store-a', settled)).settled);
      t.deepEqual(await whoOf('store'), ['store-a', 'store-a']);
    });
  }

  test.serial(`${runtime}: what a failing command prints is in the log of the client`, async (t) => {
    const instances = ['store@store-a', 'store@store-b'];
    await the().together(
      instances.map((target) => ({ action: 'fail' as const, target, how: 'stop' as const })),
      settled,
    );
    t.deepEqual(await whoOf('store'), [null, null]);
    const kept = (await the().logs('client1')).find(({ source }) => source === 'store')?.text ?? '';
    t.regex(kept, /^identify at 192\.0\.2\.1 ended with status \d+: client: connect: /m);
    await the().together(
      instances.map((target) => ({ action: 'restore' as const, target, how: 'stop' as const })),
      settled,
    );
    t.deepEqual(await whoOf('store'), ['store-a', 'store-a']);
  });

  test.serial(`${runtime}: no connection is held to what only a command can ask`, async (t) => {
    const failed = await the().together([{ action: 'fail', target: 'front@front-a', how: 'stop' }], {
      connections: true,
      ...settled,
    });
    t.is(failed.connections?.open, 0);
    t.deepEqual(await whoOf('front'), ['front-b']);
  });
});
