import type { Daemon } from '../../plan/model.js';
import type { LabNode } from './lab-node.js';

/** How the kernel numbers the routes of each daemon (rtnetlink(7), /etc/iproute2/rt_protos). */
const ROUTE_PROTOCOLS: Readonly<Partial<Record<Daemon, number>>> = {
  zebra: 11,
  babeld: 42,
  bgpd: 186,
  isisd: 187,
  ospfd: 188,
  ospf6d: 188,
  ripd: 189,
  ripngd: 190,
  nhrpd: 191,
  eigrpd: 192,
  pbrd: 195,
  staticd: 196,
  fabricd: 197,
};

/** Takes every route out of a node's kernel that a routing protocol put there. */
export async function flushRoutes(node: LabNode): Promise<void> {
  // With a next hop go the routes that use it, which could not be flushed by themselves.
  await node.runOutside(['ip', 'nexthop', 'flush']);
  for (const family of ['-4', '-6']) {
    for (const protocol of routeProtocols(node))
      await node.runOutside(['ip', family, 'route', 'flush', 'proto', protocol]);
  }
}

/** Those routes that `flushRoutes` takes away, and that are there. */
export async function learnedRoutes(node: LabNode): Promise<readonly string[]> {
  const asked = ['-4', '-6'].flatMap((family) =>
    routeProtocols(node).map((protocol) => node.runOutside(['ip', family, 'route', 'show', 'proto', protocol])),
  );
  return (await Promise.all(asked))
    .flatMap(({ output }) => output.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** As what the routes of its daemons are in the kernel. */
function routeProtocols({ daemons }: LabNode): readonly string[] {
  return [...new Set(daemons.names.flatMap((daemon) => ROUTE_PROTOCOLS[daemon] ?? []))].map(String);
}
