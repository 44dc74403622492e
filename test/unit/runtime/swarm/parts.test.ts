import test from 'ava';
import { trunkLines, wayOfLink, wayOfTalk, othersOf, type Trunk } from '../../../../src/agent/lab/trunk-lines.js';
import type { LabPlan } from '../../../../src/plan/model.js';
import type { Part } from '../../../../src/protocol/part.js';
import { ownersOfParts, type LabMachine } from '../../../../src/runtime/swarm/lab-services.js';
import { machinesOfParts, partsOf } from '../../../../src/runtime/swarm/parts.js';
import { planOf, twoEqualWays } from '../../plan/plan-of.js';

const plan = planOf(twoEqualWays);
const lab = { firstNetwork: 0x80_0000 };

function part(number: number, nodes: readonly string[], more: Partial<LabMachine> = {}): LabMachine {
  return {
    id: `id${String(number)}`,
    name: `worker${String(number)}`,
    address: `192.0.2.${String(number)}`,
    nodes,
    ...more,
  };
}

const others = plan.nodes.map(({ name }) => name).filter((name) => !['router3', 'server-b'].includes(name));
const before = [part(1, others), part(2, ['router3', 'server-b'])];
/** Worker 2 was lost: its router is on worker 1 beside what was there, its host on worker 3. */
const after = [
  ...before.slice(0, 1),
  part(2, [], { isGivenUp: true }),
  part(1, ['router3'], { turn: 1 }),
  part(3, ['server-b'], { turn: 1 }),
];

function trunksOf(own: Part, of: LabPlan): readonly Trunk[] {
  return Object.entries(own.trunks).map(([link, machine]) => {
    const { ends } = of.links[Number(link)] ?? t0();
    const end = own.nodes.includes(ends[0].node) ? 0 : 1;
    return { link: Number(link), end, own: ends[end], machine, mtu: 1450 };
  });
}

function t0(): never {
  throw new Error('no such link');
}

test('the nodes of a lost machine are new parts, to which the links of all others lead', (t) => {
  const parts = partsOf(plan, { ...lab, parts: after }, 4789);
  t.deepEqual(parts.map(othersOf), [
    [2, 3],
    [0, 2, 3],
    [0, 3],
    [0, 2],
  ]);
  const linkOf = (id: string): number => plan.links.findIndex((link) => link.id === id);
  t.deepEqual(parts[0]?.trunks, { [linkOf('router1/router3')]: 2 });
  t.deepEqual(parts[2]?.trunks, { [linkOf('router1/router3')]: 0, [linkOf('router3/server-b')]: 3 });
  t.deepEqual(machinesOfParts(after), [
    { name: 'worker1', nodes: [...others, 'router3'] },
    { name: 'worker3', nodes: ['server-b'] },
  ]);
});

test("both ends of each way have each other's numbers, and no way has those of another", (t) => {
  const parts = partsOf(plan, { ...lab, parts: after }, 4789);
  const numbersOf = (own: Part): readonly number[] =>
    [
      ...othersOf(own).map((machine) => wayOfTalk(own, machine)),
      ...trunksOf(own, plan).map((trunk) => wayOfLink(own, trunk)),
    ].map(({ network }) => network);
  for (const own of parts.filter(({ nodes }) => nodes.length > 0)) {
    t.is(new Set(numbersOf(own)).size, numbersOf(own).length);
    for (const trunk of trunksOf(own, plan)) {
      const other = parts[trunk.machine];
      const far = other === undefined ? undefined : trunksOf(other, plan).find(({ link }) => link === trunk.link);
      if (other === undefined || far === undefined) return t.fail('a link with one end');
      const [here, there] = [wayOfLink(own, trunk), wayOfLink(other, far)];
      t.deepEqual([here.network, here.farNetwork, here.address], [there.farNetwork, there.network, other.address]);
      t.is(here.network === here.farNetwork, own.address !== other.address);
    }
  }
  // On one machine, all of them are in one namespace.
  const onOne = parts.filter(({ address, nodes }) => address === '192.0.2.1' && nodes.length > 0).flatMap(numbersOf);
  t.is(new Set(onOne).size, onOne.length);
  t.is(onOne.length, 2 + 1 + 2 + 2);
});

test('what a machine that was given up still sends has numbers that nobody has', (t) => {
  const [stale] = [partsOf(plan, { ...lab, parts: before }, 4789)[1]];
  if (stale === undefined) return t.fail();
  const old = [
    ...othersOf(stale).map((each) => wayOfTalk(stale, each)),
    ...trunksOf(stale, plan).map((each) => wayOfLink(stale, each)),
  ];
  const now = partsOf(plan, { ...lab, parts: after }, 4789)
    .filter(({ nodes }) => nodes.length > 0)
    .flatMap((own) => [
      ...othersOf(own).map((each) => wayOfTalk(own, each)),
      ...trunksOf(own, plan).map((each) => wayOfLink(own, each)),
    ]);
  for (const { network } of old) t.false(now.some((way) => way.network === network));
});

test('within one machine each end is told the number of the other', (t) => {
  const own = partsOf(plan, { ...lab, parts: after }, 4789)[2];
  if (own === undefined) return t.fail();
  const trunks = trunksOf(own, plan).filter(({ machine }) => machine === 0);
  const { home, bridge } = trunkLines(own, { others: [0], trunks }, 'NS');
  t.is(
    home.filter((line) => /^link add nc\w+ type vxlan id \d+ local 192\.0\.2\.1 nolearning dstport 4789$/.test(line))
      .length,
    2,
  );
  t.is(
    bridge.filter((line) => /^fdb append 00:00:00:00:00:00 dev \w+ dst 192\.0\.2\.1 vni \d+ self permanent$/.test(line))
      .length,
    2,
  );
});

test('containers of a part that was moved have an owner of their own: others of the lab may be on the same engine', (t) => {
  const owners = ownersOfParts({ id: 'me', prefix: 'nearcast' }, after);
  t.deepEqual(
    owners.map(({ id }) => id),
    ['me', 'me', 'me, part 2', 'me, part 3'],
  );
});

test('a lab with more links than networks, or too many parts, is refused with what would be right', (t) => {
  const links = Array.from({ length: 31_000 }, () => plan.links[0] ?? t0());
  t.throws(() => partsOf({ ...plan, links }, { ...lab, parts: before }, 4789), {
    code: 'RUNTIME_UNFIT',
    message: 'a lab on several machines has at most 30720 links',
  });
  const many = Array.from({ length: 65 }, (_, number) => part(number, []));
  t.throws(() => partsOf(plan, { ...lab, parts: many }, 4789), { code: 'RUNTIME_UNFIT', message: /at most 64 parts/ });
});
