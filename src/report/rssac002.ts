import type { ServerCounts } from '../protocol/server-counts.js';
import { parseAddress } from '../support/ip.js';
import { familyOf } from '../support/family.js';

/** What RSSAC002 has root servers report, for one service: of all its instances together. */
export interface Rssac002 {
  readonly service: string;
  /** How long the oldest of its servers has counted. */
  readonly upMs: number;
  readonly 'traffic-volume': Readonly<Record<string, number>>;
  readonly 'rcode-volume': Readonly<Record<string, number>>;
  /** Null where a kernel does not count them. */
  readonly 'unique-sources': Readonly<Record<string, number>> | null;
}

/** The metrics of each service. */
export function rssac002(counts: readonly ServerCounts[]): readonly Rssac002[] {
  return [...new Set(counts.map(({ service }) => service))].map((service) => {
    const own = counts.filter((each) => each.service === service);
    const total = (of: (counts: ServerCounts) => number): number => own.reduce((sum, each) => sum + of(each), 0);
    const rcodes = [...new Set(own.flatMap((each) => Object.keys(each.rcodes)))].sort((a, b) => Number(a) - Number(b));
    const sources = own.every((each) => each.sources !== null)
      ? [...new Set(own.flatMap((each) => each.sources ?? []))]
      : undefined;
    return {
      service,
      upMs: Math.max(...own.map(({ upMs }) => upMs)),
      'traffic-volume': {
        'dns-udp-queries-received-ipv4': total(({ received }) => received.udpIpv4),
        'dns-udp-queries-received-ipv6': total(({ received }) => received.udpIpv6),
        'dns-tcp-queries-received-ipv4': total(({ received }) => received.tcpIpv4),
        'dns-tcp-queries-received-ipv6': total(({ received }) => received.tcpIpv6),
      },
      'rcode-volume': Object.fromEntries(rcodes.map((rcode) => [rcode, total((each) => each.rcodes[rcode] ?? 0)])),
      'unique-sources': sources === undefined ? null : uniqueSources(sources),
    };
  });
}

/** A YAML document for each metric of each service, as RSSAC002 version 3 has them; times as of `nowMs`, since 1970. */
export function rssac002Yaml(metrics: readonly Rssac002[], nowMs: number): string {
  return metrics
    .flatMap((own) =>
      (['traffic-volume', 'rcode-volume', 'unique-sources'] as const).flatMap((metric) => {
        const values = own[metric];
        if (values === null) return [];
        return [
          '---',
          'version: rssac002v3',
          `service: ${own.service}`,
          `start-period: ${new Date(nowMs - own.upMs).toISOString().replace(/\.\d+Z$/, 'Z')}`,
          `metric: ${metric}`,
          ...Object.entries(values).map(([key, value]) => `${key}: ${String(value)}`),
        ];
      }),
    )
    .join('\n');
}

/** Addresses of IPv6 also by their networks of 64 bits. */
function uniqueSources(sources: readonly string[]): Readonly<Record<string, number>> {
  const v6 = sources.filter((source) => familyOf(source) === 'ipv6');
  return {
    'num-sources-ipv4': sources.length - v6.length,
    'num-sources-ipv6': v6.length,
    'num-sources-ipv6-aggregate': new Set(v6.map(networkOf)).size,
  };
}

function networkOf(address: string): string {
  const value = parseAddress(address)?.value;
  return value === undefined ? address : (value >> 64n).toString(16);
}
