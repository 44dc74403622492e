import type { Daemon, LineDaemon, PlanRouting } from './model.js';

/**
 * How lines of each daemon begin, wherever they stand; `no` in front of them is left away. A daemon that only shares a
 * line with others, such as `interface` or `ip prefix-list`, is not meant by it.
 */
const linesOf: readonly (readonly [Daemon, RegExp])[] = [
  ['ospfd', /^(?:router|ip) ospf\b/],
  ['ospf6d', /^(?:router|ipv6) ospf6\b/],
  ['bgpd', /^(?:router )?bgp\b/],
  ['bfdd', /^(?:bfd|isis bfd|neighbor \S+ bfd|ip ospf bfd|ipv6 ospf6 bfd|ip(?:v6)? pim bfd)\b/],
  ['staticd', /^ip(?:v6)? m?route\b/],
  ['ripd', /^(?:router|ip) rip\b/],
  ['ripngd', /^(?:router|ipv6) ripng\b/],
  ['isisd', /^(?:(?:ip |ipv6 )?router )?isis\b/],
  ['fabricd', /^(?:(?:ip |ipv6 )?router )?openfabric\b/],
  ['eigrpd', /^(?:router |ip [\w-]+ )?eigrp\b/],
  ['babeld', /^(?:router )?babel\b/],
  ['pimd', /^(?:router pim|ip (?:pim|igmp|msdp|mroute|ssmpingd)|ip multicast boundary)\b/],
  ['pim6d', /^(?:router pim6|ipv6 (?:pim|mld|mroute))\b/],
  ['pbrd', /^(?:pbr|pbr-map|pbr-policy|nexthop-group)\b/],
  ['vrrpd', /^vrrp\b/],
  ['ldpd', /^mpls ldp$/],
  ['nhrpd', /^(?:ip |ipv6 )?nhrp\b/],
  ['pathd', /^segment-routing$/],
];

/** Which daemons a node's own FRRouting lines need, in the order of the table. */
export function daemonsOfLines(text: string): readonly LineDaemon[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '' && !/^[!#]/.test(line));
  return linesOf.flatMap(([daemon, begins]) => {
    const line = lines.find((each) => begins.test(each.replace(/^no /, '')));
    return line === undefined ? [] : [{ daemon, line }];
  });
}

/**
 * Whether nearcast itself configures a daemon of a node; with one that only lines of the file need, it does not meddle.
 */
export function configures(
  { daemons, lineDaemons = [] }: Pick<PlanRouting, 'daemons' | 'lineDaemons'>,
  daemon: Daemon,
): boolean {
  return daemons.includes(daemon) && lineDaemons.every((each) => each.daemon !== daemon);
}
