import test from 'ava';
import { up, type Lab, type RuntimeName } from '../../src/index.js';
import {
  contractSandbox,
  everywhere,
  forEachRuntime,
  inNode,
  ipv4,
  ipv6,
  settled,
  topologyOf,
  whoAnswers,
} from '../support/contract.js';

contractSandbox();

const withZone = (records: string): string => `
name: named
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
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
    serve: nsd
    zones:
      example.: |
        @ SOA ns hostmaster 7 7200 3600 1209600 300
        @ NS ns
        ns A ${ipv4}
        ${records}
  copies: {addresses: [192.0.2.54], instances: [server-a], serve: nsd, primary: hidden}
  hidden:
    addresses: [192.0.2.55]
    instances: [server-b]
    serve: nsd
    zones:
      copied.: |
        @ SOA ns hostmaster 7 7200 3600 1209600 300
        @ NS ns
        ns A 192.0.2.54
`;
const labs = new Map<RuntimeName, Lab>();
const whoAnswersNames = async (lab: Lab): ReturnType<typeof whoAnswers> =>
  Object.fromEntries(
    Object.entries(await whoAnswers(lab)).filter(([asked]) => [ipv4, ipv6].some((each) => asked.endsWith(` ${each}`))),
  );
const near = everywhere({ client1: 'server-a' });
const far = everywhere({ client1: 'server-b' });

forEachRuntime((runtime) => {
  const the = (): Lab => {
    const lab = labs.get(runtime);
    if (lab === undefined) throw new Error('the lab did not come up');
    return lab;
  };

  test.before(`${runtime}: a lab whose servers are NSD`, async () => {
    const topology = topologyOf(withZone('www AAAA 2001:db8::80'));
    labs.set(runtime, (await up(topology, { runtime, name: `nsd-${runtime}` })).lab);
  });

  test.serial(`${runtime}: NSID, hostname.bind, id.server and who name the same instance`, async (t) => {
    t.deepEqual(await whoAnswersNames(the()), near);
    for (const address of [ipv4, ipv6]) {
      for (const name of ['hostname.bind', 'id.server']) {
        for (const transport of ['+notcp', '+tcp']) {
          const words = ['dig', `@${address}`, '+short', transport, name, 'TXT', 'CH'];
          t.is(await inNode(t, the(), 'client1', words), '"server-a"', words.join(' '));
        }
      }
      const answer = await inNode(t, the(), 'client1', [
        'dig',
        `@${address}`,
        '+nsid',
        '+norecurse',
        'example.',
        'SOA',
      ]);
      t.regex(answer, /; NSID: [0-9a-f ]+ \("server-a"\)/);
    }
  });

  test.serial(`${runtime}: the zone of the file is served with authority, and no other`, async (t) => {
    const dig = (...words: readonly string[]) =>
      inNode(t, the(), 'client1', ['dig', `@${ipv4}`, '+norecurse', ...words]);
    t.is(await dig('+short', 'www.example.', 'AAAA'), '2001:db8::80');
    t.regex(await dig('example.', 'SOA'), /flags: qr aa;[^]*hostmaster\.example\. 7 7200/);
    t.regex(await dig('nowhere.', 'SOA'), /status: REFUSED/);
  });

  test.serial(
    `${runtime}: queries of clients are counted where they are answered, and those of the watcher are not`,
    async (t) => {
      const countsOf = async (instance: string) =>
        (await the().counts()).find((each) => each.service === 'names' && each.instance === instance);
      const before = await countsOf('server-a');
      const beforeFar = await countsOf('server-b');
      for (const words of [
        ['+notcp', `@${ipv4}`, 'example.'],
        ['+tcp', `@${ipv6}`, 'missing.example.'],
      ])
        await inNode(t, the(), 'client1', ['dig', ...words]);
      const after = await countsOf('server-a');
      if (before === undefined || after === undefined) throw new Error('NSD counts nothing');
      t.deepEqual(after.received, {
        ...before.received,
        udpIpv4: before.received.udpIpv4 + 1,
        tcpIpv6: before.received.tcpIpv6 + 1,
      });
      t.is(after.rcodes['0'], (before.rcodes['0'] ?? 0) + 1);
      t.is(after.rcodes['3'], (before.rcodes['3'] ?? 0) + 1);
      t.is(after.sources?.length, 2, 'one address of each family');
      const afterFar = await countsOf('server-b');
      t.deepEqual([afterFar?.received, afterFar?.rcodes], [beforeFar?.received, beforeFar?.rcodes]);
      t.deepEqual(afterFar?.sources, []);
    },
  );

  test.serial(
    `${runtime}: a new serial reaches each instance that runs, and the others when they start again`,
    async (t) => {
      const serials = async () => {
        const { serial, instances, answers } = await the().publish('example.', 10_000);
        t.true(answers.length === 4 && answers.every(({ correct }) => correct), JSON.stringify(answers));
        return [serial, ...instances.map(({ afterMs }) => afterMs !== null)];
      };
      t.deepEqual(await serials(), [8, true, true]);
      const failed = await the().fail('names@server-b', settled);
      t.true(failed.settled, JSON.stringify(failed.lacking));
      t.deepEqual(await serials(), [9, true, false]);
      t.true((await the().restore('names@server-b', settled)).settled);
      t.true((await the().fail('server-a', { how: 'crash', ...settled })).settled);
      t.true((await the().restore('server-a', settled)).settled);
      t.deepEqual(await serials(), [10, true, true]);
      await t.throwsAsync(the().publish('exmaple.', 10_000), { code: 'USAGE' });
    },
  );

  test.serial(`${runtime}: a new serial goes from the primary to an instance that can reach it`, async (t) => {
    const reached = async () => {
      const { serial, instances, answers } = await the().publish('copied.', 2000);
      t.true(answers.length > 0 && answers.every(({ service }) => service === 'copies'), JSON.stringify(answers));
      const there = instances.flatMap(({ service, instance, afterMs }) =>
        afterMs === null ? [] : [`${service}@${instance}`],
      );
      return [serial, there, answers.every(({ correct }) => correct)];
    };
    t.deepEqual(await reached(), [8, ['copies@server-a', 'hidden@server-b'], true]);
    t.true((await the().fail('router1/router2', settled)).settled);
    t.deepEqual(await reached(), [9, ['hidden@server-b'], false]);
    t.true((await the().restore('router1/router2', settled)).settled);
    t.deepEqual(await reached(), [10, ['copies@server-a', 'hidden@server-b'], true]);
    const asked = ['dig', '@192.0.2.55', '+tcp', 'copied.', 'AXFR'];
    t.regex(await inNode(t, the(), 'client1', asked), /Transfer failed/, 'without the key nobody gets the zone');
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
      t.deepEqual(await whoAnswersNames(the()), far);
      const restored = await the().restore(target, settled);
      t.true(restored.settled, JSON.stringify(restored.lacking));
      t.deepEqual(await whoAnswersNames(the()), near);
    });
  }

  test(`${runtime}: a zone that NSD cannot read is refused with its line`, async (t) => {
    const topology = topologyOf(withZone('www AAAA 192.0.2.80'));
    const error = await t.throwsAsync(up(topology, { runtime, name: `refused-${runtime}` }), {
      code: 'CONFIG_REJECTED',
    });
    t.regex(error.message, /^NSD on server-[ab] refused the zone example\. of names: [^]*:4\b/);
  });
});
