import test from 'ava';
import { conditionOf, nodesAround } from '../../../src/fault/active-fault.js';
import { resolveFault } from '../../../src/fault/resolve-fault.js';
import { healthy } from '../../../src/forecast/condition.js';
import { bundledPlan, planOf, switched } from '../plan/plan-of.js';

const figure2 = bundledPlan('figure2');
const faults = (...targets: readonly string[]) => targets.map((target) => resolveFault(figure2, target, undefined));

function around(target: string, plan = figure2): readonly string[] {
  return [...nodesAround(resolveFault(plan, target, undefined).effect, plan)].sort();
}

test('without faults all is well', (t) => {
  t.deepEqual(conditionOf([]), healthy);
});

test('faults of all kinds add up', (t) => {
  const { crashedNodes, downEnds, stoppedServices } = conditionOf(
    faults('server-a', 'router3', 'router1/router2', 'router2:eth3', 'service@server-b'),
  );
  t.deepEqual([...crashedNodes].sort(), ['router3', 'server-a']);
  t.deepEqual([...downEnds].sort(), ['router1:eth2', 'router2:eth1', 'router2:eth3']);
  t.deepEqual([...stoppedServices], ['service@server-b']);
});

test('a node that is in two faults is broken until both are restored', (t) => {
  const [crash, link] = [faults('router1'), faults('router1/router2')];
  t.deepEqual([...conditionOf([...crash, ...link]).downEnds].sort(), ['router1:eth2', 'router2:eth1']);
  t.deepEqual([...conditionOf(link).crashedNodes], []);
});

test('a fault is noticed at first hand by the broken node and by those on a segment with what broke', (t) => {
  t.deepEqual(around('server-a'), ['router1', 'server-a']);
  t.deepEqual(around('router2'), ['router1', 'router2', 'router3', 'server-b']);
  t.deepEqual(around('router1/router2'), ['router1', 'router2']);
  t.deepEqual(around('router1:eth2'), ['router1', 'router2'], 'the far end, too');
  t.deepEqual(around('service@server-c'), ['router3', 'server-c']);
  t.deepEqual(
    around('router1/sw1', planOf(switched)),
    ['router1', 'router2', 'router3', 'sw1', 'sw2'],
    'everybody on the segment',
  );
});
