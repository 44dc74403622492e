import type { LabPlan } from '../plan/model.js';
import { numbered, type Weighted } from './partition/model.js';

/*
 * What stays together wherever one machine can have it: links within it then never lead from machine to machine, and a fault of
 * a site or a system has its effects on one machine.
 */

/**
 * Puts each host that hangs on one node alone into the group of that node: a router with its hosts is a site. A host for
 * which the file wants nothing goes where its router has to be.
 */
export function joinSites(plan: LabPlan, graph: Weighted, most: number): readonly number[] {
  const groupOf = plan.nodes.map((_, node) => node);
  const loads = graph.vertices.map(({ load }) => load);
  plan.nodes.forEach(({ kind, place }, node) => {
    const neighbors = [...(graph.edges[node]?.keys() ?? [])];
    const [only] = neighbors;
    if (kind !== 'host' || neighbors.length !== 1 || only === undefined || plan.nodes[only]?.kind === 'host') return;
    const isAlike = place === undefined || sameAllowed(graph, node, only);
    const load = (loads[only] ?? 0) + (loads[node] ?? 0);
    if (!isAlike || load > most) return;
    groupOf[node] = only;
    loads[only] = load;
  });
  // Groups take what the first of them may do: a router before its hosts.
  return renumberedByHead(groupOf);
}

/** Puts the sites of an autonomous system into one group, where they are light enough and may be on the same machines. */
export function joinSystems(
  plan: LabPlan,
  sites: Weighted,
  siteOf: readonly number[],
  most: number,
): readonly number[] {
  const systemOf = new Map<number, string>();
  plan.nodes.forEach(({ routing }, node) => {
    const site = siteOf[node] ?? 0;
    const asn = routing?.bgp?.asn;
    if (asn !== undefined && !systemOf.has(site))
      systemOf.set(site, `AS${String(asn)} ${(sites.vertices[site]?.allowed ?? []).join()}`);
  });
  const loads = new Map<string, number>();
  for (const [site, system] of systemOf)
    loads.set(system, (loads.get(system) ?? 0) + (sites.vertices[site]?.load ?? 0));
  return numbered(
    sites.vertices.map((_, site) => {
      const system = systemOf.get(site);
      return system === undefined || (loads.get(system) ?? 0) > most ? `site ${String(site)}` : system;
    }),
  );
}

function sameAllowed({ vertices }: Weighted, a: number, b: number): boolean {
  return (vertices[a]?.allowed ?? []).join() === (vertices[b]?.allowed ?? []).join();
}

function renumberedByHead(groupOf: readonly number[]): readonly number[] {
  const numberOf = new Map<number, number>();
  groupOf.forEach((head, node) => {
    if (head === node) numberOf.set(head, numberOf.size);
  });
  return groupOf.map((head) => numberOf.get(head) ?? 0);
}
