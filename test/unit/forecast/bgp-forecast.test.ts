import test from 'ava';
import { healthy, type Condition } from '../../../src/forecast/condition.js';
import { forecast } from '../../../src/forecast/forecast.js';
import type { LabPlan } from '../../../src/plan/model.js';
import { bundledPlan, planOf } from '../plan/plan-of.js';

const ipv4 = '192.0.2.53';

/** Who answers each client over IPv4: `client1: server-a, client2: server-a|server-b`. */
function answers(plan: LabPlan, condition: Partial<Condition> = {}): string {
  const expected = forecast(plan, { ...healthy, ...condition });
  return plan.questions
    .filter(({ address }) => address === ipv4)
    .map((question) => `${question.client}: ${[...expected.answer(question)].sort().join('|') || 'nobody'}`)
    .join(', ');
}

const triangle = bundledPlan('bgp-triangle');

test("the shortest AS path wins, one's own system first", (t) => {
  t.is(answers(triangle), 'client1: server-a, client2: server-b, client3: server-a');
});

test('both families come to the same', (t) => {
  const expected = forecast(triangle, healthy);
  for (const question of triangle.questions) {
    const other = triangle.questions.find((each) => each.client === question.client && each.family !== question.family);
    t.deepEqual(expected.answer(question), expected.answer(other ?? question));
  }
});

test('a drained instance is the last choice, within its system and beyond', (t) => {
  t.is(
    answers(triangle, { drainedNodes: new Set(['server-a']) }),
    'client1: server-b, client2: server-b, client3: server-b',
  );
  t.is(
    answers(triangle, { drainedNodes: new Set(['server-a', 'server-b']) }),
    'client1: server-a, client2: server-b, client3: server-a',
  );
});

test('a withdrawn instance is not there', (t) => {
  t.is(
    answers(triangle, { withdrawnServices: new Set(['service@server-a']) }),
    'client1: server-b, client2: server-b, client3: server-b',
  );
  const both = new Set(['service@server-a', 'service@server-b']);
  t.is(answers(triangle, { withdrawnServices: both }), 'client1: nobody, client2: nobody, client3: nobody');
});

test('who hijacks answers its own, and those who find it nearer', (t) => {
  const hijack = { kind: 'hijack' as const, node: 'router3', service: 'service', prefixes: [`${ipv4}/32`] };
  t.is(answers(triangle, { hijacks: [hijack] }), 'client1: server-a, client2: server-b, client3: router3');
  t.is(
    answers(triangle, { hijacks: [hijack], crashedNodes: new Set(['server-a', 'server-b']) }),
    'client1: router3, client2: router3, client3: router3',
  );
});

test('policy at one end of a link moves those behind it', (t) => {
  const prefer = new Map([['router3:eth1', { localPreference: 50 }]]);
  t.is(answers(triangle, { policies: prefer }), 'client1: server-a, client2: server-b, client3: server-b');
  const longer = new Map([['router1:eth2', { prepend: 3 }]]);
  t.is(answers(triangle, { policies: longer }), 'client1: server-a, client2: server-b, client3: server-b');
});

test('without its bgpd a router hears and tells nothing', (t) => {
  t.is(
    answers(triangle, { deadDaemons: new Set(['bgpd@router1']) }),
    'client1: nobody, client2: server-b, client3: server-b',
  );
});

/** Clients and routers in a row of systems; the instance is at the end. */
const row = (first: string, second: string): string => `
name: row
nodes:
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65002}
  router3:  {kind: router, asn: 65003}
  client1:  {kind: host}
  client2:  {kind: host}
  server-a: {kind: host}
links:
  - {endpoints: [router1, router2]${first}}
  - {endpoints: [router2, router3]${second}}
  - [client1, router1]
  - [client2, router2]
  - [router3, server-a]
anycast:
  service: {addresses: [${ipv4}, "2001:db8:53::53"], instances: [server-a]}
`;

for (const [name, first, second, expected] of [
  ['no relations, no limits', '', '', 'client1: server-a, client2: server-a'],
  [
    'a provider tells its customers everything',
    ', relation: customer-provider',
    ', relation: peer',
    'client1: server-a, client2: server-a',
  ],
  [
    "a customer's routes go everywhere",
    ', relation: peer',
    ', relation: provider-customer',
    'client1: server-a, client2: server-a',
  ],
  ["a peer's routes do not go to a peer", ', relation: peer', ', relation: peer', 'client1: nobody, client2: server-a'],
  ["nor do a provider's", ', relation: peer', ', relation: customer-provider', 'client1: nobody, client2: server-a'],
  [
    'nor to another provider',
    ', relation: provider-customer',
    ', relation: customer-provider',
    'client1: nobody, client2: server-a',
  ],
  [
    'NO_EXPORT stays in the next system',
    '',
    ', policy: {router3: {communities: [NO_EXPORT]}}',
    'client1: nobody, client2: server-a',
  ],
  [
    'NO_ADVERTISE goes no further',
    '',
    ', policy: {router3: {communities: [NO_ADVERTISE]}}',
    'client1: nobody, client2: server-a',
  ],
  [
    'BLACKHOLE is discarded by who hears it, and told to nobody',
    '',
    ', policy: {router3: {communities: [BLACKHOLE]}}',
    'client1: nobody, client2: nobody',
  ],
  [
    'what is not among those announced stays at home',
    '',
    ', policy: {router3: {announce: [203.0.113.0/24]}}',
    'client1: nobody, client2: nobody',
  ],
  [
    'prefixes that are too long are not taken',
    ', policy: {router1: {accept: ["0.0.0.0/0 le 24"]}}',
    '',
    'client1: nobody, client2: server-a',
  ],
  [
    'a filter of the other family filters nothing',
    ', policy: {router1: {accept: ["2001:db8:1::/48"]}}',
    '',
    'client1: server-a, client2: server-a',
  ],
  [
    'a default route leads where nothing longer does',
    ', policy: {router1: {accept: [0.0.0.0/0]}, router2: {defaultOriginate: true}}',
    '',
    'client1: server-a, client2: server-a',
  ],
  [
    'where it was made up, it leads nowhere',
    ', policy: {router2: {defaultOriginate: true}}',
    ', policy: {router2: {accept: [0.0.0.0/0]}}',
    'client1: nobody, client2: nobody',
  ],
] as const) {
  test(name, (t) => {
    t.is(answers(planOf(row(first, second))), expected);
  });
}

for (const [name, first, second, expected] of [
  [
    'a community that its sender set is refused where the file says so',
    ', policy: {router1: {except: [{community: "65003:9", refuse: true}]}}',
    ', policy: {router3: {communities: ["65003:9"]}}',
    'client1: nobody, client2: server-a',
  ],
  [
    'it does nothing where it was taken off',
    ', policy: {router1: {except: [{community: "65003:9", refuse: true}]}, router2: {strip: ["65003:9"]}}',
    ', policy: {router3: {communities: ["65003:9", "65003:8"]}}',
    'client1: server-a, client2: server-a',
  ],
  [
    'all that was there goes before new ones come',
    ', policy: {router1: {except: [{community: "65003:9", refuse: true}, {community: "65002:1", refuse: true}]}, router2: {strip: all, communities: ["65002:1"]}}',
    ', policy: {router3: {communities: ["65003:9"]}}',
    'client1: nobody, client2: server-a',
  ],
  [
    'the first exception that fits counts',
    ', policy: {router2: {except: [{prefix: "192.0.2.53/32", med: 5}, {community: "65003:9", withhold: true}]}}',
    ', policy: {router3: {communities: ["65003:9"]}}',
    'client1: server-a, client2: server-a',
  ],
  [
    'a community is withheld from one neighbor',
    ', policy: {router2: {except: [{community: "65003:9", withhold: true}]}}',
    ', policy: {router3: {communities: ["65003:9"]}}',
    'client1: nobody, client2: server-a',
  ],
] as const) {
  test(name, (t) => {
    t.is(answers(planOf(row(first, second))), expected);
  });
}

/** Sites of one system, with another between them. */
const sites = (policy: string, middle = ''): string => `
name: sites
nodes:
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65002${middle}}
  router3:  {kind: router, asn: 65001, prefixes: [${ipv4.replace(/\d+$/, '0')}/24]}
  client1:  {kind: host}
  server-a: {kind: host}
links:
  - {endpoints: [router1, router2], policy: {${policy}}}
  - [router2, router3]
  - [client1, router1]
  - [router3, server-a]
anycast:
  service: {addresses: [${ipv4}], instances: [server-a]}
`;

test('a site takes routes of its own system from the other one only where it allows them', (t) => {
  t.is(answers(planOf(sites('router2: {med: 1}'))), 'client1: nobody');
  t.is(answers(planOf(sites('router1: {allowAsIn: 1}'))), 'client1: server-a');
  t.is(
    answers(planOf(sites('router2: {removePrivateAs: true}'))),
    'client1: nobody',
    "the neighbor's own number is kept",
  );
});

test('a prefix of a router leads there where the route to the address is filtered, and so does an aggregate', (t) => {
  const short = 'router1: {allowAsIn: 1, accept: ["0.0.0.0/0 le 24"]}';
  t.is(answers(planOf(sites(short))), 'client1: server-a');
  const none = 'router1: {allowAsIn: 1, accept: ["0.0.0.0/0 le 16"]}';
  t.is(answers(planOf(sites(none))), 'client1: nobody');
  t.is(answers(planOf(sites(none, ', aggregates: [192.0.0.0/16]'))), 'client1: server-a');
  t.is(
    answers(planOf(sites('router1: {allowAsIn: 1}', ', aggregates: [{prefix: 192.0.0.0/16, summaryOnly: true}]'))),
    'client1: server-a',
  );
  t.is(answers(planOf(sites(none, ', aggregates: [198.0.0.0/16]'))), 'client1: nobody', 'there is no part of it');
});

test('a leak tells peers what peers told, and lets sealed routes out', (t) => {
  const leakingNodes = new Set(['router2']);
  t.is(
    answers(planOf(row(', relation: peer', ', relation: peer')), { leakingNodes }),
    'client1: server-a, client2: server-a',
  );
  t.is(
    answers(planOf(row('', ', policy: {router3: {communities: [NO_EXPORT]}}')), { leakingNodes }),
    'client1: server-a, client2: server-a',
  );
});

/** One system with two ways out to another, which has an instance behind each. */
const twoExits = (extra = '', first = '', second = ''): string => `
name: two-exits
${extra}
nodes:
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65001}
  router3:  {kind: router, asn: 65002}
  router4:  {kind: router, asn: 65002}
  client1:  {kind: host}
  client2:  {kind: host}
  server-a: {kind: host, asn: 65101}
  server-b: {kind: host, asn: 65102}
links:
  - [router1, router2]
  - {endpoints: [router1, router3]${first}}
  - {endpoints: [router2, router4]${second}}
  - [client1, router1]
  - [client2, router2]
  - [router3, server-a]
  - [router4, server-b]
anycast:
  service: {addresses: [${ipv4}], instances: [server-a, server-b]}
`;

test('of two ways out each takes its own: the nearest next hop', (t) => {
  t.is(answers(planOf(twoExits())), 'client1: server-a, client2: server-b');
});

test('the lower MED of one neighboring system wins before that', (t) => {
  t.is(
    answers(planOf(twoExits('', ', policy: {router3: {med: 50}}', ', policy: {router4: {med: 10}}'))),
    'client1: server-b, client2: server-b',
  );
});

test('a higher preference at one exit draws all of the system there', (t) => {
  t.is(
    answers(planOf(twoExits('', ', policy: {router1: {localPreference: 200}}'))),
    'client1: server-a, client2: server-a',
  );
});

/** A router that hears of an instance each from two neighbors. */
const fork = (multipath: string, [a, b]: readonly [number, number] = [65101, 65102]): string => `
name: fork
bgp: {multipath: ${multipath}}
nodes:
  router1:  {kind: router, asn: 65001}
  client1:  {kind: host}
  server-a: {kind: host, asn: ${String(a)}}
  server-b: {kind: host, asn: ${String(b)}}
links:
  - [client1, router1]
  - [router1, server-a]
  - [router1, server-b]
anycast:
  service: {addresses: [${ipv4}], instances: [server-a, server-b], allowSharedRouter: true}
`;

test('equal routes share where the file says so: by one neighboring system, or by any', (t) => {
  t.is(answers(planOf(fork('none'))), 'client1: server-a');
  t.is(answers(planOf(fork('same-as'))), 'client1: server-a');
  t.is(answers(planOf(fork('same-as', [65101, 65101]))), 'client1: server-a|server-b');
  t.is(answers(planOf(fork('any-as'))), 'client1: server-a|server-b');
});

const covering = planOf(`
name: covering
nodes:
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65002}
  router3:  {kind: router, asn: 65001}
  client1:  {kind: host}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, router3]
  - [router2, server-a]
  - [router3, server-b]
anycast:
  service:
    addresses: [${ipv4}]
    instances: [server-a, server-b]
    covering: {prefixes: [192.0.2.0/24], instances: [server-b]}
`);

test('the covering prefix is for when nobody announces the address', (t) => {
  t.is(answers(covering), 'client1: server-a');
  t.is(answers(covering, { withdrawnServices: new Set(['service@server-a']) }), 'client1: server-b');
  const hijacks = [{ kind: 'hijack' as const, node: 'router2', service: 'service', prefixes: ['192.0.2.0/25'] }];
  t.is(answers(covering, { hijacks }), 'client1: server-a');
  t.is(answers(covering, { hijacks, withdrawnServices: new Set(['service@server-a']) }), 'client1: router2');
});

test('where BGP does not come to rest, any instance may answer, and nothing is waited for', (t) => {
  // Griffin and Wilfong's bad gadget: each of three prefers the way over its neighbor to its own.
  const plan = planOf(`
name: bad-gadget
nodes:
  router0:  {kind: router, asn: 65000}
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65002}
  router3:  {kind: router, asn: 65003}
  client1:  {kind: host}
  server-a: {kind: host}
links:
  - [router1, router0]
  - [router2, router0]
  - [router3, router0]
  - {endpoints: [router1, router2], policy: {router1: {localPreference: 200}}}
  - {endpoints: [router2, router3], policy: {router2: {localPreference: 200}}}
  - {endpoints: [router3, router1], policy: {router3: {localPreference: 200}}}
  - [client1, router1]
  - [router0, server-a]
anycast:
  service: {addresses: [${ipv4}], instances: [server-a]}
`);
  t.is(answers(plan), 'client1: server-a');
  t.deepEqual(forecast(plan, healthy).routes('router1'), new Map());
});
