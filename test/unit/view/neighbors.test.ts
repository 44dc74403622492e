import test from 'ava';
import { readDaemonLog } from '../../../src/codec/daemon-log.js';
import { resolveFault } from '../../../src/fault/resolve-fault.js';
import { planLab } from '../../../src/plan/plan.js';
import { topologyNamed } from '../../../src/topology/named.js';
import { lossesAfter, neighborsNow, neighborsText, type Losses, type Neighbors } from '../../../src/view/neighbors.js';
import type { Moment } from '../../../src/view/moments.js';
import { lossesIn, neighborsOf } from '../../../src/view/plan-neighbors.js';
import { layOut } from '../../../src/picture/layout.js';
import { networkOfPlan } from '../../../src/picture/network.js';
import { dotsOf, peersByLink } from '../../../src/view/page/peers.js';

const planNamed = async (name: string) => planLab(await topologyNamed(name));
const at = (all: readonly Neighbors[], losses: Losses, ...ends: readonly string[]): readonly string[] =>
  neighborsNow(all, losses)
    .filter((each) => each.ends.every((end) => ends.includes(end)))
    .map(neighborsText);
/** What a daemon of a node logged, as the agent tells it. */
const logged = (node: string, daemon: string, line: string, neighbor: string): Moment[] =>
  readDaemonLog(`2026/11/22 16:34:41.232612 ${line}`, () => neighbor).map(({ text }) => ({
    kind: 'daemon',
    atMs: 0,
    node,
    text: `${daemon}: ${text}`,
  }));

test('neighbors come and go as the daemons at either end say', async (t) => {
  const all = neighborsOf(await planNamed('bgp-triangle'));
  t.deepEqual(at(all, new Map(), 'router1', 'router2'), ['BGP up']);
  t.deepEqual(at(all, new Map(), 'router1', 'server-a'), ['OSPFv2 up', 'OSPFv3 up', 'BGP up']);
  t.deepEqual(at(all, new Map(), 'router1', 'client1'), [], 'a client runs no routing');

  const down = logged(
    'router2',
    'bgpd',
    'BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor 10.0.0.2(router1) in vrf default Down Interface down',
    'router1',
  );
  const lost = lossesAfter(new Map(), down);
  t.deepEqual(at(all, lost, 'router1', 'router2'), ['BGP 1 of 2 up']);
  t.deepEqual(at(all, lossesAfter(lost, down), 'router1', 'router2'), ['BGP down']);
  const up = logged(
    'router2',
    'bgpd',
    'BGP: [N9HHH-F8H1M] %ADJCHANGE: neighbor 10.0.0.2(router1) in vrf default Up',
    'router1',
  );
  t.deepEqual(at(all, lossesAfter(lost, up), 'router1', 'router2'), ['BGP up']);

  const adjacency = (from: string, to: string) =>
    logged(
      'router1',
      'ospf6d',
      `OSPF6: [GHN28-AMRE7] AdjChg: Nbr 10.255.0.4(default) on 10.255.0.4%eth2: ${from} -> ${to} (InactivityTimer)`,
      'server-a',
    );
  const gone = lossesAfter(new Map(), adjacency('Full', 'Down'));
  t.deepEqual(at(all, gone, 'router1', 'server-a'), ['OSPFv2 up', 'OSPFv3 down', 'BGP up']);
  t.deepEqual(at(all, lossesAfter(gone, adjacency('Init', 'ExStart')), 'router1', 'server-a'), [
    'OSPFv2 up',
    'OSPFv3 down',
    'BGP up',
  ]);
  t.deepEqual(at(all, lossesAfter(gone, adjacency('Loading', 'Full')), 'router1', 'server-a'), [
    'OSPFv2 up',
    'OSPFv3 up',
    'BGP up',
  ]);
});

test('routers that speak IS-IS have one adjacency for both families, as isisd tells of it', async (t) => {
  const all = neighborsOf(await planNamed('test/golden/isis/topology.yml'));
  t.deepEqual(at(all, new Map(), 'router2', 'router4'), ['IS-IS up']);
  const said = (from: string, to: string) =>
    logged(
      'router4',
      'isisd',
      `ISIS: [Q7SVW-YVKRH] %ADJCHANGE: Adjacency to router2 (eth2) for level-2 changed from ${from} to ${to}, holding timer expired`,
      'router2',
    );
  const lost = lossesAfter(new Map(), said('Up', 'Down'));
  t.deepEqual(at(all, lost, 'router2', 'router4'), ['IS-IS down']);
  const met = lossesAfter(lost, said('Down', 'Initializing'));
  t.deepEqual(at(all, met, 'router2', 'router4'), ['IS-IS down']);
  t.deepEqual(at(all, lossesAfter(met, said('Initializing', 'Up')), 'router2', 'router4'), ['IS-IS up']);
});

test('who begins to look while something is broken sees who has lost whom', async (t) => {
  const plan = await planNamed('bgp-triangle');
  const all = neighborsOf(plan);
  const losses = lossesIn(plan, [
    resolveFault(plan, 'router1/router2', 'down'),
    resolveFault(plan, 'ospfd@router1', 'kill'),
  ]);
  t.deepEqual(at(all, losses, 'router1', 'router2'), ['BGP down']);
  t.deepEqual(at(all, losses, 'router1', 'router3'), ['BGP up']);
  t.deepEqual(at(all, losses, 'router1', 'server-a'), ['OSPFv2 down', 'OSPFv3 up', 'BGP 1 of 2 up']);
  t.deepEqual(
    neighborsNow(all, lossesIn(plan, [])).filter(({ up, count }) => up < count),
    [],
  );
});

test('each link shows its neighbors at its ends, outside of the nodes', async (t) => {
  const plan = await planNamed('figure3');
  const layout = layOut(networkOfPlan(plan));
  const peers = peersByLink(layout, neighborsNow(neighborsOf(plan), new Map()));
  const linkTo = (a: string, b: string): number => layout.links.findIndex((link) => link.a === a && link.b === b);
  t.deepEqual(peers.get(linkTo('router1', 'router2')), { says: 'OSPFv2 up, OSPFv3 up', isDown: false });
  t.false(peers.has(linkTo('client1', 'router1')));
  const link = layout.links[linkTo('router1', 'server-a')];
  const [router, server] = ['router1', 'server-a'].map((name) => layout.nodes.find((node) => node.name === name));
  const [upper, lower] = link === undefined ? [] : dotsOf(layout, link);
  t.true(upper !== undefined && router !== undefined && upper.y > router.at.y + 17 && upper.y < router.at.y + 40);
  t.true(lower !== undefined && server !== undefined && lower.y < server.at.y - 17 && lower.y > server.at.y - 40);
});
