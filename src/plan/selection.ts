import { steeredMtu } from '../topology/model/graph.js';
import type { Topology } from '../topology/model/topology.js';
import { addressAt, parsePrefix } from '../support/ip.js';
import type { Family, PlanInterface, PlanSegment, PlanSelector, PlanSteering } from './model.js';
import type { Segment } from './segments.js';
import { familyOf } from '../support/family.js';

/** Places in the range for the instances of one service. */
const MOST_INSTANCES = 65_536;
/** Tables from here on are nearcast's own. */
export const segmentTable = 5300;
const FIRST_SELECTOR_TABLE = 6000;
const TABLES_OF_A_SELECTOR = 1000;

export function hasSelection({ nodes }: Topology): boolean {
  return nodes.some(({ selection }) => selection.size > 0);
}

/** The MTU of a segment's links where the file says nothing: larger between routers, for the headers of tunnels. */
export function tunnelMtu(topology: Topology): (segment: Segment) => number | undefined {
  if (!hasSelection(topology)) return () => undefined;
  const routers = new Set(topology.nodes.filter(({ kind }) => kind === 'router').map(({ name }) => name));
  const mtu = steeredMtu(topology);
  return ({ members }) => (members.every(({ node }) => routers.has(node)) ? mtu : undefined);
}

export function planSteering(
  topology: Topology,
  segments: readonly Segment[],
  interfaces: ReadonlyMap<string, readonly PlanInterface[]>,
  networks: Readonly<Record<Family, string>>,
): PlanSteering | undefined {
  if (!hasSelection(topology)) return undefined;
  const chosen = topology.nodes.flatMap(({ name, selection }) =>
    [...selection].map(([service, by]) => ({ router: name, service, by })),
  );
  const selectors = chosen.flatMap(({ router, service, by }, index): readonly PlanSelector[] => {
    const addresses = topology.services.find(({ name }) => name === service)?.addresses ?? [];
    const table = FIRST_SELECTOR_TABLE + index * TABLES_OF_A_SELECTOR;
    return by === 'nearest' ? [] : [{ router, service, by, addresses, table }];
  });
  const isChosen = new Set(selectors.map(({ service }) => service));
  return {
    selectors,
    networks: Object.values(networks),
    segments: topology.services.flatMap(({ name, instances, addresses }, index) =>
      !isChosen.has(name)
        ? []
        : (['ipv4', 'ipv6'] as const)
            .filter((family) => addresses.some((address) => familyOf(address) === family))
            .flatMap((family) =>
              instances.map((instance, place) => ({
                service: name,
                instance,
                family,
                id: segmentId(networks[family], index * MOST_INSTANCES + place + 1),
                ends: endsOf(topology, instance, family, { segments, interfaces }),
              })),
            ),
    ),
  };
}

function segmentId(network: string, number: number): string {
  const parsed = parsePrefix(network);
  if (parsed === undefined) throw new RangeError(`${network} is no prefix`);
  return addressAt(parsed.prefix, number).text;
}

function endsOf(
  { nodes }: Topology,
  instance: string,
  family: Family,
  {
    segments,
    interfaces,
  }: { readonly segments: readonly Segment[]; readonly interfaces: ReadonlyMap<string, readonly PlanInterface[]> },
): PlanSegment['ends'] {
  const routers = new Set(nodes.filter(({ kind }) => kind === 'router').map(({ name }) => name));
  return (interfaces.get(instance) ?? []).flatMap((own) => {
    const address = own.addresses.find((each) => familyOf(each) === family);
    const [via] = address?.split('/') ?? [];
    if (via === undefined) return [];
    return (segments[own.segment]?.members ?? [])
      .filter(({ node }) => routers.has(node))
      .map((member) => ({ router: member.node, interface: member.interface, via }));
  });
}
