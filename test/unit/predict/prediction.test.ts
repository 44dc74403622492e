import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { forecast } from '../../../src/forecast/forecast.js';
import { healthy } from '../../../src/forecast/condition.js';
import type { LabPlan } from '../../../src/plan/model.js';
import { conditionAfter, type WordedChange } from '../../../src/predict/changes.js';
import { predict, type Prediction } from '../../../src/predict/prediction.js';
import { anySystems } from '../../support/any-systems.js';
import { anyTopology } from '../../support/any-topology.js';
import { bundledPlan, planOf, twoEqualWays } from '../plan/plan-of.js';

function rowsOf(predictions: readonly Prediction[]): readonly string[] {
  return predictions.map(({ client, service, family, certainty, instances }) =>
    [
      client,
      service,
      family,
      certainty,
      ...instances.map(
        ({ instance, share, cost, path, ways }) =>
          `${instance} ${String(Math.round(share * 100))}% cost ${String(cost)} by ${path.join('>')} of ${String(ways)}`,
      ),
    ].join(' | '),
  );
}

function after(plan: LabPlan, ...changes: readonly WordedChange[]): readonly string[] {
  return rowsOf(predict(plan, conditionAfter(plan, changes)).predictions);
}

const fail = (target: string, how?: WordedChange['how'], settings?: WordedChange['settings']): WordedChange => ({
  action: 'fail',
  target,
  how,
  settings,
});

test('the nearest instance is certain, with its cost and path, and the next one after it has failed', (t) => {
  const plan = bundledPlan('figure3');
  t.deepEqual(after(plan), [
    'client1 | service | ipv4 | certain | server-a 100% cost 1 by router1>server-a of 1',
    'client1 | service | ipv6 | certain | server-a 100% cost 1 by router1>server-a of 1',
  ]);
  t.deepEqual(
    after(plan, fail('server-a'))[0],
    'client1 | service | ipv4 | certain | server-b 100% cost 2 by router1>router2>server-b of 1',
  );
  t.deepEqual(after(plan, fail('server-a'), { action: 'restore', target: 'server-a' }), after(plan));
  t.throws(() => after(plan, { action: 'restore', target: 'server-a' }), { code: 'FAULT_STATE' });
  t.throws(() => after(plan, fail('server-x')), { code: 'TARGET_UNKNOWN' });
});

test('what cuts a client off leaves it unreached', (t) => {
  const plan = bundledPlan('figure3');
  for (const change of [fail('router1'), fail('client1/router1', 'silence')])
    t.deepEqual(
      after(plan, change),
      ['client1 | service | ipv4 | unreached', 'client1 | service | ipv6 | unreached'],
      change.target,
    );
});

test('equal costs are a tie, with the share of each, and how many equal ways lead there', (t) => {
  t.is(
    after(planOf(twoEqualWays))[0],
    'client1 | service | ipv4 | tie | server-a 50% cost 2 by router1>router2>server-a of 1 | server-b 50% cost 2 by router1>router3>server-b of 1',
  );
  const threeWays = twoEqualWays.replace(
    'links:',
    '  router4: {kind: router}\nlinks:\n  - [router1, router4]\n  - [router4, server-b]',
  );
  t.is(
    after(planOf(threeWays))[0],
    'client1 | service | ipv4 | tie | server-a 33% cost 2 by router1>router2>server-a of 1 | server-b 67% cost 2 by router1>router4>server-b of 2',
  );
});

test('a router that chooses shares among all that it knows, over tunnels', (t) => {
  const rows = after(bundledPlan('selectors')).filter((row) => row.startsWith('client1') && row.includes('ipv4'));
  t.deepEqual(rows.slice(0, 2), [
    'client1 | nearest | ipv4 | certain | server-a 100% cost 1 by router1>server-a of 1',
    'client1 | by-flow | ipv4 | tie | server-a 33% cost 1 by router1>server-a of 1 | server-b 33% cost 2 by router1>router2>server-b of 1 | server-c 33% cost 3 by router1>router2>router3>server-c of 1',
  ]);
});

const systems = `
name: systems
nodes:
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65002}
  router3:  {kind: router, asn: 65003}
  client1:  {kind: host}
  server-a: {kind: host, asn: 65002}
  server-b: {kind: host, asn: 65003}
links:
  - [client1, router1]
  - {endpoints: [router1, router2], policy: {router2: {bandwidth: 30mbit}}}
  - {endpoints: [router1, router3], policy: {router3: {bandwidth: 10mbit}}}
  - [router2, server-a]
  - [router3, server-b]
bgp: {multipath: any-as}
anycast:
  service:
    addresses: [192.0.2.53]
    instances: [server-a, server-b]
`;

test('bandwidths weigh the shares of BGP; prepending, drains and policies decide as in BGP', (t) => {
  const plan = planOf(systems);
  t.is(
    after(plan)[0],
    'client1 | service | ipv4 | tie | server-a 75% cost 2 by router1>router2>server-a of 1 | server-b 25% cost 2 by router1>router3>server-b of 1',
  );
  const onlyB = 'client1 | service | ipv4 | certain | server-b 100% cost 2 by router1>router3>server-b of 1';
  t.is(after(plan, fail('router2', 'prepend'))[0], onlyB);
  t.is(after(plan, fail('router2', 'drain'))[0], onlyB);
  t.is(after(plan, fail('service@server-a', 'withdraw'))[0], onlyB);
  t.is(after(plan, fail('service@server-a'))[0], onlyB);
  const withCommunity = systems.replace('{bandwidth: 30mbit}', '{communities: [GRACEFUL_SHUTDOWN]}');
  t.is(after(planOf(withCommunity))[0], onlyB);
});

test('a covering prefix answers where no address of its own is left', (t) => {
  const plan = planOf(
    systems.replace(
      'instances: [server-a, server-b]',
      'instances: [server-a, server-b]\n    covering: {prefixes: [192.0.2.0/24], instances: [server-b]}',
    ),
  );
  t.is(after(plan)[0], 'client1 | service | ipv4 | certain | server-a 100% cost 2 by router1>router2>server-a of 1');
  t.is(
    after(plan, fail('server-a'))[0],
    'client1 | service | ipv4 | certain | server-b 100% cost 2 by router1>router3>server-b of 1',
  );
  const { predictions } = predict(plan, conditionAfter(plan, [fail('server-a')]));
  t.is(predictions[0]?.decision?.prefix, '192.0.2.0/24');
});

test('what a prediction does not know is said', (t) => {
  const plan = bundledPlan('figure3');
  const notes = (...changes: readonly WordedChange[]): readonly string[] =>
    predict(plan, conditionAfter(plan, changes)).notes;
  t.deepEqual(notes(), []);
  t.deepEqual(notes(fail('router1/router2', 'flap')), ['a link flaps every 1s: this is while it is up']);
  t.regex(notes(fail('router1/router2', 'impair', { impairment: { loss: 0.1 } }))[0] ?? '', /lost on purpose/);
  const own = planOf(
    twoEqualWays.replace('router1:  {kind: router}', 'router1:  {kind: router, frr: "ip forwarding"}'),
  );
  t.deepEqual(predict(own, healthy).notes, ['the own FRRouting lines of router1 are not read']);
});

const golden = new URL('../../golden/', import.meta.url);
// What a configuration of the user's own comes to is not forecast.
const goldenPlans = readdirSync(golden, { withFileTypes: true })
  .filter(({ name }) => name !== 'own-frr' && existsSync(new URL(`${name}/topology.yml`, golden)))
  .map(({ name }) => planOf(readFileSync(new URL(`${name}/topology.yml`, golden), 'utf8')));

test('predictions are what the forecast ends waits by, in bundled, golden and generated networks, broken or not', (t) => {
  const plans = [
    ...['figure1', 'figure2', 'bgp-triangle', 'drain', 'session', 'ipv6-anycast'].map(bundledPlan),
    ...goldenPlans,
    ...Array.from({ length: 20 }, (_, seed) => [anySystems(seed), anyTopology(seed)])
      .flat()
      .map(planOf),
  ];
  let compared = 0;
  for (const plan of plans) {
    const router = plan.nodes.find(({ kind }) => kind === 'router')?.name ?? '';
    const server = plan.nodes.find(({ role }) => role === 'instance')?.name ?? router;
    for (const changes of [
      [],
      [fail(router)],
      [fail(router, 'drain')],
      [fail(server)],
      [fail(plan.links[0]?.id ?? '')],
      [fail(router, 'freeze')],
    ]) {
      const condition = conditionAfter(plan, changes);
      const routing = forecast(plan, condition);
      predict(plan, condition).predictions.forEach(({ instances, lost, certainty }, index) => {
        const question = plan.questions[index];
        if (question === undefined) throw new RangeError('more predictions than questions');
        const said = `${plan.topology} ${changes.map(({ target, how }) => `${target} ${how ?? ''}`).join()} ${question.client} ${question.address}`;
        t.deepEqual(
          instances.map(({ instance }) => instance),
          [...routing.answer(question)].sort(),
          said,
        );
        t.is(certainty === 'unreached', instances.length === 0, said);
        const whole = instances.reduce((sum, { share }) => sum + share, lost);
        if (instances.length > 0) t.true(Math.abs(whole - 1) < 1e-6, `${said}: ${String(whole)}`);
        for (const { path, instance, ways } of instances) {
          t.is(path.at(-1), instance, said);
          t.true(ways >= 1, said);
        }
        compared++;
      });
    }
  }
  t.true(compared > 500, String(compared));
});
