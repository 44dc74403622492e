import test from 'ava';
import { shortestPaths } from '../../../src/forecast/shortest-paths.js';
import {
  countTransitLinks,
  readIsisDatabase,
  readOspf6Database,
  readOspfDatabase,
  type LinkState,
} from '../../../src/codec/link-state.js';

/** Everything a database says, one line each. */
function lines({ graph, announcers }: LinkState): readonly string[] {
  return [
    ...[...graph.edges].flatMap(([from, edges]) => edges.map(({ to, cost }) => `${from} -> ${to} at ${cost}`)),
    ...[...announcers].map(([address, routers]) => `${address} from ${routers.join(' ')}`),
  ].sort();
}

const toRouter = (id: string, cost: number) => ({
  linkType: 'another Router (point-to-point)',
  neighborRouterId: id,
  routerInterfaceAddress: '10.0.0.1',
  numOfTosMetrics: 0,
  tos0Metric: cost,
});
const stub = (networkAddress: string, networkMask: string) => ({
  linkType: 'Stub Network',
  networkAddress,
  networkMask,
  numOfTosMetrics: 0,
  tos0Metric: 0,
});

function routerLsa(advertisingRouter: string, ...links: readonly object[]) {
  const routerLinks = Object.fromEntries(links.map((link, index) => [`link${index}`, link]));
  return {
    lsaAge: 3,
    options: '*|-|-|-|-|-|E|-',
    lsaType: 'router-LSA',
    linkStateId: advertisingRouter,
    advertisingRouter,
    numOfLinks: links.length,
    routerLinks,
  };
}

const ospf = (...lsas: readonly object[]): unknown => ({
  routerId: '10.255.0.1',
  routerLinkStates: { areas: { '0.0.0.0': lsas } },
});

test('OSPFv2: links with the cost of each side, and the addresses that hosts announce', (t) => {
  const state = readOspfDatabase(
    ospf(
      routerLsa(
        '10.255.0.1',
        stub('10.255.0.1', '255.255.255.255'),
        toRouter('10.255.0.2', 3),
        stub('10.0.0.0', '255.255.255.254'),
      ),
      routerLsa('10.255.0.2', toRouter('10.255.0.1', 8), stub('192.0.2.53', '255.255.255.255')),
    ),
    undefined,
    undefined,
  );
  t.deepEqual(lines(state), [
    '10.255.0.1 -> 10.255.0.2 at 3',
    '10.255.0.1 from 10.255.0.1',
    '10.255.0.2 -> 10.255.0.1 at 8',
    '192.0.2.53 from 10.255.0.2',
  ]);
  t.is(shortestPaths(state.graph, '10.255.0.1').get('10.255.0.2')?.cost, 3);
});

test('OSPFv2: a link that only one side describes is no link', (t) => {
  const state = readOspfDatabase(
    ospf(
      routerLsa('10.255.0.1', toRouter('10.255.0.2', 1), toRouter('10.255.0.3', 1)),
      routerLsa('10.255.0.2', toRouter('10.255.0.1', 1)),
      routerLsa('10.255.0.3'),
    ),
    undefined,
    undefined,
  );
  t.deepEqual(lines(state), ['10.255.0.1 -> 10.255.0.2 at 1', '10.255.0.2 -> 10.255.0.1 at 1']);
  t.false(shortestPaths(state.graph, '10.255.0.1').has('10.255.0.3'));
});

test('OSPFv2: routers on a segment with a designated router are linked over the segment', (t) => {
  const toSegment = (cost: number) => ({
    linkType: 'a Transit Network',
    designatedRouterAddress: '10.64.0.3',
    routerInterfaceAddress: '10.64.0.1',
    numOfTosMetrics: 0,
    tos0Metric: cost,
  });
  const routers = {
    '10.255.0.1': { attachedRouterId: '10.255.0.1' },
    '10.255.0.2': { attachedRouterId: '10.255.0.2' },
  };
  const network = {
    lsaType: 'network-LSA',
    linkStateId: '10.64.0.3',
    advertisingRouter: '10.255.0.2',
    networkMask: 22,
    attchedRouters: routers,
  };
  const state = readOspfDatabase(
    ospf(routerLsa('10.255.0.1', toSegment(5)), routerLsa('10.255.0.2', toSegment(1))),
    { networkLinkStates: { areas: { '0.0.0.0': [network] } } },
    undefined,
  );
  t.is(shortestPaths(state.graph, '10.255.0.1').get('10.255.0.2')?.cost, 5);
  t.is(shortestPaths(state.graph, '10.255.0.2').get('10.255.0.1')?.cost, 1);
});

test('OSPFv2: an address that several announce is from each of them, external ones too', (t) => {
  const anycast = stub('192.0.2.53', '255.255.255.255');
  const external = (linkStateId: string, networkMask: number, advertisingRouter: string) => ({
    lsaType: 'AS-external-LSA',
    linkStateId,
    advertisingRouter,
    networkMask,
    metricType: 'E1',
    metric: 1,
  });
  const state = readOspfDatabase(ospf(routerLsa('10.255.0.4', anycast), routerLsa('10.255.0.5', anycast)), undefined, {
    routerId: '10.255.0.1',
    asExternalLinkStates: [external('192.0.2.53', 32, '10.255.0.1'), external('198.51.100.0', 24, '10.255.0.1')],
  });
  t.deepEqual(lines(state), ['192.0.2.53 from 10.255.0.4 10.255.0.5 10.255.0.1']);
});

const v3RouterLsa = (advertisingRouter: string, options: string, ...links: readonly (readonly [string, number])[]) => ({
  age: 5,
  type: 'Router',
  linkStateId: '0.0.0.0',
  advertisingRouter,
  bits: '--------',
  options,
  lsaDescription: links.map(([neighborRouterId, metric]) => ({
    type: 'Point-To-Point',
    metric,
    interfaceId: '0.0.0.2',
    neighborInterfaceId: '0.0.0.3',
    neighborRouterId,
  })),
});
const TRANSIT = '--|-|--|-|-|--|R|-|--|E|V6';
const STUB = '--|-|--|-|-|--|-|-|--|E|--';
const v3Prefixes = (advertisingRouter: string, ...prefixes: readonly string[]) => ({
  type: 'Intra-Prefix',
  advertisingRouter,
  numberOfPrefix: prefixes.length,
  prefix: prefixes.map((prefix) => ({ prefixOption: '--|--|--|--|--', prefix, metric: 1 })),
});
const area = (...lsa: readonly object[]): unknown => ({ areaScopedLinkStateDb: [{ areaId: '0.0.0.0', lsa }] });

test('OSPFv3: links from router LSAs, addresses from intra-area prefixes, external ones from their own', (t) => {
  const state = readOspf6Database(
    area(
      v3RouterLsa('10.255.0.1', TRANSIT, ['10.255.0.2', 4], ['10.255.0.9', 1]),
      v3RouterLsa('10.255.0.2', TRANSIT, ['10.255.0.1', 6]),
    ),
    area(v3Prefixes('10.255.0.2', '2001:db8:53::53/128', 'fd00:0:0:1::/64')),
    {
      asScopedLinkStateDb: [
        { lsa: [{ type: 'AS-External', advertisingRouter: '10.255.0.1', prefix: '2001:db8:80::80/128', metric: 1 }] },
      ],
    },
  );
  t.deepEqual(lines(state), [
    '10.255.0.1 -> 10.255.0.2 at 4',
    '10.255.0.2 -> 10.255.0.1 at 6',
    '2001:db8:53::53 from 10.255.0.2',
    '2001:db8:80::80 from 10.255.0.1',
  ]);
});

test('OSPFv3: the segments that one router describes are its own transit links, in all of its Router-LSAs', (t) => {
  const link = (type: string) => ({ type, neighborRouterId: '10.255.0.2', neighborInterfaceId: '0.0.0.2' });
  const of = (advertisingRouter: string, ...lsaDescription: readonly object[]) => ({
    type: 'Router',
    advertisingRouter,
    lsaDescription,
  });
  const answer = area(
    of('10.255.0.1', link('Transit-Network'), link('Point-To-Point')),
    of('10.255.0.2', link('Transit-Network'), link('Transit-Network')),
    of('10.255.0.1', link('Transit-Network')),
  );
  t.is(countTransitLinks(answer, '10.255.0.1'), 2);
  t.is(countTransitLinks(answer, '10.255.0.3'), 0);
  t.is(countTransitLinks(undefined, '10.255.0.1'), 0);
});

test('OSPFv3: a host without the R-bit is a destination, and no way to anywhere else (RFC 5340 section 4.8.1)', (t) => {
  const { graph } = readOspf6Database(
    area(
      v3RouterLsa('10.255.0.1', TRANSIT, ['10.255.0.2', 10], ['10.255.0.3', 1]),
      v3RouterLsa('10.255.0.2', TRANSIT, ['10.255.0.1', 10], ['10.255.0.3', 1]),
      v3RouterLsa('10.255.0.3', STUB, ['10.255.0.1', 1], ['10.255.0.2', 1]),
    ),
  );
  const paths = shortestPaths(graph, '10.255.0.1');
  t.is(paths.get('10.255.0.3')?.cost, 1);
  t.is(paths.get('10.255.0.2')?.cost, 10);
});

test('a daemon that answers nothing leaves an empty database', (t) => {
  for (const nothing of [undefined, null, {}]) {
    t.deepEqual(lines(readOspfDatabase(nothing, nothing, nothing)), []);
    t.deepEqual(lines(readOspf6Database(nothing, nothing)), []);
  }
});

/** As FRRouting 8.4 and 10.3 print it; long names are cut short in the first line of a link state. */
const isisHostnames = `vrf     : default
Level  System ID      Dynamic Hostname
2      0102.5500.0002 a-router-with-a-long-name
     * 0102.5500.0001 router1
2      0102.5500.0003 server-a
`;
const isisDatabase = `Area nearcast:
IS-IS Level-2 link-state database:
LSP ID                  PduLen  SeqNumber   Chksum  Holdtime  ATT/P/OL
router1.00-00        *    154   0x00000002  0xd8f3    1015    0/0/0
  Area Address: 49.0001
  Hostname: router1
  Extended Reachability: 0102.5500.0002.00 (Metric: 7)
  Extended Reachability: 0102.5500.0003.6c (Metric: 5)
  Extended IP Reachability: 10.255.0.1/32 (Metric: 0)
  Extended IP Reachability: 10.0.0.0/31 (Metric: 10)
  IPv6 Reachability: fd00:0:0:1::/64 (Metric: 10)

a-router-with-.00-00      131   0x00000002  0x3422    1058    0/0/1
  Hostname: a-router-with-a-long-name
  Extended Reachability: 0102.5500.0001.00 (Metric: 9)

server-a.00-00            131   0x00000002  0x3422    1058    0/0/0
  Hostname: server-a
  Extended Reachability: 0102.5500.0003.6c (Metric: 3)
  Extended IP Reachability: 192.0.2.53/32 (Metric: 0)
  IPv6 Reachability: 2001:db8:53::53/128 (Metric: 0)

server-a.6c-00             62   0x00000001  0xac41    1142    0/0/0
  Extended Reachability: 0102.5500.0003.00 (Metric: 0)
  Extended Reachability: 0102.5500.0001.00 (Metric: 0)

    4 LSPs
`;

test('a database of IS-IS has routers by their router-ids, and segments that cost nothing on the way back', (t) => {
  t.deepEqual(lines(readIsisDatabase(isisHostnames, isisDatabase)), [
    '0102.5500.0003/6c -> 10.255.0.1 at 0',
    '0102.5500.0003/6c -> 10.255.0.3 at 0',
    '10.255.0.1 -> 0102.5500.0003/6c at 5',
    '10.255.0.1 -> 10.255.0.2 at 7',
    '10.255.0.1 from 10.255.0.1',
    '10.255.0.2 -> 10.255.0.1 at 9',
    '10.255.0.3 -> 0102.5500.0003/6c at 3',
    '192.0.2.53 from 10.255.0.3',
    '2001:db8:53::53 from 10.255.0.3',
  ]);
});
