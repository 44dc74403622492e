import test from 'ava';
import { conditionOf } from '../../../src/fault/active-fault.js';
import { resolveFault } from '../../../src/fault/resolve-fault.js';
import { generateNetwork, networkText } from '../../../src/generate/network.js';
import type { LabPlan } from '../../../src/plan/model.js';
import { aftermaths } from '../../../src/predict/after-failures.js';
import { doubleFailures, singleFailures } from '../../../src/predict/failures.js';
import { catchmentsUnder } from '../../../src/predict/prediction.js';
import { announcedByRouters, bundledPlan, planOf, switched, twoEqualWays, twoGateways } from '../plan/plan-of.js';

/** A client with a second gateway, behind two switches each; server-a and its router, which announces for it, as well. */
const behindSwitches = `
name: behind-switches
nodes:
  ${['sw1', 'sw2', 'sw3', 'sw4', 'sw5', 'sw6'].map((name) => `${name}: {kind: switch}`).join('\n  ')}
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, sw1]
  - [sw1, sw2]
  - [sw2, router1]
  - {endpoints: [client1, sw3], cost: 9}
  - [sw3, sw4]
  - [sw4, router2]
  - [router1, router2]
  - [router1, router2]
  - [router1, sw5]
  - [sw5, sw6]
  - [sw6, server-a]
  - [router2, server-b]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b], announce: router}
`;

/** How many sets of failures were not worked out, having checked that each leaves what it leaves when it is. */
function leftOutIn(plan: LabPlan): number {
  const after = aftermaths(plan);
  const sets = [[], ...singleFailures(plan).map((each) => [each]), ...doubleFailures(plan)];
  const known = new Set<unknown>();
  for (const failures of sets) {
    const targets = failures.map(({ target }) => target);
    const { catchments } = after(targets);
    const alone = catchmentsUnder(plan, conditionOf(targets.map((target) => resolveFault(plan, target, undefined))));
    // Not the assertion of the test, which would compare thousands of times, and say each of them.
    if (JSON.stringify(catchments.map((each) => [...each])) !== JSON.stringify(alone.map((each) => [...each])))
      throw new Error(`${plan.topology}: ${targets.join(' + ')} leaves something else`);
    known.add(catchments);
  }
  return sets.length - known.size;
}

test('a failure beside everything that packets meet leaves what it leaves when it is worked out, alone and with another', (t) => {
  for (const text of [twoEqualWays, twoGateways, announcedByRouters, switched, behindSwitches])
    t.true(leftOutIn(planOf(text)) > 0);
  for (const name of ['figure1', 'dns-root']) t.true(leftOutIn(bundledPlan(name)) > 0);
  for (const shape of ['ring', 'tree', 'grid', 'clos'] as const)
    for (const seed of [1, 2, 3])
      t.true(leftOutIn(planOf(networkText(generateNetwork({ seed, shape, size: 6 })))) > 0, `${shape} ${String(seed)}`);
});

test('where more than costs decides, every failure is worked out', (t) => {
  t.is(leftOutIn(bundledPlan('bgp-triangle')), 0);
  t.is(leftOutIn(bundledPlan('selectors')), 0);
});
