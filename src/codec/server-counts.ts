import type { ServerCounts } from '../protocol/server-counts.js';

/** RCODEs as NSD calls them (RFC 6895 section 2.3). */
const RCODES: Readonly<Record<string, number>> = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
};
const TABLE = 'nearcast-queries';

/** What NSD replies to `stats_noreset`; undefined where it is something else. */
export function readNsdCounts(text: string): Pick<ServerCounts, 'upMs' | 'received' | 'rcodes'> | undefined {
  const values = new Map(
    Array.from(text.matchAll(/^([\w.]+)=([\d.]+)$/gm), ([, key = '', value]) => [key, Number(value)]),
  );
  const upS = values.get('time.boot');
  if (upS === undefined) return undefined;
  const valueOf = (key: string): number => values.get(`num.${key}`) ?? 0;
  const rcodes = Object.entries(RCODES).map(([name, number]) => [String(number), valueOf(`rcode.${name}`)] as const);
  return {
    upMs: Math.round(upS * 1000),
    received: {
      udpIpv4: valueOf('udp'),
      udpIpv6: valueOf('udp6'),
      tcpIpv4: valueOf('tcp'),
      tcpIpv6: valueOf('tcp6'),
    },
    rcodes: Object.fromEntries(rcodes.filter(([, count]) => count > 0)),
  };
}

/** Rules of nft(8) that remember who sends DNS queries to which address. */
export const querySourcesRuleset = [
  `table inet ${TABLE} {`,
  ...['ipv4', 'ipv6'].map(
    (family) => `set ${family} { type ${family}_addr . ${family}_addr; size 65535; flags dynamic; }`,
  ),
  'chain received {',
  'type filter hook input priority -300;',
  ...(
    [
      ['ipv4', 'ip'],
      ['ipv6', 'ip6'],
    ] as const
  ).map(
    ([family, header]) =>
      `meta nfproto ${family} meta l4proto { tcp, udp } th dport 53 update @${family} { ${header} daddr . ${header} saddr };`,
  ),
  '}',
  '}',
].join('\n');

/** The command that lists what they remember. */
export const querySourcesCommand = ['nft', '-j', 'list', 'table', 'inet', TABLE] as const;

/** Who has sent something to one of these addresses; undefined where the text is no list of nft(8). */
export function readQuerySources(json: string, addresses: readonly string[]): readonly string[] | undefined {
  const listed = parsed(json) as { readonly nftables?: readonly NftItem[] } | undefined;
  if (listed?.nftables === undefined) return undefined;
  const pairs = listed.nftables.flatMap(({ set }) => set?.elem ?? []).flatMap(({ concat }) => (concat ? [concat] : []));
  const sources = pairs.flatMap(([to = '', from = '']) => (addresses.includes(to) ? [from] : []));
  return [...new Set(sources)].sort();
}

interface NftItem {
  readonly set?: { readonly elem?: readonly { readonly concat?: readonly string[] }[] };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
