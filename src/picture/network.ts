import type { LabPlan } from '../plan/model.js';

/** A network as far as a picture needs it. */
export interface Network {
  readonly nodes: readonly NetworkNode[];
  readonly links: readonly NetworkLink[];
}

export interface NetworkNode {
  readonly name: string;
  readonly kind: 'router' | 'host' | 'switch';
  readonly role: 'instance' | 'client' | 'transit';
  /** The number of the autonomous system, where it belongs to one. */
  readonly asn?: number;
}

export interface NetworkLink {
  readonly a: string;
  readonly b: string;
  readonly cost: number;
}

/** What a node is drawn as. */
export type Look = 'client' | 'router' | 'switch' | 'instance';

export const looksInOrder: readonly Look[] = ['client', 'router', 'switch', 'instance'];

export function lookOf({ role, kind }: Pick<NetworkNode, 'role' | 'kind'>): Look {
  return kind === 'switch' ? 'switch' : role === 'transit' ? 'router' : role;
}

/** The nodes and links of a plan. */
export function networkOfPlan({ nodes, links }: Pick<LabPlan, 'nodes' | 'links'>): Network {
  return {
    nodes: nodes.map(({ name, kind, role, routing }) => ({
      name,
      kind,
      role,
      ...(routing?.bgp === undefined ? {} : { asn: routing.bgp.asn }),
    })),
    links: links.map(({ ends: [a, b], cost }) => ({ a: a.node, b: b.node, cost })),
  };
}

/** What stands behind a router's name: its autonomous system. */
export function tagOf({ asn, role }: NetworkNode): string {
  return asn === undefined || role !== 'transit' ? '' : `AS${String(asn)}`;
}
