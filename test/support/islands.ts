import { networkText, type GeneratedNetwork } from '../../src/generate/network.js';
import { planLab, readTopology, topologyError, type LabPlan, type Topology } from '../../src/index.js';

/** Several networks in one lab, none of which knows of the others: a lab for each would cost ten times as much. */
export interface Islands {
  readonly plan: LabPlan;
  /** As they are named in the lab. */
  readonly islands: readonly GeneratedNetwork[];
}

/** Puts networks beside each other. Each client asks its own island alone; how equal BGP routes are used is the lab's. */
export function islandsOf(
  networks: readonly GeneratedNetwork[],
  name: string,
  multipath: Topology['bgp']['multipath'],
): Islands {
  const islands = networks.map(onIsland);
  const topologies = islands.map((island, nth) => topologyOf(island, nth));
  const [first] = topologies;
  if (first === undefined) throw new RangeError('no network');
  const plan = planLab({
    ...first,
    name,
    bgp: { ...first.bgp, multipath },
    nodes: topologies.flatMap(({ nodes }) => nodes),
    links: topologies.flatMap(({ links }) => links),
    services: topologies.flatMap(({ services }) => services),
  });
  const islandOf = new Map(
    islands.flatMap((island, nth) => island.clients.map((client) => [client.name, nth] as const)),
  );
  return {
    islands,
    plan: {
      ...plan,
      questions: plan.questions.filter(({ client, service }) => serviceOn(islandOf.get(client) ?? -1) === service),
    },
  };
}

function serviceOn(nth: number): string {
  return `service-${String(nth)}`;
}

function topologyOf(island: GeneratedNetwork, nth: number): Topology {
  const reading = readTopology(networkText({ ...island, failures: [] }), `${island.name}.yml`);
  if ('problems' in reading) throw topologyError(reading.problems);
  const { services, ...topology } = reading.topology;
  return { ...topology, services: services.map((service) => ({ ...service, name: serviceOn(nth) })) };
}

/** With names, systems and addresses that no other island has. */
function onIsland(network: GeneratedNetwork, nth: number): GeneratedNetwork {
  const named = (name: string): string => `i${String(nth)}-${name}`;
  const host = <T extends { readonly name: string; readonly router: string }>(each: T): T => ({
    ...each,
    name: named(each.name),
    router: named(each.router),
  });
  return {
    ...network,
    name: named(network.name),
    routers: network.routers.map(({ name, asn }) => ({
      name: named(name),
      asn: asn === undefined ? undefined : asn + 100 * nth,
    })),
    clients: network.clients.map(host),
    instances: network.instances.map(host),
    links: network.links.map((link) => ({ ...link, ends: [named(link.ends[0]), named(link.ends[1])] })),
    addresses: network.addresses.map((address) => address.replace(/53$/, String(53 + nth))),
    failures: network.failures.map(({ target, how }) => ({
      how,
      target: target.startsWith('service@')
        ? `${serviceOn(nth)}@${named(target.slice('service@'.length))}`
        : target.split('/').map(named).join('/'),
    })),
  };
}
