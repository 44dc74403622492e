import test from 'ava';
import { othersOf, trunkLines } from '../../../../src/agent/lab/trunk-lines.js';
import type { LabPlan } from '../../../../src/plan/model.js';
import type { Part } from '../../../../src/protocol/part.js';
import { lowerMtu, loweredLinks } from '../../../../src/runtime/swarm/mtu.js';
import { partsOf } from '../../../../src/runtime/swarm/parts.js';
import { planOf, switched, twoEqualWays } from '../../plan/plan-of.js';

const machines = ['192.0.2.1', '192.0.2.2'];
const names = ['one', 'two'];
const room = new Map([
  ['192.0.2.1 192.0.2.2', 1500],
  ['192.0.2.2 192.0.2.1', 1400],
]);

/** The parts of a lab of which these nodes are on machine two. */
function twoParts(plan: LabPlan, ...onTwo: readonly string[]): readonly Part[] {
  const parts = machines.map((address, number) => ({
    id: address,
    name: names[number] ?? '',
    address,
    nodes: plan.nodes.map(({ name }) => name).filter((name) => onTwo.includes(name) === (number === 1)),
  }));
  return partsOf(plan, { parts, firstNetwork: 0x80_0000 }, 4789);
}

function mtus(plan: LabPlan): Record<string, number> {
  return Object.fromEntries(
    plan.nodes.flatMap(({ name, interfaces }) =>
      interfaces.flatMap((item) => (item.mtu === undefined ? [] : [[`${name} ${item.link}`, item.mtu]])),
    ),
  );
}

test('a link between machines has room for its headers, by the narrower way; others stay as they are', (t) => {
  const plan = planOf(twoEqualWays);
  t.deepEqual(mtus(lowerMtu(plan, twoParts(plan, 'router3', 'server-b'), room)), {
    'router1 router1/router3': 1350,
    'router3 router1/router3': 1350,
  });
});

test('what has less room than the plan says is named', (t) => {
  const plan = planOf(twoEqualWays);
  const lowered = lowerMtu(plan, twoParts(plan, 'router3', 'server-b'), room);
  t.deepEqual([...loweredLinks(plan, lowered)], [['router1/router3', 1350]]);
  t.deepEqual([...loweredLinks(plan, plan)], []);
});

test('all ends of a network have the same MTU, also those behind switches', (t) => {
  const plan = planOf(switched);
  const lowered = mtus(lowerMtu(plan, twoParts(plan, 'router3', 'server-b'), room));
  t.deepEqual([...new Set(Object.values(lowered))], [1350]);
  t.true('router2 router2/sw1' in lowered && 'router1 router1/sw1' in lowered);
  t.false('router2 router2/server-a' in lowered);
});

test('on one machine, or where there is room, the plan is the same', (t) => {
  const plan = planOf(twoEqualWays);
  t.is(lowerMtu(plan, twoParts(plan), room), plan);
  const jumbo = new Map([...room.keys()].map((key) => [key, 9000] as const));
  t.is(lowerMtu(plan, twoParts(plan, 'router3'), jumbo), plan);
});

test('what the file asks for and does not fit is refused, with what fits', (t) => {
  const plan = planOf(twoEqualWays.replace('[router1, router3]', '{endpoints: [router1, router3], mtu: 1500}'));
  t.throws(() => lowerMtu(plan, twoParts(plan, 'router3', 'server-b'), room), {
    code: 'RUNTIME_UNFIT',
    message: /router1\/router3 is to carry packets of 1500 bytes, and between its machines 1350 fit/,
  });
});

test('where routers choose among instances, what hosts send fits into tunnels between machines', (t) => {
  const plan = planOf(
    twoEqualWays.replace('router1:  {kind: router}', 'router1: {kind: router, selection: {service: hash}}'),
  );
  const lowered = lowerMtu(plan, twoParts(plan, 'router3', 'server-b'), room);
  const [sent, carried] = [Object.values(mtus(lowered)), mtus(lowered)];
  t.is(carried['router1 router1/router3'], 1350);
  t.is(carried['router1 router1/router2'], 1564, 'on one machine');
  t.deepEqual([...new Set(sent)].sort(), [1286, 1350, 1564]);
  t.is(carried['client1 client1/router1'], 1286);
  t.is(lowerMtu(plan, twoParts(plan), room), plan);
});

test('both machines make the same networks for a link, and each names the other', (t) => {
  const plan = planOf(twoEqualWays);
  const [one, two] = twoParts(plan, 'router3', 'server-b').map((part) => {
    const trunks = Object.entries(part.trunks).map(([link, machine]) => ({
      link: Number(link),
      end: 0 as const,
      own: { node: 'router1', interface: 'eth1' },
      machine,
      mtu: 1450,
    }));
    return trunkLines(part, { others: othersOf(part), trunks }, 'NS').home.filter((line) =>
      line.startsWith('link add'),
    );
  });
  t.is(one?.length, 2);
  const idOf = (line: string): string | undefined => / id (\d+) /.exec(line)?.[1];
  t.deepEqual(one?.map(idOf), two?.map(idOf));
  t.regex(one?.[0] ?? '', /local 192\.0\.2\.1 remote 192\.0\.2\.2 dstport 4789$/);
  t.regex(two?.[0] ?? '', /local 192\.0\.2\.2 remote 192\.0\.2\.1 dstport 4789$/);
});
