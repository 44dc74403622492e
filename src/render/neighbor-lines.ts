import { familiesAt, linkLocalAddress, macAddress } from '../plan/addressing.js';
import { speaksOspf } from '../plan/ospf-costs.js';
import type { LabPlan, PlanInterface, PlanLink, PlanNode } from '../plan/model.js';
import type { Family } from '../support/family.js';

/** A link of a plan, with its number, from which the addresses of its ends follow, and with both ends. */
export interface NumberedLink {
  readonly number: number;
  readonly link: PlanLink;
  readonly interfaces: readonly [PlanInterface | undefined, PlanInterface | undefined];
}

export interface NumberedLinks {
  readonly byId: ReadonlyMap<string, NumberedLink>;
  /** Whether nodes are told their neighbors' link-layer addresses, which they would learn otherwise. */
  readonly areNeighborsTold: boolean;
}

/**
 * A kernel has one table of neighbors for all network namespaces, and above this number of entries (`gc_thresh2`) it
 * throws away what it can. At 1024 it refuses more, and drops packets.
 */
const CLEARED_FROM = 512;
/** Multicast groups that an interface sends to: IGMP and MLD, and OSPF's routers (RFC 2328 appendix A.1, RFC 5340 section A.1). */
const GROUPS = { ipv4: '224.0.0.22', ipv6: 'ff02::16' } as const;
const OSPF_GROUPS = { ipv4: '224.0.0.5', ipv6: 'ff02::5' } as const;

/** The links of a plan by name. */
export function numberLinks(plan: LabPlan): NumberedLinks {
  const interfaces = new Map(
    plan.nodes.flatMap(({ name, interfaces: own }) => own.map((item) => [`${name}:${item.name}`, item] as const)),
  );
  const byId = new Map(
    plan.links.map((link, number): readonly [string, NumberedLink] => {
      const [a, b] = link.ends.map((end) => interfaces.get(`${end.node}:${end.interface}`));
      return [link.id, { number, link, interfaces: [a, b] }];
    }),
  );
  const all = [...interfaces.values()];
  const entries = plan.families.map((family) =>
    all.reduce((sum, item) => sum + groupsOf(item, family).length + (family === 'ipv6' ? 2 : 1), 0),
  );
  return { byId, areNeighborsTold: Math.max(0, ...entries) > CLEARED_FROM };
}

/** Which end of a link a node is at; undefined where the link is not in the plan. */
export function endAt(
  { name }: PlanNode,
  { link: id }: PlanInterface,
  { byId }: NumberedLinks,
): (NumberedLink & { readonly end: 0 | 1 }) | undefined {
  const found = byId.get(id);
  return found === undefined ? undefined : { ...found, end: found.link.ends[0].node === name ? 0 : 1 };
}

/**
 * In a large lab, the neighbors of an interface as permanent entries, which the kernel neither counts nor throws away.
 * Learned ones would be thrown away and learned again all the time, and zebra hears of each.
 */
export function neighborLines(node: PlanNode, item: PlanInterface, links: NumberedLinks): readonly string[] {
  const at = endAt(node, item, links);
  if (!links.areNeighborsTold || at === undefined) return [];
  const entry = (address: string, mac?: string): string =>
    [
      'neighbour replace',
      address,
      ...(mac === undefined ? [] : ['lladdr', mac]),
      'dev',
      item.name,
      'nud permanent',
    ].join(' ');
  const far = at.end === 0 ? 1 : 0;
  const neighbor = at.interfaces[far];
  const addresses = (neighbor?.addresses ?? []).map((address) => address.split('/')[0] ?? address);
  const hasIpv6 = neighbor !== undefined && familiesAt(neighbor).includes('ipv6');
  const linkLocal = hasIpv6 ? [linkLocalAddress(at.number, far)] : [];
  return [
    ...[...addresses, ...linkLocal].map((address) => entry(address, macAddress(at.number, far))),
    ...familiesAt(item).flatMap((family) => groupsOf(item, family).map((group) => entry(group))),
  ];
}

function groupsOf(item: PlanInterface, family: Family): readonly string[] {
  return familiesAt(item).includes(family) ? [GROUPS[family], ...(speaksOspf(item) ? [OSPF_GROUPS[family]] : [])] : [];
}
