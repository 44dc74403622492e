import test from 'ava';
import { frrDoes } from '../../../src/frr/differences.js';
import { internalWeights, lostWeightsOf, weightsRefusal } from '../../../src/forecast/remarks/lost-weights.js';
import { planOf, withinOneSystem } from '../plan/plan-of.js';

const weightsIn = (text: string): readonly string[] =>
  internalWeights(planOf(text)).map(
    ({ node, to, routes, saidBy }) =>
      `${node} ${to} ${routes.map(({ neighbor, mbps }) => `${neighbor}=${String(mbps)}`).join(' ')} by ${saidBy.join(' ')}`,
  );

test('internal routes to a service that carry different bandwidths are found, for each of its addresses', (t) => {
  t.deepEqual(
    weightsIn(withinOneSystem({})),
    ['192.0.2.53', '2001:db8:53::53'].map((to) => `router1 ${to} router2=300 router3=100 by server-a server-b`),
  );
});

test('where even shares are right, or nothing is shared, none are found', (t) => {
  for (const [what, changes] of Object.entries({
    'routes do not share': { multipath: 'none' },
    'the neighboring systems differ': { multipath: 'same-as' },
    'the bandwidths are the same': { second: 300 },
    'one of them has no bandwidth': { second: undefined },
    'each router is a system of its own': { asns: [65001, 65002, 65003] },
    'one of them is nearer': { cost: 7 },
  } as const))
    t.deepEqual(weightsIn(withinOneSystem(changes)), [], what);
});

test('a router that shares flows tells the sum of what it has, and who said it is known', (t) => {
  const sum = withinOneSystem({ third: 200 });
  t.deepEqual(weightsIn(sum).slice(0, 1), ['router1 192.0.2.53 router2=500 router3=100 by server-a server-b server-c']);
});

test('FRRouting before 10.2 is refused by name, with what would be right; a newer one is not', (t) => {
  const [found] = internalWeights(planOf(withinOneSystem({})));
  if (found === undefined) throw new Error('none found');
  const refusal = weightsRefusal(found, '8.4.4');
  t.like(refusal, {
    code: 'RUNTIME_UNFIT',
    message:
      'router1 has internal routes to 192.0.2.53 with different bandwidths, 300mbit by router2 and 100mbit by router3, and its FRRouting 8.4.4 shares evenly among them: 10.2 and newer share by bandwidth',
    hint: 'remove bandwidth from the policy of server-a and server-b, or write  multipath: none, or let nodes run FRRouting 10.2 or newer',
  });
  t.truthy(weightsRefusal(found, '10.1.3'));
  t.deepEqual(
    ['10.2', '10.2.1', '10.10', '11.0'].map((version) => weightsRefusal(found, version)),
    [undefined, undefined, undefined, undefined],
  );
  t.deepEqual(
    ['8.4.4', '8.5', '10.0'].map((version) => frrDoes('equalWays', version)),
    [false, true, true],
  );
});

test('validate remarks upon it once', (t) => {
  t.deepEqual(
    lostWeightsOf(planOf(withinOneSystem({}))).map(({ code, message }) => [code, message]),
    [
      [
        'LOST_WEIGHTS',
        'router1 has internal routes to 192.0.2.53 with different bandwidths, 300mbit by router2 and 100mbit by router3: FRRouting 10.2 and newer share by bandwidth, and with an older one this file is refused',
      ],
    ],
  );
  t.deepEqual(lostWeightsOf(planOf(withinOneSystem({ multipath: 'none' }))), []);
});
