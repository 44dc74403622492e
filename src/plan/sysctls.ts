import type { Node } from '../topology/model/topology.js';
import type { Family } from './model.js';

/** The kernel settings of a node, its own last, so that a file can say otherwise. Set before any interface exists. */
export function sysctlsOf(
  node: Node,
  families: readonly Family[],
  runsServer: boolean,
): readonly (readonly [string, string])[] {
  const forwards = node.kind === 'router' ? '1' : '0';
  const common: (readonly [string, string])[] = [
    ['net.ipv4.ip_forward', forwards],
    // An anycast answer may come back another way than the query went (RFC 4786 section 4.4.5).
    ['net.ipv4.conf.all.rp_filter', '0'],
    ['net.ipv4.conf.default.rp_filter', '0'],
    // A client that was redirected would hold to it where routing has moved on. The kernel asks "all" or the
    // interface's own.
    ...['all', 'default'].flatMap((which) => [
      [`net.ipv4.conf.${which}.send_redirects`, '0'] as const,
      [`net.ipv4.conf.${which}.accept_redirects`, '0'] as const,
    ]),
    // A trace needs every TTL-exceeded message, not one a second to each destination. For types in the mask there is
    // another limit of a thousand a second: of each node, or in older kernels of all namespaces together.
    ['net.ipv4.icmp_ratelimit', '0'],
    ['net.ipv4.icmp_ratemask', '0'],
    // Flows spread over equal paths by port, as RFC 2992's hash does, not by address alone.
    ['net.ipv4.fib_multipath_hash_policy', '1'],
    ['net.ipv4.conf.all.ignore_routes_with_linkdown', '1'],
    ['net.ipv4.conf.default.ignore_routes_with_linkdown', '1'],
    ['net.ipv4.ping_group_range', '0 0'],
  ];
  const ipv6: (readonly [string, string])[] = [
    ['net.ipv6.conf.all.forwarding', forwards],
    ['net.ipv6.conf.default.forwarding', forwards],
    // Addresses are the plan's and unique; duplicate address detection would hold them back for a second.
    ['net.ipv6.conf.default.accept_dad', '0'],
    ['net.ipv6.conf.default.accept_ra', '0'],
    ['net.ipv6.conf.all.accept_ra', '0'],
    // Of IPv6 a kernel cannot be kept from sending them.
    ['net.ipv6.conf.all.accept_redirects', '0'],
    ['net.ipv6.conf.default.accept_redirects', '0'],
    ['net.ipv6.conf.all.keep_addr_on_down', '1'],
    ['net.ipv6.conf.default.keep_addr_on_down', '1'],
    ['net.ipv6.icmp.ratelimit', '0'],
    // A list of types; there is no such type, and an empty list cannot be written.
    ['net.ipv6.icmp.ratemask', '255'],
    ['net.ipv6.fib_multipath_hash_policy', '1'],
    ['net.ipv6.conf.all.ignore_routes_with_linkdown', '1'],
    ['net.ipv6.conf.default.ignore_routes_with_linkdown', '1'],
  ];
  // A server starts before its host has the anycast address, and stays when the host gives it up.
  const nonlocal = runsServer ? families.map((family) => [`net.${family}.ip_nonlocal_bind`, '1'] as const) : [];
  const none: (readonly [string, string])[] = [['net.ipv6.conf.default.disable_ipv6', '1']];
  return [...common, ...(families.includes('ipv6') ? ipv6 : none), ...nonlocal, ...node.sysctls];
}
