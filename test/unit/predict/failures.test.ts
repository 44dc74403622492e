import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { doubleFailures, impactsOf, isHarmless, singleFailures } from '../../../src/predict/failures.js';
import { impactsText } from '../../../src/report/predict/impact-text.js';
import { bundledPlan, planOf, switched } from '../plan/plan-of.js';

const sites = `
name: sites
nodes:
  router1:  {kind: router}
  router2:  {kind: router}
  router3:  {kind: router}
  client1:  {kind: host, demand: 30}
  client2:  {kind: host, demand: 20}
  client3:  {kind: host}
  server-a: {kind: host}
  server-b: {kind: host}
  server-c: {kind: host}
links:
  - [client1, router1]
  - [client2, router2]
  - [client3, router3]
  - [router1, router2]
  - [router2, router3]
  - {endpoints: [router3, router1], cost: 5}
  - [router1, server-a]
  - [router2, server-b]
  - [router3, server-c]
anycast:
  dns:
    addresses: [192.0.2.53, "2001:db8:53::53"]
    instances: [server-a, server-b, server-c]
    capacity: {server-a: 60, server-b: 40, server-c: 60}
`;

/** Two instances that ask a store: one announces by itself, the other's router does. */
const behind = `
name: behind
nodes:
  client1: {kind: host, asks: [www]}
  router1: {kind: router}
  router2: {kind: router}
  front-a: {kind: host, asks: [store]}
  front-b: {kind: host, asks: [store]}
  store-a: {kind: host}
  printer: {kind: host, asks: []}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, front-a]
  - [router2, front-b]
  - [router2, store-a]
  - [router2, printer]
anycast:
  www: {addresses: [192.0.2.80], instances: [front-a, front-b]}
  store: {addresses: [192.0.2.90], instances: [store-a], announce: router}
`;

test('nodes that are no clients, links and instances can fail; pairs are each of them once', (t) => {
  const plan = bundledPlan('figure3');
  t.is(singleFailures(plan).length, 6 + 6 + 3);
  t.is(doubleFailures(plan).length, (15 * 14) / 2);
  t.deepEqual(
    singleFailures(plan)
      .slice(0, 2)
      .map(({ target }) => target),
    ['router1', 'router2'],
  );
});

test('a switch fails by its links', (t) => {
  const targets = singleFailures(planOf(switched)).map(({ target }) => target);
  t.deepEqual(
    targets.filter((target) => target.startsWith('sw')),
    ['sw3/router1', 'sw1/sw2', 'sw2/router3'],
  );
  const impacts = impactsOf(
    planOf(switched),
    targets.map((target) => [{ kind: 'link', target }]),
  );
  t.deepEqual(
    impacts.filter(({ unanswered }) => unanswered.length > 0).map(({ failures: [failure] }) => failure?.target),
    ['router1', 'client1/sw3', 'sw3/router1', 'router1/sw1'],
  );
});

test('one of several links between two nodes fails by one of its ends', (t) => {
  const plan = planOf(sites.replace('- [router1, router2]', '- [router1, router2]\n  - [router1, router2]'));
  const pair = singleFailures(plan).filter(({ target }) => target.includes(':'));
  t.deepEqual(
    pair.map(({ target }) => target),
    ['router1:eth2', 'router1:eth3'],
  );
  const both = { kind: 'instance', target: 'dns@server-a' } as const;
  t.deepEqual(
    [[both], [both, ...pair.slice(1)], [both, ...pair]].map((failures) => impactsOf(plan, [failures])[0]?.moves[0]?.to),
    [['server-b'], ['server-b'], ['server-c']],
  );
});

test('an instance that asks another service is a client, and can fail as well', (t) => {
  const plan = planOf(behind);
  t.deepEqual(
    plan.questions.map(({ client, address }) => `${client} ${address}`),
    ['client1 192.0.2.80', 'front-a 192.0.2.90', 'front-b 192.0.2.90'],
  );
  t.deepEqual(
    plan.nodes.map(({ name, role }) => [name, role]),
    [
      ['client1', 'client'],
      ['front-a', 'instance'],
      ['front-b', 'instance'],
      ['printer', 'host'],
      ['router1', 'transit'],
      ['router2', 'transit'],
      ['store-a', 'instance'],
    ],
  );
  const impactOf = (kind: 'node' | 'link' | 'instance', target: string): unknown => {
    const [impact] = impactsOf(plan, [[{ kind, target }]]);
    return [impact?.unanswered, impact?.moves.map(({ service, to, clients }) => [service, to, clients])];
  };
  t.true(singleFailures(plan).some(({ target }) => target === 'front-a'));
  t.true(singleFailures(plan).some(({ target }) => target === 'printer'));
  t.false(singleFailures(plan).some(({ target }) => target === 'client1'));
  t.deepEqual(impactOf('link', 'router1/router2'), [['front-a'], [['store', [], ['front-a']]]]);
  t.deepEqual(impactOf('node', 'front-a'), [
    ['front-a'],
    [
      ['www', ['front-b'], ['client1']],
      ['store', [], ['front-a']],
    ],
  ]);
  t.deepEqual(impactOf('instance', 'store@store-a'), [['front-a', 'front-b'], [['store', [], ['front-a', 'front-b']]]]);
});

test('an impact says who moves where, who has no answer, and what the others get of what they can carry', (t) => {
  const plan = planOf(sites);
  const [impact] = impactsOf(plan, [[{ kind: 'instance', target: 'dns@server-a' }]]);
  t.deepEqual(impact, {
    failures: [{ kind: 'instance', target: 'dns@server-a' }],
    unanswered: [],
    moves: [{ service: 'dns', from: ['server-a'], to: ['server-b'], clients: ['client1'] }],
    loads: [
      { service: 'dns', instance: 'server-a', before: 30, after: 0, capacity: 60 },
      { service: 'dns', instance: 'server-b', before: 20, after: 50, capacity: 40 },
      { service: 'dns', instance: 'server-c', before: 1, after: 1, capacity: 60 },
    ],
  });
});

test('the most harmful comes first: no answer, then beyond capacity, then moved', (t) => {
  const plan = planOf(sites);
  const impacts = impactsOf(
    plan,
    singleFailures(plan).map((each) => [each]),
  );
  t.deepEqual(
    impacts
      .map(({ failures: [failure], unanswered }) => `${failure?.target ?? ''} ${String(unanswered.length)}`)
      .slice(0, 8),
    [
      'router1 1',
      'client1/router1 1',
      'router2 1',
      'client2/router2 1',
      'router3 1',
      'client3/router3 1',
      'server-a 0',
      'router1/server-a 0',
    ],
  );
  t.deepEqual(
    impacts.filter(isHarmless).map(({ failures: [failure] }) => failure?.target),
    ['router1/router2', 'router2/router3', 'router3/router1'],
  );
  const text = stripVTControlCharacters(impactsText(impacts, 3));
  t.true(
    text.split('\n').every((line) => line.length <= 80),
    text,
  );
  t.regex(text, /^FAILURE +NO ANSWER +MOVE +MOST TO\nrouter1 +1 +1 +/);
  t.regex(text, /server-a +- +1 +server-b 20 -> 50 of 40/);
  t.regex(text, /3 failures of 18 move nobody; of 3 clients\n3 times an instance gets more than its capacity/);
  t.regex(text, /\nserver-a: server-a -> server-b: client1\n/);
});

test('two failures at once can do what neither does alone', (t) => {
  const plan = planOf(sites);
  const [worst] = impactsOf(plan, [
    [
      { kind: 'link', target: 'router1/server-a' },
      { kind: 'instance', target: 'dns@server-b' },
    ],
  ]);
  t.deepEqual(
    worst?.moves.map(({ from, to, clients }) => `${from.join()}>${to.join()}: ${clients.join()}`),
    ['server-a>server-c: client1', 'server-b>server-c: client2'],
  );
});

test('a client that loses its only link has no answer, alone and with others; one with a second link has', (t) => {
  const plan = planOf(
    sites.replace('[client2, router2]', '[client2, router2]\n  - {endpoints: [client2, router3], cost: 9}'),
  );
  const unanswered = (...targets: readonly string[]): readonly string[] =>
    impactsOf(plan, [targets.map((target) => ({ kind: 'link', target }) as const)])[0]?.unanswered ?? [];
  t.deepEqual(unanswered('client1/router1'), ['client1']);
  t.deepEqual(unanswered('client2/router2'), []);
  t.deepEqual(unanswered('client2/router2', 'client2/router3'), ['client2']);
  t.deepEqual(unanswered('client1/router1', 'client3/router3'), ['client1', 'client3']);
});
