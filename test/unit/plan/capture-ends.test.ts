import test from 'ava';
import { captureEnds } from '../../../src/plan/parts/capture-ends.js';
import { planOf } from './plan-of.js';

const plan = planOf(`
name: three
nodes:
  client1: {kind: host}
  router1: {kind: router}
  router2: {kind: router}
links: [[client1, router1], [router1, router2]]
`);
const names = (where: Parameters<typeof captureEnds>[1]): readonly string[] =>
  captureEnds(plan, where).map((end) => `${end.node}:${end.interface}`);

test('nodes mean all their interfaces, and where nothing is named all are meant', (t) => {
  t.deepEqual(names({ nodes: ['router1'] }), ['router1:eth1', 'router1:eth2']);
  t.deepEqual(names({ ends: [{ node: 'router1', interface: 'eth2' }] }), ['router1:eth2']);
  t.deepEqual(names({}), ['client1:eth1', 'router1:eth1', 'router1:eth2', 'router2:eth1']);
  t.deepEqual(names({ nodes: [] }), []);
});

test('an interface that is named twice is captured once', (t) => {
  t.deepEqual(names({ nodes: ['router1', 'router1'], ends: [{ node: 'router1', interface: 'eth2' }] }), [
    'router1:eth1',
    'router1:eth2',
  ]);
});

test('what is not there is named, with what could have been meant', (t) => {
  t.like(
    t.throws(() => names({ nodes: ['rooter1'] })),
    { code: 'NODE_UNKNOWN', hint: 'did you mean "router1"?' },
  );
  t.like(
    t.throws(() => names({ ends: [{ node: 'cleint1', interface: 'eth1' }] })),
    { code: 'NODE_UNKNOWN', hint: 'did you mean "client1"?' },
  );
  t.like(
    t.throws(() => names({ ends: [{ node: 'router2', interface: 'eth11' }] })),
    { code: 'TARGET_UNKNOWN', hint: 'did you mean "eth1"?' },
  );
});
