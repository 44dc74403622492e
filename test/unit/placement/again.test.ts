import test from 'ava';
import fc from 'fast-check';
import { placeAgain } from '../../../src/placement/again.js';
import type { Machine } from '../../../src/placement/machine.js';
import { placeNodes } from '../../../src/placement/place.js';
import { bundledPlan, planOf } from '../plan/plan-of.js';

function machine(name: string, more: Partial<Machine> = {}): Machine {
  return { name, labels: {}, cores: 4, memoryMb: 16_000, ...more };
}

const three = ['worker1', 'worker2', 'worker3'].map((name) => machine(name));

/** What a lab on three machines has lost with one of them, and what it kept. */
function without(lost: string, plan = bundledPlan('catchments')) {
  const { machineOf } = placeNodes(plan, three);
  const nodes = [...machineOf].flatMap(([node, name]) => (name === lost ? [node] : []));
  const kept = new Map([...machineOf].filter(([, name]) => name !== lost));
  return { plan, nodes, kept };
}

test('what was on a lost machine is placed on the others, as evenly as at the beginning, and nothing else is', (t) => {
  const { plan, nodes, kept } = without('worker2');
  const left = three.filter(({ name }) => name !== 'worker2');
  const again = placeAgain(plan, nodes, { kept, all: left, machines: left });
  t.deepEqual([...again.keys()].sort(), [...nodes].sort());
  t.deepEqual([...new Set(again.values())].sort(), ['worker1', 'worker3']);
  const counts = left.map(({ name }) => [...kept.values(), ...again.values()].filter((each) => each === name).length);
  t.true(Math.max(...counts) < 1.5 * Math.min(...counts), counts.join(' '));
  for (const { ends } of plan.links) {
    const [a, b] = ends.map(({ node }) => again.get(node));
    if (ends.some(({ node }) => node.startsWith('server-'))) t.is(a, b);
  }
});

test('whatever is lost goes to machines that may have it, and the same lab gives the same places', (t) => {
  const plan = bundledPlan('bgp-triangle');
  const names = plan.nodes.map(({ name }) => name);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('worker1', 'worker2', 'worker3'), { minLength: names.length, maxLength: names.length }),
      fc.boolean(),
      (places, isOneFaulted) => {
        const lost = names.filter((_, node) => places[node] === 'worker2');
        const kept = new Map(
          names.flatMap((name, node): readonly (readonly [string, string])[] =>
            lost.includes(name) ? [] : [[name, places[node] ?? 'worker1']],
          ),
        );
        const all = three.filter(({ name }) => name !== 'worker2');
        const machines = isOneFaulted ? all.slice(1) : all;
        const again = placeAgain(plan, lost, { kept, all, machines });
        t.deepEqual([...again.keys()].sort(), [...lost].sort());
        for (const where of again.values()) t.true(machines.some(({ name }) => name === where));
        t.deepEqual(placeAgain(plan, lost, { kept, all, machines }), again);
      },
    ),
    { numRuns: 40 },
  );
});

const placed = `
name: placed
nodes:
  router1: {kind: router}
  router2: {kind: router}
  server-a: {kind: host}
  client1: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router2, server-a]
anycast:
  service: {addresses: [192.0.2.53], instances: [server-a]}
`;

test('a node goes where the file wants it, and its host with it', (t) => {
  const plan = planOf(`${placed}place:\n  router2: {label: rack=1}\n`);
  const machines = [machine('one'), machine('two', { labels: { rack: '1' } }), machine('three')];
  const kept = new Map([
    ['router1', 'one'],
    ['client1', 'one'],
  ] as const);
  const again = placeAgain(plan, ['router2', 'server-a'], { kept, all: machines, machines });
  t.deepEqual(Object.fromEntries(again), { router2: 'two', 'server-a': 'two' });
});

test('a node that no machine left may have is named, and so is a machine with too little memory', (t) => {
  const plan = planOf(`${placed}place:\n  server-a: {machine: two}\n`);
  const one = [machine('one')];
  const kept = new Map([
    ['router1', 'one'],
    ['client1', 'one'],
  ] as const);
  t.throws(() => placeAgain(plan, ['router2', 'server-a'], { kept, all: one, machines: one }), {
    code: 'MACHINE_UNKNOWN',
    message: 'server-a cannot be started on another machine: the file places it on two',
  });
  t.throws(() => placeAgain(planOf(placed), ['router2'], { kept, all: one, machines: [] }), {
    code: 'MACHINE_UNKNOWN',
    message: 'router2 cannot be started on another machine: there is none',
  });
  const small = [machine('one', { memoryMb: 130 })];
  t.throws(() => placeAgain(planOf(placed), ['router2', 'server-a'], { kept, all: small, machines: small }), {
    code: 'MEMORY_SHORT',
    message: /^one would need about \d+ MB/,
  });
});
