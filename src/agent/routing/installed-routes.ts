import type { InstalledHop, RouteState } from '../../protocol/lab-state.js';
import type { LabNode } from '../node/lab-node.js';
import type { NodeNames } from '../node/node-names.js';
import { familyOf } from '../../support/family.js';

interface ZebraRoutes {
  readonly [prefix: string]: readonly {
    readonly selected?: boolean;
    readonly nexthops?: readonly {
      readonly fib?: boolean;
      readonly ip?: string;
      readonly interfaceName?: string;
      readonly blackhole?: boolean;
    }[];
  }[];
}

/**
 * By which neighbors a router's kernel leads to an address: by the address's own route, or by one for a prefix around
 * it.
 */
export async function installedRoutes(
  names: NodeNames,
  router: LabNode,
  address: string,
): Promise<Pick<RouteState, 'installed' | 'covering'>> {
  const isIpv6 = familyOf(address) === 'ipv6';
  // Asked for an address, zebra shows the routes of the longest prefix that has it.
  const shown = await router.daemons.show<ZebraRoutes>('zebra', `show ${isIpv6 ? 'ipv6' : 'ip'} route ${address} json`);
  const [found] = Object.entries(shown ?? {});
  if (found === undefined) return { installed: [], covering: null };
  const [prefix, routes] = found;
  const installed = routes
    .filter((route) => route.selected === true)
    .flatMap((route) => route.nexthops ?? [])
    .filter((nexthop) => nexthop.fib === true)
    .map(({ ip = '', interfaceName = '', blackhole = false }): InstalledHop => ({
      via: blackhole ? 'blackhole' : ip,
      interface: interfaceName,
      node: names.neighborOf(router.name, interfaceName, ip) ?? null,
    }));
  if (prefix === `${address}/${isIpv6 ? '128' : '32'}`) return { installed, covering: null };
  return { installed: [], covering: installed.length === 0 ? null : { prefix, installed } };
}
