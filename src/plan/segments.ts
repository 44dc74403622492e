import type { PlanLink } from './model.js';

/** One broadcast domain: the ends of one link, or of all links that switches join. */
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
    domain.some((link) => link.ends.some((end) => switches.has(end.node)));
  const switchedDomains = domains.filter(isSwitched);
  const switchedIndex = new Map(switchedDomains.map((domain, index) => [domain, index]));
  return domains.map((domain, index) => ({
    index,
    links: domain,
    switched: switchedIndex.has(domain),
    switchedIndex: switchedIndex.get(domain) ?? -1,
    members: domain.flatMap((link) =>
      link.ends.filter((end) => !switches.has(end.node)).map((end) => ({ ...end, cost: link.cost })),
    ),
  }));
}

function mergeAcrossSwitches(links: readonly PlanLink[], switches: ReadonlySet<string>): PlanLink[][] {
  const linksAt = new Map<string, PlanLink[]>();
  for (const link of links) {
    for (const end of link.ends) {
      if (!switches.has(end.node)) continue;
      const known = linksAt.get(end.node);
      if (known === undefined) linksAt.set(end.node, [link]);
      else known.push(link);
    }
  }
  const position = new Map(links.map((link, index) => [link, index]));
  const seen = new Set<PlanLink>();
  const domains: PlanLink[][] = [];
  for (const link of links) {
    if (seen.has(link)) continue;
    const domain = new Set<PlanLink>([link]);
    for (const member of domain) {
      for (const end of member.ends) {
        for (const neighbour of linksAt.get(end.node) ?? []) domain.add(neighbour);
        linksAt.delete(end.node);
      }
    }
    for (const member of domain) seen.add(member);
    domains.push([...domain].sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0)));
  }
  return domains;
}
