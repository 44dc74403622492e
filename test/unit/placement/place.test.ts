import test from 'ava';
import type { LabPlan } from '../../../src/plan/model.js';
import type { Machine, Placement } from '../../../src/placement/machine.js';
import { placeNodes } from '../../../src/placement/place.js';
import { ringTopology } from '../../bench/ring.js';
import { bundledPlan, planOf, switched } from '../plan/plan-of.js';

function machine(name: string, more: Partial<Machine> = {}): Machine {
  return { name, labels: {}, cores: 4, memoryMb: 16_000, ...more };
}

const three = ['worker1', 'worker2', 'worker3'].map((name) => machine(name));

const machineOf = (placement: Placement, node: string): string => placement.machineOf.get(node) ?? 'nowhere';

/** A chain of systems, each of three routers in a triangle, with a client. */
function systems(count: number, place = ''): LabPlan {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return planOf(`
name: systems
nodes:
${numbers
  .map((n) => {
    const asn = String(65000 + n);
    const routers = ['a', 'b', 'c'].map((each) => `  s${String(n)}${each}: {kind: router, asn: ${asn}}`);
    return [...routers, `  client${String(n)}: {kind: host}`].join('\n');
  })
  .join('\n')}
  server: {kind: host}
links:
${numbers
  .flatMap((n) => {
    const s = `s${String(n)}`;
    return [
      `  - [${s}a, ${s}b]`,
      `  - [${s}b, ${s}c]`,
      `  - [${s}c, ${s}a]`,
      `  - [client${String(n)}, ${s}b]`,
      ...(n < count ? [`  - {endpoints: [${s}c, s${String(n + 1)}a], relation: peer}`] : []),
    ];
  })
  .join('\n')}
  - [server, s1a]
anycast:
  service: {addresses: [192.0.2.53], instances: [server]}
${place}`);
}

test('every node of every bundled topology is on one machine, and links between machines are counted', (t) => {
  for (const name of ['figure1', 'figure2', 'bgp-triangle', 'catchments', 'dns-root']) {
    const plan = bundledPlan(name);
    const { machineOf: of, machines, linksBetween } = placeNodes(plan, three);
    t.deepEqual(
      machines.flatMap(({ nodes }) => nodes).sort(),
      plan.nodes.map((node) => node.name),
      name,
    );
    t.deepEqual(
      linksBetween,
      plan.links.filter(({ ends: [a, b] }) => of.get(a.node) !== of.get(b.node)).map(({ id }) => id),
    );
    t.is(
      machines.reduce((sum, each) => sum + each.linksBetween, 0),
      2 * linksBetween.length,
    );
  }
});

test('the same plan and machines give the same placement', (t) => {
  t.deepEqual(placeNodes(bundledPlan('catchments'), three), placeNodes(bundledPlan('catchments'), three));
});

test('hosts are with their router, and every machine has its share', (t) => {
  const plan = bundledPlan('catchments');
  const placement = placeNodes(plan, three);
  for (const { ends } of plan.links) {
    if (ends.some(({ node }) => node.startsWith('server-')))
      t.is(machineOf(placement, ends[0].node), machineOf(placement, ends[1].node));
  }
  const counts = placement.machines.map(({ nodes }) => nodes.length);
  t.true(Math.min(...counts) > 0.75 * Math.max(...counts), JSON.stringify(counts));
});

test('an autonomous system is on one machine, and a chain of them is cut at two links', (t) => {
  const placement = placeNodes(systems(6), three);
  for (const n of [1, 2, 3, 4, 5, 6]) {
    const of = ['a', 'b', 'c'].map((each) => machineOf(placement, `s${String(n)}${each}`));
    t.is(new Set(of).size, 1, `system ${String(n)}`);
    t.is(machineOf(placement, `client${String(n)}`), of[0] ?? '');
  }
  t.is(placement.linksBetween.length, 2);
});

test('a machine with more cores gets more', (t) => {
  const placement = placeNodes(systems(8), [machine('small', { cores: 2 }), machine('large', { cores: 6 })]);
  t.deepEqual(
    placement.machines.map(({ nodes }) => nodes.filter((name) => name.startsWith('client')).length),
    [2, 6],
  );
});

test('a machine with little memory gets what fits, and a lab that fits nowhere is refused', (t) => {
  const little = machine('little', { memoryMb: 300 });
  const placement = placeNodes(systems(8), [little, machine('large')]);
  const [first, second] = placement.machines;
  t.true(first !== undefined && first.memoryMb <= 300);
  t.true(second !== undefined && second.nodes.length > 24);
  const error = t.throws(() => placeNodes(systems(8), [little]), { code: 'MEMORY_SHORT' });
  t.regex(error.message, /^little would need about \d+ MB of memory, and has 300 MB$/);
});

test('the file places nodes, patterns and systems; a router takes its hosts along, and its own entry counts first', (t) => {
  const place = `place:
  65003: {machine: worker1}
  "s2*": {machine: worker3}
  s2b: {machine: worker2}
  65001: {label: rack=1}
`;
  const machines = [machine('worker1'), machine('worker2'), machine('worker3', { labels: { rack: '1' } })];
  const placement = placeNodes(systems(3, place), machines);
  for (const [node, wanted] of [
    ['s3a', 'worker1'],
    ['client3', 'worker1'],
    ['s2a', 'worker3'],
    ['s2b', 'worker2'],
    ['client2', 'worker2'],
    ['s1c', 'worker3'],
    ['server', 'worker3'],
  ] as const)
    t.is(machineOf(placement, node), wanted, node);
});

test('what the file wants and is not there is named', (t) => {
  const unknown = t.throws(() => placeNodes(systems(1, 'place: {s1a: {machine: worker4}}'), three), {
    code: 'MACHINE_UNKNOWN',
  });
  t.is(unknown.message, 'the file places s1a on worker4, and there is no such machine');
  const label = t.throws(() => placeNodes(systems(1, 'place: {s1a: {machine: worker2, label: rack=7}}'), three), {
    code: 'MACHINE_UNKNOWN',
  });
  t.is(label.message, 'the file places s1a on a machine with the label rack=7, and worker2 has it not');
  t.throws(() => placeNodes(systems(1), []), { code: 'MACHINE_UNKNOWN' });
});

test('a segment of switches is cut only between switches and routers', (t) => {
  const placement = placeNodes(planOf(switched), [machine('worker1'), machine('worker2')]);
  t.is(machineOf(placement, 'server-a'), machineOf(placement, 'router2'));
  t.is(machineOf(placement, 'server-b'), machineOf(placement, 'router3'));
  t.true(placement.linksBetween.length <= 3, placement.linksBetween.join(' '));
});

/** Measured: proportional set sizes of 63 nodes with FRR and 4 hosts, as containers, and of what the kernel has for them. */
test('the memory predicted for a ring of 60 routers is near what was measured', (t) => {
  const measuredMb = 174 + 177 + 247 + 242 + 7 + 348 + 68 * 1.32;
  const { machines } = placeNodes(planOf(ringTopology(60)), [machine('worker1')]);
  t.true(Math.abs((machines[0]?.memoryMb ?? 0) / measuredMb - 1) < 0.15, JSON.stringify(machines[0]?.memoryMb));
});
