import type { Daemon, LineDaemon } from './model.js';
import { protocols } from './protocols.js';

/**
 * How lines of each daemon begin, wherever they stand; `no` in front of them is left away. A daemon that only shares a
 * line with others, such as `interface` or `ip prefix-list`, is not meant by it.
 */
const linesOf: readonly (readonly [Daemon, RegExp])[] = [
  ...Object.values(protocols).map(({ daemon, lines }) => [daemon, lines] as const),
  ['bfdd', /^(?:bfd|isis bfd|neighbor \S+ bfd|ip ospf bfd|ipv6 ospf6 bfd|ip(?:v6)? pim bfd)\b/],
  ['staticd', /^ip(?:v6)? m?route\b/],
  ['ripd', /^(?:router|ip) rip\b/],
  ['ripngd', /^(?:router|ipv6) ripng\b/],
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
