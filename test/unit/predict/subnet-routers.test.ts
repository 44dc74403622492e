import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { unpredictedRouters } from '../../../src/assert/judge-predictions.js';
import {
  conditionAfter,
  planLab,
  predict,
  readTopology,
  topologyError,
  type Sighting,
  type WordedChange,
} from '../../../src/index.js';
import { subnetRoutersText } from '../../../src/report/predict/subnets-text.js';
import { bundledPlan } from '../plan/plan-of.js';

const lan = bundledPlan('ipv6-anycast');

function routersAfter(
  changes: readonly Pick<WordedChange, 'action' | 'target' | 'how'>[],
  plan = lan,
): readonly string[] {
  return predict(plan, conditionAfter(plan, changes)).subnetRouters.map(
    ({ client, routers, certainty }) => `${client}: ${routers.join(' or ')} ${certainty}`,
  );
}

test('the nearest router of a subnet answers at its anycast address, and on the subnet any of them', (t) => {
  t.deepEqual(lan.subnets, [{ segment: 0, prefix: '2001:db8:1::/64', address: '2001:db8:1::' }], 'a /127 has none');
  t.deepEqual(routersAfter([]), [
    'client1: router1 certain',
    'client2: router2 certain',
    'client3: router1 or router2 tie',
  ]);
});

test('a router that has left its subnet has its address no more', (t) => {
  const left: WordedChange = { action: 'fail', target: 'router2/segment', how: undefined };
  t.deepEqual(routersAfter([left]), [
    'client1: router1 certain',
    'client2: router1 certain',
    'client3: router1 certain',
  ]);
  t.deepEqual(routersAfter([{ action: 'fail', target: 'router1', how: undefined }]), [
    'client1:  unreached',
    'client2: router2 certain',
    'client3: router2 certain',
  ]);
  t.deepEqual(routersAfter([left, { action: 'fail', target: 'router1/segment', how: undefined }]), [
    'client1:  unreached',
    'client2:  unreached',
    'client3:  unreached',
  ]);
});

test('costs decide farther away: a tie, and none', (t) => {
  const planWith = (cost: number) => {
    const reading = readTopology(
      `
name: diamond
nodes:
  client1:  {kind: host}
  near:     {kind: router}
  left:     {kind: router}
  right:    {kind: router}
  lan:      {kind: switch}
  server-a: {kind: host}
links:
  - [client1, near]
  - [near, left]
  - {endpoints: [near, right], cost: ${String(cost)}}
  - {endpoints: [left, lan], prefix: "2001:db8:1::/64"}
  - [right, lan]
  - [near, server-a]
anycast:
  service: {addresses: ["2001:db8:53::53"], instances: [server-a]}
`,
      'diamond.yml',
    );
    if ('problems' in reading) throw topologyError(reading.problems);
    return planLab(reading.topology);
  };
  t.deepEqual(routersAfter([], planWith(1)), ['client1: left or right tie']);
  t.deepEqual(routersAfter([], planWith(2)), ['client1: left certain']);
  t.deepEqual(routersAfter([{ action: 'fail', target: 'left', how: 'drain' }], planWith(2)), [
    'client1: right certain',
  ]);
  t.deepEqual(routersAfter([{ action: 'fail', target: 'near/left', how: undefined }], planWith(2)), [
    'client1: right certain',
  ]);
});

test('another router than was predicted, and none, are differences', (t) => {
  const { subnetRouters } = predict(lan, conditionAfter(lan, []));
  const poll = (client: string, replies: readonly string[]) =>
    ({ client, address: '2001:db8:1::', replies }) as unknown as Sighting;
  const seen = (...polls: readonly Sighting[]) =>
    unpredictedRouters(subnetRouters, polls).map((each) => [each.prediction.client, ...each.seen]);
  t.deepEqual(seen(poll('client1', ['router1']), poll('client2', ['router2']), poll('client3', ['router2'])), []);
  t.deepEqual(seen(poll('client1', ['router2']), poll('client2', [])), [
    ['client1', 'router2'],
    ['client2', null],
  ]);
});

test('the table has a row for each client', (t) => {
  t.is(
    stripVTControlCharacters(subnetRoutersText(predict(lan, conditionAfter(lan, [])).subnetRouters)),
    `CLIENT   SUBNET-ROUTER ADDRESS  ANSWERED BY         CERTAINTY
client1  2001:db8:1::           router1             certain
client2  2001:db8:1::           router2             certain
client3  2001:db8:1::           router1 or router2  tie`,
  );
});
