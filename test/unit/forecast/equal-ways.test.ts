import test from 'ava';
import { endKey, healthy, type Condition } from '../../../src/forecast/condition.js';
import { allot, flowNumbers, flowsFor, RISK, riskOf } from '../../../src/forecast/flow-numbers.js';
import type { LabPlan } from '../../../src/plan/model.js';
import { equalWays } from '../../../src/forecast/equal-ways.js';
import {
  announcedByRouters,
  bundledPlan,
  planOf,
  switched,
  twoEqualWays,
  twoGateways,
  withinOneSystem,
} from '../plan/plan-of.js';

/** Two tiers of two routers each between the client's router and that of the instances. */
const twoTiers = planOf(`
name: two-tiers
nodes:
  client1:  {kind: host}
  leaf:     {kind: router}
  spine1:   {kind: router}
  spine2:   {kind: router}
  core1:    {kind: router}
  core2:    {kind: router}
  border:   {kind: router}
  server-a: {kind: host}
links:
  - [client1, leaf]
  - [leaf, spine1]
  - [leaf, spine2]
  - [spine1, core1]
  - [spine1, core2]
  - [spine2, core1]
  - [spine2, core2]
  - [core1, border]
  - [core2, border]
  - [border, server-a]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a]}
`);

const down = (plan: LabPlan, id: string): Condition => ({
  ...healthy,
  downEnds: new Set(plan.links.find((link) => link.id === id)?.ends.map(endKey)),
});

/** `leaf 0.5 0.5`: each node that has several next hops, once for each direction, with their shares. */
function ways(plan: LabPlan, condition = healthy): readonly string[] {
  const [first = [], second] = plan.questions
    .filter(({ client }) => client === 'client1')
    .map((question) => {
      const shares = new Map<string, number[]>();
      for (const { from, share } of equalWays(plan, condition)(question))
        shares.set(from, [...(shares.get(from) ?? []), Math.round(share * 1000) / 1000]);
      return [...shares].map(([from, each]) => [from, ...each].join(' ')).sort();
    });
  if (second !== undefined && second.join() !== first.join())
    throw new Error(`IPv4 ${first.join()}, IPv6 ${second.join()}`);
  return first;
}

test('where every node has one next hop, there are no equal ways', (t) => {
  for (const plan of [bundledPlan('figure2'), planOf(twoGateways), planOf(announcedByRouters)])
    t.deepEqual(ways(plan), []);
});

test('a tie of two instances is two ways there; each has one way back', (t) => {
  const plan = planOf(twoEqualWays);
  t.deepEqual(ways(plan), ['router1 0.5 0.5']);
  t.deepEqual(ways(plan, down(plan, 'router1/router2')), []);
  t.deepEqual(
    ways(planOf(switched)),
    ['router1 0.5 0.5'],
    'over a segment it is the cost of the end that sends that counts',
  );
});

test('two tiers are ways there and back, with their parts of the flows', (t) => {
  t.deepEqual(ways(twoTiers), [
    'border 0.5 0.5',
    'core1 0.25 0.25',
    'core2 0.25 0.25',
    'leaf 0.5 0.5',
    'spine1 0.25 0.25',
    'spine2 0.25 0.25',
  ]);
  t.deepEqual(
    ways(twoTiers, down(twoTiers, 'spine1/core1')),
    ['border 0.5 0.5', 'core2 0.25 0.25', 'leaf 0.5 0.5', 'spine2 0.25 0.25'],
    'spine1 and core1 have one next hop left',
  );
});

test('ways share by the bandwidth that routes carry, and a router tells the sum of its own; evenly where one carries none', (t) => {
  const asns = [65001, 65002, 65003];
  t.deepEqual(ways(planOf(withinOneSystem({ asns, third: 200 }))), ['router1 0.833 0.167', 'router2 0.5 0.333']);
  t.deepEqual(ways(planOf(withinOneSystem({}))), ['router1 0.75 0.25'], 'among internal routes too');
  t.deepEqual(ways(planOf(withinOneSystem({ asns, second: undefined }))), ['router1 0.5 0.5']);
});

test('there are as many flows as it takes, and not one more', (t) => {
  for (const shares of [[0.5, 0.5], [0.25, 0.25, 0.25, 0.25], [0.9, 0.1], Array.from({ length: 64 }, () => 1 / 64)]) {
    const flows = flowsFor(shares, RISK);
    t.true(riskOf(shares, flows) <= RISK, String(flows));
    t.true(riskOf(shares, flows - 1) > RISK, String(flows));
  }
  t.is(flowsFor([0.5, 0.5], RISK), 21);
  t.is(flowsFor([], RISK), 1);
});

test('that many flows leave no way without one, as often as it is said', (t) => {
  // A small generator, so that the test is the same each time.
  let state = 1;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const flows = flowsFor([0.25, 0.25, 0.25, 0.25], 0.01);
  let missed = 0;
  for (let round = 0; round < 20_000; round++)
    if (new Set(Array.from({ length: flows }, () => Math.floor(random() * 4))).size < 4) missed += 1;
  t.true(missed / 20_000 < 0.0125, String(missed));
  t.true(missed / 20_000 > 0.005, String(missed));
});

test('what all want together is cut evenly; who wants little gets it', (t) => {
  t.deepEqual(allot([1, 22, 22, 1], 100), [1, 22, 22, 1]);
  t.deepEqual(allot([1, 60, 90, 1], 102), [1, 50, 50, 1]);
  t.deepEqual(allot([30, 60, 90], 90), [30, 30, 30]);
  t.deepEqual(allot([22, 22, 22], 2), [1, 1, 1], 'nobody goes without');
});

test('a change is probed for the ways before it and those after it; a part that is too small says what that risks', (t) => {
  const plan = planOf(twoEqualWays);
  const condition = down(plan, 'router1/router2');
  const [v4] = flowNumbers(plan, plan.questions, [condition, healthy], 1000);
  t.like(v4, { flows: 21, ways: 2 });
  t.true((v4?.risk ?? 1) <= RISK);
  t.like(flowNumbers(plan, plan.questions, [condition], 1000)[0], { flows: 1, ways: 0, risk: 0 });
  t.like(flowNumbers(plan, plan.questions, [healthy, condition], 8)[0], { flows: 4, risk: 0.125 });
});
