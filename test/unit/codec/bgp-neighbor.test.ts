import test from 'ava';
import type { PlanSession } from '../../../src/plan/model.js';
import { isUp, sessionTrouble, type NeighborState } from '../../../src/codec/bgp-neighbor.js';
import { remedyOf, whatIsLacking } from '../../../src/report/words/lacking.js';
import { readPaths } from '../../../src/codec/bgp-table.js';

const session: PlanSession = {
  kind: 'external',
  family: 'ipv4',
  neighbor: 'router2',
  neighborAsn: 65_002,
  localAddress: '10.0.0.0',
  neighborAddress: '10.0.0.1',
  interface: 'eth1',
  relation: undefined,
  policy: {},
  timers: { keepaliveS: 1, holdS: 3, connectRetryS: 1, advertisementS: 0, internalAdvertisementS: 0 },
  bfd: undefined,
};
const well: NeighborState = {
  bgpState: 'Established',
  remoteAs: 65_002,
  localAs: 65_001,
  addressFamilyInfo: { ipv4Unicast: {} },
};

test('a session that is as it should be has no trouble', (t) => {
  t.is(sessionTrouble(session, well), undefined);
});

for (const [what, state, words] of [
  ['nobody configured it', undefined, /is not configured; .*remote-as 65002/],
  [
    'another AS is expected',
    { ...well, remoteAs: 65_009 },
    /expects AS 65009, and router2 is AS 65002; neighbor 10\.0\.0\.1 remote-as 65002/,
  ],
  [
    'the other end expects another AS',
    { ...well, bgpState: 'Idle', lastNotificationReason: 'OPEN Message Error/Bad Peer AS' },
    /one end expects an AS number/,
  ],
  ['nobody answers', { ...well, bgpState: 'Active' }, /with router2 \(10\.0\.0\.1\) is Active; does router2 run bgpd/],
  [
    'why it ended is told',
    { ...well, bgpState: 'Idle', lastResetDueTo: 'Hold Timer Expired' },
    /is Idle \(Hold Timer Expired\)/,
  ],
  [
    'no policy in',
    { ...well, addressFamilyInfo: { ipv4Unicast: { inboundEbgpRequiresPolicy: 'Inbound updates discarded' } } },
    /is up but accepts nothing.*RFC 8212.*route-map NAME in/,
  ],
  [
    'no policy out',
    { ...well, addressFamilyInfo: { ipv4Unicast: { outboundEbgpRequiresPolicy: 'Outbound updates discarded' } } },
    /is up but announces nothing.*route-map NAME out/,
  ],
  ['another family alone', { ...well, addressFamilyInfo: { ipv6Unicast: {} } }, /is up, but not for ipv4/],
] as const) {
  test(`what is wrong with a session: ${what}`, (t) => {
    const trouble = sessionTrouble(session, state);
    if (trouble === undefined) return t.fail('no trouble');
    const { neighbor, neighborAddress, neighborAsn, family } = session;
    const lacking = {
      kind: 'session',
      node: 'router1',
      neighbor,
      neighborAddress,
      neighborAsn,
      family,
      trouble,
    } as const;
    t.regex(`${whatIsLacking(lacking)}; ${remedyOf(lacking) ?? ''}`, words);
  });
}

test('the short answer tells whether a session needs a longer look', (t) => {
  const summary = (peer: object) => ({ ipv4Unicast: { peers: { '10.0.0.1': peer } } });
  const peer = { state: 'Established', remoteAs: 65_002, peerState: 'OK' };
  t.true(isUp(session, summary(peer)));
  t.false(isUp(session, summary({ ...peer, peerState: 'Policy' })));
  t.false(isUp(session, summary({ ...peer, remoteAs: 65_009 })));
  t.false(isUp(session, summary({ ...peer, state: 'Idle' })));
  t.false(isUp(session, {}));
});

test('routes are told by who told them, the one in use first, and those that cannot be used not at all', (t) => {
  const shown = {
    prefix: '192.0.2.53/32',
    paths: [
      {
        valid: true,
        aspath: { string: '65003' },
        locPrf: 80,
        metric: 30,
        peer: { peerId: '10.0.0.5' },
        community: { list: ['65003:1'] },
      },
      { valid: false, aspath: { string: '65009' }, peer: { peerId: '10.0.0.7' } },
      {
        valid: true,
        aspath: { string: 'Local' },
        bestpath: { overall: true, selectionReason: 'Weight' },
        peer: { peerId: '0.0.0.0' },
      },
    ],
  };
  t.deepEqual(
    readPaths(shown, (address) => (address === '10.0.0.5' ? 'router3' : undefined)),
    [
      {
        prefix: '192.0.2.53/32',
        via: null,
        asPath: '',
        localPreference: null,
        med: null,
        communities: [],
        best: true,
        reason: 'Weight',
      },
      {
        prefix: '192.0.2.53/32',
        via: 'router3',
        asPath: '65003',
        localPreference: 80,
        med: 30,
        communities: ['65003:1'],
        best: false,
        reason: null,
      },
    ],
  );
  t.deepEqual(
    readPaths(undefined, () => undefined),
    [],
  );
});
