import test from 'ava';
import type { LabNode } from '../../../../src/agent/node/lab-node.js';
import type { Summary } from '../../../../src/codec/bgp-neighbor.js';
import { ospf6Shown, ospfShown } from '../../../../src/agent/routing/ospf.js';
import { bgpUnheard } from '../../../../src/agent/routing/quiet/shown-bgp.js';
import { isisUnderWay } from '../../../../src/agent/routing/quiet/shown-isis.js';
import { ospfUnderWay, ospfUnheard, type OspfInterface } from '../../../../src/agent/routing/quiet/shown-ospf.js';
import { lackingText } from '../../../../src/report/words/lacking.js';

const end = (node: string, settings: Partial<OspfInterface> = {}): OspfInterface => ({
  node,
  family: 'ipv4',
  interface: 'eth1',
  segment: 1,
  isWaiting: false,
  neighbors: ['Full'],
  ...settings,
});

test('an election to come is under way where there is somebody to elect', (t) => {
  const waiting = [end('a', { isWaiting: true, neighbors: ['2-Way'] }), end('b', { isWaiting: true, neighbors: [] })];
  t.deepEqual(ospfUnderWay(waiting).map(lackingText), [
    'a: OSPFv2 on eth1 waits before it elects a designated router',
    'b: OSPFv2 on eth1 waits before it elects a designated router',
  ]);
  t.deepEqual(ospfUnderWay([end('a', { isWaiting: true, neighbors: [] })]), [], 'hosts alone are on that segment');
});

test('neighbors are at rest when they are adjacent, or have no need to be', (t) => {
  t.deepEqual(ospfUnderWay([end('a', { neighbors: ['Full', '2-Way'] }), end('b', { neighbors: ['Twoway'] })]), []);
  t.deepEqual(ospfUnderWay([end('a', { neighbors: ['ExStart'] }), end('b')]).map(lackingText), [
    'a: OSPFv2 on eth1 is ExStart',
  ]);
});

test('a neighbor is missed where one on the same segment speaks the same protocol', (t) => {
  const alone = end('a', { neighbors: [] });
  t.deepEqual(ospfUnheard([alone, end('b')]).map(lackingText), ['a: OSPFv2 on eth1 has no neighbor']);
  t.deepEqual(ospfUnheard([alone, end('b', { segment: 2 }), end('c', { family: 'ipv6' })]), []);
});

const speaks = (shown: object): LabNode => ({ daemons: { show: () => Promise.resolve(shown) } }) as unknown as LabNode;

test('a neighbor of OSPF that came further is a change, as its daemon shows it, though nothing logged it', async (t) => {
  const of = (nbrState: string, upTimeInMsec: number) => ({ ifaceName: 'eth1:192.0.2.1', nbrState, upTimeInMsec });
  const two = speaks({ neighbors: { '192.0.2.9': [of('Full/DR', 90_000)], '192.0.2.8': [of('2-Way/DROther', 4000)] } });
  t.deepEqual(await ospfShown(two), { states: new Map([['eth1', ['Full', '2-Way']]]), unchangedMs: 4000 });
  t.is((await ospfShown(speaks({}))).unchangedMs, Infinity, 'there is no neighbor');

  const of6 = (state: string, duration: string) => ({ interfaceName: 'eth1', state, duration });
  const both = speaks({ neighbors: [of6('Full', '2d00:00:01'), of6('Twoway', '01:01:05')] });
  t.deepEqual(await ospf6Shown(both), { states: new Map([['eth1', ['Full', 'Twoway']]]), unchangedMs: 3_665_000 });
});

const neighbors = `Area lab:
 r1                  
    Interface: eth1, Level: 2, State: Up, Expires in 10s
    Adjacency flaps: 1, Last: 36s ago

 r3                  
    Interface: eth2, Level: 3, State: Up, Expires in 10s
    Adjacency flaps: 1, Last: 36s ago
`;

const database = (own: string): string => `Area lab:
IS-IS Level-1 link-state database:
LSP ID                  PduLen  SeqNumber   Chksum  Holdtime  ATT/P/OL
r2.00-00             *    112   0x00000002  0x2c27    1156    0/0/0
  Hostname: r2
  IS Reachability: 0000.0000.0003.00 (Metric: 10)

IS-IS Level-2 link-state database:
LSP ID                  PduLen  SeqNumber   Chksum  Holdtime  ATT/P/OL
r1.00-00                  100   0x00000002  0x5439    1162    0/0/0
  Hostname: r1
  Extended Reachability: 0000.0000.0002.00 (Metric: 10)

r2.00-00             *    112   0x00000002  0x2c27    1156    0/0/0
  Hostname: r2
${own}  Extended IP Reachability: 10.12.0.0/30 (Metric: 10)

    2 LSPs
`;

test('a router of IS-IS is not done before its own link state has all of its links', (t) => {
  const one = '  Extended Reachability: 0000.0000.0001.00 (Metric: 10)\n';
  const both = `${one}  Extended Reachability: 0000.0000.0003.00 (Metric: 10)\n`;
  t.deepEqual(isisUnderWay('r2', neighbors, database(one)).map(lackingText), [
    'r2: IS-IS has told the others of 1 of its 2 links with neighbors',
  ]);
  t.deepEqual(isisUnderWay('r2', neighbors, database(both)), []);
  t.deepEqual(isisUnderWay('r2', neighbors.replace('Up', 'Initializing'), database(both)).map(lackingText), [
    'r2: IS-IS on eth1 is Initializing',
  ]);
});

test('a session is missed where both ends speak BGP, by address or by interface', (t) => {
  const names = {
    ownerOf: (address: string) => ({ '10.0.0.1': 'b', '10.0.0.9': 'silent' })[address],
    neighborOf: (_node: string, device: string) => (device === 'eth1' ? 'b' : undefined),
  };
  const of = (...peers: readonly (readonly [string, string])[]) => ({
    ipv4Unicast: { peers: Object.fromEntries(peers.map(([peer, state]) => [peer, { state, remoteAs: 65001 }])) },
  });
  const summaries = new Map<string, Summary>([
    ['a', of(['10.0.0.1', 'Active'], ['10.0.0.9', 'Active'], ['198.51.100.1', 'Active'], ['eth1', 'Idle'])],
    ['b', of(['10.0.0.0', 'Established'], ['10.0.0.4', 'Idle (Admin)'])],
    ['silent', {}],
  ]);
  t.deepEqual(bgpUnheard(summaries, names).map(lackingText), [
    'a: the BGP session with b (10.0.0.1) is Active',
    'a: the BGP session with b (eth1) is Idle',
  ]);
});
