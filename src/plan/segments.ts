import { Groups } from '../topology/model/graph.js';
import type { PlanLink } from './model.js';

/** A network of the plan, which gets its own prefixes: one link, or all links that switches join, with the ends at routers and hosts. */
export interface Segment {
  /** From 0, in the order of the file. */
  readonly index: number;
  readonly links: readonly PlanLink[];
  /** The ends that are no switch's, in the order of the file. */
  readonly members: readonly SegmentMember[];
  readonly switched: boolean;
  /** From 0, among the switched segments. */
  readonly switchedIndex: number;
}

export interface SegmentMember {
  readonly node: string;
  readonly interface: string;
  readonly cost: number;
}

/** Splits the links of a lab into broadcast domains. */
export function segmentsOf(links: readonly PlanLink[], switches: ReadonlySet<string>): readonly Segment[] {
  const domains = mergeAcrossSwitches(links, switches);
  const isSwitched = (domain: readonly PlanLink[]): boolean =>
    switches.size > 0 && domain.some((link) => link.ends.some((end) => switches.has(end.node)));
  const switchedDomains = domains.filter(isSwitched);
  const switchedIndex = new Map(switchedDomains.map((domain, index) => [domain, index]));
  return domains.map((domain, index) => ({
    index,
    links: domain,
    switched: switchedIndex.has(domain),
    switchedIndex: switchedIndex.get(domain) ?? -1,
    members: membersOf(domain, switches),
  }));
}

function membersOf(domain: readonly PlanLink[], switches: ReadonlySet<string>): readonly SegmentMember[] {
  const members: SegmentMember[] = [];
  for (const { ends, cost } of domain)
    for (const { node, interface: device } of ends)
      if (!switches.has(node)) members.push({ node, interface: device, cost });
  return members;
}

function mergeAcrossSwitches(
  links: readonly PlanLink[],
  switches: ReadonlySet<string>,
): readonly (readonly PlanLink[])[] {
  if (switches.size === 0) return links.map((link) => [link]);
  const joined = new Groups<string | PlanLink>();
  for (const link of links) for (const { node } of link.ends) if (switches.has(node)) joined.join(node, link);
  const domains = new Map<number, PlanLink[]>();
  for (const link of links) {
    const id = joined.idOf(link);
    const domain = domains.get(id);
    if (domain === undefined) domains.set(id, [link]);
    else domain.push(link);
  }
  return [...domains.values()];
}
