import type { LabPlan } from '../plan/model.js';
import { impairmentWords } from './link-label.js';

/** A network as far as a picture needs it. */
export interface Network {
  readonly nodes: readonly NetworkNode[];
  readonly links: readonly NetworkLink[];
}

export interface NetworkNode {
  readonly name: string;
  readonly kind: 'router' | 'host' | 'switch';
  readonly role: 'instance' | 'client' | 'host' | 'transit';
  /** The number of the autonomous system, where it belongs to one. */
  readonly asn?: number;
  /** Of an instance: the services that it serves, where the network has several. */
  readonly services?: readonly string[];
}

export interface NetworkLink {
  readonly a: string;
  readonly b: string;
  readonly cost: number;
  /** What happens to packets that pass it, where something does: `20 ms, 1 % lost`. */
  readonly impairment?: string;
}

/** More names do not fit into a node. */
const MOST_SERVICES = 2;

/** What a node is drawn as. */
export type Look = 'client' | 'host' | 'router' | 'switch' | 'instance';

export const looksInOrder: readonly Look[] = ['client', 'host', 'router', 'switch', 'instance'];

export function lookOf({ role, kind }: Pick<NetworkNode, 'role' | 'kind'>): Look {
  return kind === 'switch' ? 'switch' : role === 'transit' ? 'router' : role;
}

/** The nodes and links of a plan. */
export function networkOfPlan({ nodes, links, services }: Pick<LabPlan, 'nodes' | 'links' | 'services'>): Network {
  return {
    nodes: nodes.map(({ name, kind, role, routing }) => ({
      name,
      kind,
      role,
      ...(routing?.bgp === undefined ? {} : { asn: routing.bgp.asn }),
      ...servicesAt(name, services),
    })),
    links: links.map(({ ends: [a, b], cost, impairment }) => ({
      a: a.node,
      b: b.node,
      cost,
      ...(impairment === undefined ? {} : { impairment: impairmentWords(impairment) }),
    })),
  };
}

/** What a node serves; nothing where the network has only one service, which then needs no name. */
export function servicesAt(
  node: string,
  services: readonly { readonly name: string; readonly instances: readonly string[] }[],
): Pick<NetworkNode, 'services'> {
  const own = services.filter(({ instances }) => instances.includes(node)).map(({ name }) => name);
  return services.length < 2 || own.length === 0 ? {} : { services: own };
}

/** What stands behind a name: the autonomous system of a router, the services of an instance. */
export function tagOf({ asn, role, services = [] }: NetworkNode): string {
  if (role === 'instance') {
    const rest = services.length - MOST_SERVICES;
    return [...services.slice(0, MOST_SERVICES), ...(rest > 0 ? [`+${String(rest)}`] : [])].join(' ');
  }
  return asn === undefined || role !== 'transit' ? '' : `AS${String(asn)}`;
}

/**
 * The nodes that a layout places, each with the hosts that stand beside it: those whose only link leads to it, where it
 * carries for others.
 */
export function hostsBeside({ nodes, links }: Network): ReadonlyMap<NetworkNode, readonly NetworkNode[]> {
  const neighbors = new Map<string, string[]>(nodes.map(({ name }) => [name, []]));
  for (const { a, b } of links) {
    neighbors.get(a)?.push(b);
    neighbors.get(b)?.push(a);
  }
  const carriers = new Map(nodes.filter(({ role }) => role === 'transit').map((node) => [node.name, node]));
  const carrierOf = ({ name, role }: NetworkNode): NetworkNode | undefined => {
    const [only, ...others] = neighbors.get(name) ?? [];
    return role === 'transit' || only === undefined || others.length > 0 ? undefined : carriers.get(only);
  };
  const beside = new Map<NetworkNode, NetworkNode[]>(
    nodes.filter((node) => carrierOf(node) === undefined).map((node) => [node, []]),
  );
  for (const node of nodes) {
    const carrier = carrierOf(node);
    if (carrier !== undefined) beside.get(carrier)?.push(node);
  }
  return beside;
}
