import test from 'ava';
import { conditionAfter } from '../../../src/predict/changes.js';
import { predict } from '../../../src/predict/prediction.js';
import { entryOf, kindsOfFault, type FaultKind } from '../../../src/topology/model/fault.js';
import { planOf } from '../plan/plan-of.js';

const plan = planOf(`
name: changes
nodes:
  client1:  {kind: host}
  client2:  {kind: host}
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65002}
  router3:  {kind: router, asn: 65003}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [client2, router3]
  - [router1, router2]
  - [router1, router3]
  - [router2, router3]
  - [router2, server-a]
  - [router3, server-b]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b]}
`);

/** What a kind of fault is made of here. */
const targets = {
  node: 'router2',
  link: 'router2/server-a',
  interface: 'router2:eth3',
  partition: 'router2+client1/server-a',
  machine: 'machine@worker1',
  service: 'service@server-a',
  daemon: 'bgpd@server-a',
} as const;
const taken: ReadonlySet<FaultKind> = new Set(['hijack', 'null-route', 'sinkhole']);
const endOfSystem: ReadonlySet<FaultKind> = new Set(['prepend', 'med', 'local-pref']);

/** Who answers the two clients over IPv4, and over IPv6 where that is another: client1 is as far from both sites. */
function answersAfter(how: FaultKind): string {
  const [first] = entryOf(how).targets;
  const target = taken.has(how) ? 'service@router1' : endOfSystem.has(how) ? 'router2' : targets[first ?? 'node'];
  const settings = how === 'impair' ? { impairment: { delayMs: 20 } } : undefined;
  const { predictions } = predict(plan, conditionAfter(plan, [{ action: 'fail', target, how, settings }]));
  const rows = predictions.map(({ instances }) => instances.map(({ instance }) => instance).join(' or ') || 'nobody');
  return rows.join(', ');
}

/** router2 is the first of two equal ways, by its router-id. MED decides among routes of one system alone. */
const stays = 'server-a, server-a, server-b, server-b';
const moves = 'server-b, server-b, server-b, server-b';
const expected: Readonly<Record<FaultKind, string>> = {
  crash: moves,
  freeze: moves,
  drain: moves,
  leak: stays,
  flood: stays,
  down: moves,
  silence: moves,
  partition: moves,
  impair: stays,
  flap: stays,
  stop: moves,
  hang: moves,
  withdraw: moves,
  kill: moves,
  hijack: 'router1, router1, server-b, server-b',
  sinkhole: 'router1, router1, server-b, server-b',
  'null-route': 'nobody, nobody, server-b, server-b',
  prepend: moves,
  med: stays,
  'local-pref': stays,
};

for (const how of kindsOfFault)
  test(`a prediction knows what ${how} comes to, in both families`, (t) => {
    t.is(answersAfter(how), expected[how]);
  });
