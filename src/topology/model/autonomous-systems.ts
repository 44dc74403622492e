import { buildGraph } from './graph.js';
import type { LinkRelation, NeighborRelation, Topology } from './topology.js';

/**
 * The autonomous system of every node that speaks BGP: as the file says, and for a host that announces and says
 * nothing, that of its routers where they all have the same.
 */
export function autonomousSystems(topology: Topology): ReadonlyMap<string, number> {
  const declared = new Map(
    topology.nodes.flatMap(({ name, asn }) => (asn === undefined ? [] : [[name, asn] as const])),
  );
  if (declared.size === 0) return declared;
  const graph = buildGraph(topology);
  const all = new Map(declared);
  for (const { announce, instances } of topology.services) {
    for (const instance of announce === 'host' ? instances : []) {
      const around = new Set(
        graph.domainsOf(instance).flatMap(({ routers }) => routers.map((router) => declared.get(router))),
      );
      const [only] = around;
      if (!all.has(instance) && around.size === 1 && only !== undefined) all.set(instance, only);
    }
  }
  return all;
}

/** What the far end of a link is to the end at a position. */
export function neighborRelation(relation: LinkRelation | undefined, end: 0 | 1): NeighborRelation | undefined {
  if (relation === undefined || relation === 'peer') return relation;
  const firstIsCustomer = relation === 'customer-provider';
  return firstIsCustomer === (end === 0) ? 'provider' : 'customer';
}
