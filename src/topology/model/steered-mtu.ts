import type { Topology } from './topology.js';

/** What SRv6 adds to a packet: an IPv6 header, and a routing header with one segment (RFC 8986 section 5.1, RFC 8754 section 2). */
const TUNNEL_BYTES = 64;
const USUAL_MTU = 1500;

/** What the links between routers must take, so that any packet that a host sends can be steered. */
export function steeredMtu({ links, nodes }: Pick<Topology, 'links' | 'nodes'>): number {
  const hosts = new Set(nodes.filter(({ kind }) => kind === 'host').map(({ name }) => name));
  const atHosts = links.filter(({ ends }) => ends.some(({ node }) => hosts.has(node)));
  return Math.max(...atHosts.map(({ mtu }) => mtu ?? USUAL_MTU), 0) + TUNNEL_BYTES;
}
