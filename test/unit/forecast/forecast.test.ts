import test from 'ava';
import { endKey, healthy, serviceKey, type Condition } from '../../../src/forecast/condition.js';
import { forecast } from '../../../src/forecast/forecast.js';
import type { LabPlan } from '../../../src/plan/model.js';
import { announcedByRouters, bundledPlan, planOf, switched, twoEqualWays, twoGateways } from '../plan/plan-of.js';

const v4 = '192.0.2.53';
const v6 = '2001:db8:53::53';

const crashed = (...nodes: readonly string[]): Condition => ({ ...healthy, crashedNodes: new Set(nodes) });
const stopped = (...nodes: readonly string[]): Condition => ({
  ...healthy,
  stoppedServices: new Set(nodes.map((node) => serviceKey('service', node))),
});

/** Links that are down, as `a/b`: at both ends, or at the first one only. */
function down(plan: LabPlan, links: readonly string[], ends: 'both' | 'first' = 'both'): Condition {
  const found = links.map((id) => plan.links.find((link) => link.id === id) ?? fail(id));
  return {
    ...healthy,
    downEnds: new Set(found.flatMap((link) => link.ends.slice(0, ends === 'both' ? 2 : 1).map(endKey))),
  };
}

function fail(id: string): never {
  throw new Error(`no link ${id}`);
}

/** Who may answer a client, where it is the same in both families. */
function answers(plan: LabPlan, condition: Condition, client = 'client1'): readonly string[] {
  const routing = forecast(plan, condition);
  const asked = plan.questions.filter((question) => question.client === client);
  const [first = [], second] = asked.map((question) => [...routing.answer(question)].sort());
  if (asked.length !== 2 || second?.join() !== first.join())
    throw new Error(`IPv4 ${first.join()}, IPv6 ${second?.join() ?? '?'}`);
  return first;
}

function leavesBy(plan: LabPlan, condition: Condition, node: string, prefix: string): readonly string[] | undefined {
  const ways = forecast(plan, condition).routes(node).get(prefix)?.ways;
  return ways === undefined ? undefined : [...ways].map((one) => one.split(' by ')[1] ?? '').sort();
}

const figure1 = bundledPlan('figure1');
const figure2 = bundledPlan('figure2');

test('the figures: each client is answered by the instance next to its router', (t) => {
  t.deepEqual(answers(figure1, healthy, 'client1'), ['server-a']);
  t.deepEqual(answers(figure1, healthy, 'client2'), ['server-c']);
  t.deepEqual(answers(figure2, healthy), ['server-a']);
});

test('an instance that is kept although it stopped keeps its routes, and answers nobody', (t) => {
  const kept = { ...stopped('server-a'), keptServices: new Set([serviceKey('service', 'server-a')]) };
  t.deepEqual(answers(figure2, stopped('server-a')), ['server-b']);
  t.deepEqual(answers(figure2, kept), []);
  t.deepEqual(forecast(figure2, kept).routes('router1'), forecast(figure2, healthy).routes('router1'));
});

test('after power cuts the next best instance answers, and at last nobody', (t) => {
  t.deepEqual(answers(figure2, crashed('server-a')), ['server-b']);
  t.deepEqual(answers(figure2, crashed('server-a', 'server-b')), ['server-c']);
  t.deepEqual(answers(figure2, crashed('server-a', 'server-b', 'server-c')), []);
  t.deepEqual(answers(figure2, crashed('router2')), ['server-a']);
  t.deepEqual(answers(figure2, crashed('router2', 'server-a')), [], 'server-b and server-c are out of reach');
});

test('a client without power or without a router gets no answer', (t) => {
  t.deepEqual(answers(figure2, crashed('client1')), []);
  t.deepEqual(answers(figure2, crashed('router1')), []);
  t.deepEqual(answers(figure2, down(figure2, ['client1/router1'])), []);
});

test('a link that is down at one end is as good as down at both', (t) => {
  for (const ends of ['both', 'first'] as const) {
    t.deepEqual(answers(figure2, down(figure2, ['router1/server-a'], ends)), ['server-b']);
    t.deepEqual(answers(figure2, down(figure2, ['router1/server-a', 'router1/router2'], ends)), []);
  }
});

test('an instance that stopped answering is left out, but its host is still routed', (t) => {
  t.deepEqual(answers(figure2, stopped('server-a')), ['server-b']);
  t.deepEqual(answers(figure2, stopped('server-a', 'server-b', 'server-c')), []);
  t.deepEqual(leavesBy(figure2, stopped('server-a'), 'router2', '10.255.0.4/32'), ['eth1'], 'the loopback of server-a');
  t.is(leavesBy(figure2, crashed('server-a'), 'router2', '10.255.0.4/32'), undefined);
});

test('routers must have routes to services, loopbacks and clients in both families, out of the right interface', (t) => {
  const routes = forecast(figure2, healthy).routes('router3');
  // router3: eth1 to router2, eth2 to server-c.
  t.deepEqual(Object.fromEntries([...routes].map(([prefix, { ways }]) => [prefix, [...ways].join()])), {
    '192.0.2.53/32': 'server-c by eth2',
    '2001:db8:53::53/128': 'server-c by eth2',
    '10.255.0.1/32': 'router2 by eth1',
    'fd00:0:ff::1/128': 'router2 by eth1',
    '10.255.0.2/32': 'router2 by eth1',
    'fd00:0:ff::2/128': 'router2 by eth1',
    '10.255.0.4/32': 'router2 by eth1',
    'fd00:0:ff::4/128': 'router2 by eth1',
    '10.255.0.5/32': 'router2 by eth1',
    'fd00:0:ff::5/128': 'router2 by eth1',
    '10.255.0.6/32': 'server-c by eth2',
    'fd00:0:ff::6/128': 'server-c by eth2',
    '10.0.0.0/31': 'router2 by eth1',
    'fd00:0:0:1::/64': 'router2 by eth1',
  });
});

test('an instance needs no route to the address it serves itself', (t) => {
  t.is(leavesBy(figure2, healthy, 'server-a', `${v4}/32`), undefined);
  t.deepEqual(leavesBy(figure2, stopped('server-a'), 'server-a', `${v4}/32`), ['eth1'], 'until it stops serving it');
});

test('nodes that are off or speak no routing protocol need no routes', (t) => {
  t.is(forecast(figure2, crashed('router3')).routes('router3').size, 0);
  t.is(forecast(figure2, healthy).routes('client1').size, 0);
});

test('the way back to a client is needed for as long as its link is up', (t) => {
  t.deepEqual(leavesBy(figure2, healthy, 'server-c', '10.0.0.0/31'), ['eth1']);
  t.is(leavesBy(figure2, healthy, 'router1', '10.0.0.0/31'), undefined, 'router1 has the link itself');
  t.is(leavesBy(figure2, down(figure2, ['client1/router1']), 'server-c', '10.0.0.0/31'), undefined);
  t.is(leavesBy(figure2, crashed('client1'), 'server-c', 'fd00:0:0:1::/64'), undefined);
});

test('addresses that no instance can be reached at must have no route', (t) => {
  t.deepEqual(forecast(figure2, healthy).unroutable('router1'), []);
  t.deepEqual(forecast(figure2, stopped('server-a', 'server-b', 'server-c')).unroutable('router1'), [
    `${v4}/32`,
    `${v6}/128`,
  ]);
  const cut = forecast(figure2, down(figure2, ['router1/router2', 'router1/server-a']));
  t.deepEqual(cut.unroutable('router1'), [`${v4}/32`, `${v6}/128`]);
  t.deepEqual(cut.unroutable('router2'), [], 'on the other side two instances are left');
});

test('where costs tie, each nearest instance may answer and each way may be taken', (t) => {
  const plan = planOf(twoEqualWays);
  t.deepEqual(answers(plan, healthy), ['server-a', 'server-b']);
  t.deepEqual(leavesBy(plan, healthy, 'router1', `${v4}/32`), ['eth2', 'eth3']);
  t.deepEqual(answers(plan, crashed('router2')), ['server-b']);
  t.deepEqual(leavesBy(plan, crashed('router2'), 'router1', `${v6}/128`), ['eth3']);
});

test('a client with two gateways uses the cheap one, and the other when that link is down', (t) => {
  const plan = planOf(twoGateways);
  t.deepEqual(answers(plan, healthy), ['server-b']);
  t.deepEqual(answers(plan, down(plan, ['client1/router2'])), ['server-a']);
  t.deepEqual(answers(plan, crashed('router2')), ['server-a'], 'a router without power takes the carrier with it');
  t.deepEqual(answers(plan, down(plan, ['client1/router1'])), ['server-b']);
  t.deepEqual(answers(plan, down(plan, ['client1/router1', 'client1/router2'])), []);
});

test('the way back leads to the nearest end of each link of a client', (t) => {
  const plan = planOf(twoGateways);
  // 10.0.0.0/31 is client1/router1, 10.0.0.2/31 client1/router2; router2's eth2 leads to router1.
  t.deepEqual(leavesBy(plan, healthy, 'router2', '10.0.0.0/31'), ['eth2']);
  t.deepEqual(leavesBy(plan, healthy, 'server-a', '10.0.0.2/31'), ['eth1']);
  t.is(leavesBy(plan, down(plan, ['client1/router1']), 'router2', '10.0.0.0/31'), undefined);
});

test('a router announces for a host: over the link to it, while the link is up and the instance answers', (t) => {
  const plan = planOf(announcedByRouters);
  t.deepEqual(answers(plan, healthy), ['server-a']);
  t.deepEqual(leavesBy(plan, healthy, 'router1', `${v4}/32`), ['eth3'], 'the interface to server-a');
  for (const condition of [stopped('server-a'), crashed('server-a'), down(plan, ['router1/server-a'])]) {
    t.deepEqual(answers(plan, condition), ['server-b']);
    t.deepEqual(leavesBy(plan, condition, 'router1', `${v4}/32`), ['eth2'], 'the interface to router2');
  }
  t.deepEqual(answers(plan, crashed('router2', 'server-a')), []);
  t.deepEqual(forecast(plan, stopped('server-a', 'server-b')).unroutable('router2'), [`${v4}/32`, `${v6}/128`]);
});

test('over switches: routers of one segment are one hop apart, and each pays for its own interface', (t) => {
  const plan = planOf(switched);
  t.deepEqual(answers(plan, healthy), ['server-a', 'server-b'], 'router1 pays the same to router2 and to router3');
  t.deepEqual(answers(plan, down(plan, ['sw1/sw2'])), ['server-a'], 'router3 is cut off');
  t.deepEqual(answers(plan, down(plan, ['router2/sw1'])), ['server-b']);
  t.deepEqual(answers(plan, crashed('router1')), []);
  t.deepEqual(leavesBy(plan, healthy, 'router2', '10.64.0.0/22'), ['eth1'], 'the segment of the client');
});

test('over switches: a client whose gateway is cut off behind the switch gets no answer', (t) => {
  const plan = planOf(switched);
  t.deepEqual(answers(plan, down(plan, ['client1/sw3'])), []);
  t.deepEqual(answers(plan, down(plan, ['sw3/router1'])), [], 'the link of the client is up, but it leads nowhere');
});

test('over switches: the way back to a segment with two routers leads over the cheaper one, or over both', (t) => {
  const text = (cost: number): string => `
name: two-ways-back
nodes:
  sw1:      {kind: switch}
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  router3:  {kind: router}
  server-a: {kind: host}
links:
  - [client1, sw1]
  - [router1, sw1]
  - {endpoints: [router2, sw1], cost: ${cost}}
  - [router1, router3]
  - [router2, router3]
  - [router3, server-a]
anycast: {service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a]}}
`;
  t.deepEqual(leavesBy(planOf(text(1)), healthy, 'router3', '10.64.0.0/22'), ['eth1', 'eth2']);
  t.deepEqual(leavesBy(planOf(text(2)), healthy, 'router3', '10.64.0.0/22'), ['eth1']);
  const cut = planOf(text(2));
  t.deepEqual(leavesBy(cut, down(cut, ['router1/router3']), 'router3', '10.64.0.0/22'), ['eth2']);
});

test('a router keeps what it announces itself, even where another instance would cost less', (t) => {
  const plan = planOf(`
name: kept
nodes:
  client1:  {kind: host}
  client2:  {kind: host}
  router0:  {kind: router}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router0]
  - [router0, router1]
  - [router1, router2]
  - {endpoints: [router1, server-a], cost: 40}
  - [router2, server-b]
  - [client2, router2]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b], announce: router}
`);
  t.deepEqual(answers(plan, healthy), ['server-a'], 'router1 is on the way to router2');
  t.deepEqual(leavesBy(plan, healthy, 'router1', `${v4}/32`), ['eth3'], 'the interface to server-a');
  t.deepEqual(answers(plan, healthy, 'client2'), ['server-b']);
  t.deepEqual(answers(plan, stopped('server-a')), ['server-b']);
});

test('a host on two links is no way from one to the other, and its own links cost all the same', (t) => {
  const plan = planOf(`
name: multi-homed
nodes: {client1: {kind: host}, router1: {kind: router}, router2: {kind: router}, router3: {kind: router}, server-a: {kind: host}, server-b: {kind: host}}
links:
  - [client1, router1]
  - {endpoints: [router1, server-a], cost: 9}
  - [router2, server-a]
  - {endpoints: [router1, router2], cost: 3}
  - [router2, router3]
  - [router3, server-b]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b]}
`);
  t.deepEqual(answers(plan, healthy), ['server-a']);
  t.deepEqual(answers(plan, down(plan, ['router1/router2'])), ['server-a']);
  const cut = {
    ...down(plan, ['router1/router2']),
    ...stopped('server-a'),
    downEnds: down(plan, ['router1/router2']).downEnds,
  };
  t.deepEqual(answers(plan, cut), [], 'server-b is behind a host, which passes nothing on');
  t.deepEqual(leavesBy(plan, cut, 'router1', `${v4}/32`), ['eth2'], 'routing leads there all the same');
  t.deepEqual(
    leavesBy(plan, healthy, 'server-a', '10.0.0.0/31'),
    ['eth1'],
    'by the way that is shorter beyond its links',
  );
});

test('a router that lost its link to a segment of clients finds them by way of another on it', (t) => {
  const plan = planOf(`
name: two-on-a-segment
nodes: {sw1: {kind: switch}, client1: {kind: host}, router1: {kind: router}, router2: {kind: router}, server-a: {kind: host}}
links:
  - [client1, sw1]
  - [router1, sw1]
  - [router2, sw1]
  - [router1, router2]
  - [router2, server-a]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a]}
`);
  t.is(leavesBy(plan, healthy, 'router1', '10.64.0.0/22'), undefined, 'its own segment');
  t.deepEqual(leavesBy(plan, down(plan, ['router1/sw1']), 'router1', '10.64.0.0/22'), ['eth2']);
  t.deepEqual(answers(plan, down(plan, ['router1/sw1'])), [], 'no carrier tells the client that its gateway is gone');
});

test('a router with several instances on its links leads to all of the nearest, and to the next ones when those are gone', (t) => {
  const text = (asn: readonly [string, string]): string => `
name: shared-router
nodes:
  client1:  {kind: host}
  router1:  {kind: router${asn[0]}}
  router2:  {kind: router${asn[1]}}
  server-a: {kind: host}
  server-b: {kind: host}
  server-c: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router2, server-a]
  - [router2, server-b]
  - {endpoints: [router2, server-c], cost: 5}
anycast:
  service: {addresses: [${v4}, "${v6}"], instances: [server-a, server-b, server-c], announce: router, allowSharedRouter: true}
`;
  for (const asn of [
    ['', ''],
    [', asn: 65001', ', asn: 65002'],
  ] as const) {
    const plan = planOf(text(asn));
    t.deepEqual(answers(plan, healthy), ['server-a', 'server-b']);
    t.deepEqual(leavesBy(plan, healthy, 'router2', `${v4}/32`), ['eth2', 'eth3']);
    t.deepEqual(answers(plan, stopped('server-a')), ['server-b']);
    t.deepEqual(leavesBy(plan, crashed('server-a'), 'router2', `${v6}/128`), ['eth3']);
    t.deepEqual(answers(plan, crashed('server-a', 'server-b')), ['server-c']);
    t.deepEqual(leavesBy(plan, crashed('server-a', 'server-b'), 'router2', `${v4}/32`), ['eth4']);
    t.deepEqual(answers(plan, crashed('server-a', 'server-b', 'server-c')), []);
  }
});
