import test from 'ava';
import fc from 'fast-check';
import { inTimeZoneOf, readDaemonLog } from '../../../src/codec/daemon-log.js';

const names: Readonly<Record<string, string>> = {
  '10.255.0.4': 'router3',
  '10.0.0.3': 'router3',
  '10.0.0.2': 'router3',
  'fe80::6e:ff:fe00:102 eth2': 'router2',
};
const nameOf = (address: string, device: string | undefined): string | undefined =>
  names[address] ?? names[`${address} ${device ?? ''}`];
const textsOf = (...lines: readonly string[]): readonly string[] =>
  readDaemonLog(lines.join('\n'), nameOf).map(({ text }) => text);

test('OSPF adjacencies of both versions are told with the name of the neighbor, and why they changed', (t) => {
  t.deepEqual(
    textsOf(
      '2026/11/22 16:34:41.232612 OSPF: [Y05P2-YJVXY] AdjChg: Nbr 10.255.0.4, NbrIP 10.0.0.3 (default) on eth2:10.0.0.2: Full -> Deleted (InactivityTimer)',
      '2026/11/22 16:34:41.258684 OSPF6: [GHN28-AMRE7] AdjChg: Nbr 10.255.0.4(default) on 10.255.0.4%eth2: Full -> Down (InactivityTimer)',
    ),
    [
      'OSPF neighbor router3: Full -> Deleted (InactivityTimer)',
      'OSPF neighbor router3: Full -> Down (InactivityTimer)',
    ],
  );
});

test('IS-IS adjacencies are told with the neighbor across the interface', (t) => {
  const isisNames = (_address: string, device: string | undefined): string | undefined =>
    device === 'eth2' ? 'router2' : undefined;
  const said = readDaemonLog(
    [
      '2026/11/24 21:15:19.992570 ISIS: [Q7SVW-YVKRH] %ADJCHANGE: Adjacency to 0000.0000.0002 (eth2) for level-2 changed from Initializing to Up, unspecified',
      '2026/11/24 21:15:29.992570 ISIS: [Q7SVW-YVKRH] %ADJCHANGE: Adjacency to far (eth3) for level-2 changed from Up to Down, holding timer expired',
    ].join('\n'),
    isisNames,
  );
  t.deepEqual(
    said.map(({ text }) => text),
    ['IS-IS neighbor router2: Initializing -> Up', 'IS-IS neighbor far: Up -> Down (holding timer expired)'],
  );
});

test('BGP sessions are told with why they went down, where it is said', (t) => {
  t.deepEqual(
    textsOf(
      '2026/11/22 16:33:47.123456 BGP: [N9HHH-F8H1M] %ADJCHANGE: neighbor 10.0.0.2(router3) in vrf default Up',
      '2026/11/22 16:33:47.123456 BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor 10.0.0.2(router3) in vrf default Down No AFI/SAFI activated for peer',
      '2026/11/22 16:33:47.123456 BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor 2001:db8::7(Unknown) in vrf default Down Interface down',
    ),
    [
      'BGP session with router3 up',
      'BGP session with router3 down (No AFI/SAFI activated for peer)',
      'BGP session with 2001:db8::7 down (Interface down)',
    ],
  );
});

test('BFD sessions are told, by an address alone or by one that only its interface makes sense of', (t) => {
  t.deepEqual(
    textsOf(
      '2026/11/22 16:34:41.232353 BFD: [SEY1D-NT8EQ] state-change: [mhop:no peer:10.0.0.3 local:0.0.0.0 vrf:default ifname:eth2] up -> down reason:control-expired',
      '2026/11/22 16:34:40.520951 BFD: [J1C6V-VMRW5] state-change: [mhop:no peer:fe80::6e:ff:fe00:102 local:fe80::6e:ff:fe00:101 vrf:default ifname:eth2] init -> up',
      '2026/11/22 16:34:40.520951 BFD: [J1C6V-VMRW5] state-change: [mhop:no peer:fe80::6e:ff:fe00:102 local:fe80::6e:ff:fe00:101 vrf:default ifname:eth3] init -> up',
    ),
    [
      'BFD session with router3: up -> down (control-expired)',
      'BFD session with router2: init -> up',
      'BFD session with fe80::6e:ff:fe00:102: init -> up',
    ],
  );
});

test('a BFD session over several hops has no interface, and is told all the same', (t) => {
  t.deepEqual(
    textsOf(
      '2026/11/22 16:34:40.520951 BFD: [J1C6V-VMRW5] state-change: [mhop:yes peer:10.255.0.4 local:10.255.0.1 vrf:default] up -> down reason:neighbor-down',
    ),
    ['BFD session with router3: up -> down (neighbor-down)'],
  );
});

test('everything else is left out: other words, no time, half a line', (t) => {
  t.deepEqual(
    textsOf(
      '2026/11/22 16:34:41.741960 OSPF6: [QDEV2-4Y01P] sendmsg failed: Network is unreachable (101)',
      '2026/11/22 16:33:47 BGP: [N9HHH-F8H1M] %ADJCHANGE: neighbor 10.0.0.2(router3) in vrf default Up',
      '%ADJCHANGE: neighbor 10.0.0.2(router3) in vrf default Up',
      '2026/11/22 16:34:41.258684 OSPF6: [GHN28-AMRE7] AdjChg: Nbr 10.255.0.4(default) on 10.255.0.4%eth2: Full ->',
      '',
    ),
    [],
  );
});

test("a line is at the moment that the daemon's clock showed, to the microsecond", (t) => {
  const [word] = readDaemonLog(
    '2026/11/22 16:33:47.123456 BGP: [N9HHH-F8H1M] %ADJCHANGE: neighbor 10.0.0.2(router3) in vrf default Up',
    nameOf,
  );
  t.is(word?.wallMs, Date.UTC(2026, 10, 22, 16, 33, 47) + 123.456);
});

test('in any time zone it is the nearest moment that such a clock can mean', (t) => {
  const quarters = fc.integer({ min: -56, max: 56 });
  fc.assert(
    fc.property(quarters, fc.integer({ min: -400_000, max: 400_000 }), (zone, offMs) => {
      const aboutMs = Date.UTC(2026, 10, 22, 16, 0, 0);
      t.is(inTimeZoneOf(aboutMs, aboutMs + offMs + zone * 900_000), aboutMs + offMs);
    }),
  );
});

test('no log is too strange to be read', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (log) => {
      t.deepEqual(readDaemonLog(log, nameOf), []);
    }),
  );
});
