import type { Daemon, LabPlan, PlanNode } from '../plan/model.js';

export interface NodeCost {
  /** How much work a node is to start and to keep, beside others: 1 is a host without a program. */
  readonly load: number;
  readonly memoryMb: number;
}

/*
 * Measured in rings with chords of 10, 30 and 60 routers, both families, as containers of an engine: proportional set sizes, and
 * what the kernel has for the container. Decision 0160 has the figures.
 */
/** A container without a program: its process at the engine, its first process, the kernel's share, and that of the agent. */
const CONTAINER_MB = 5;
/** What FRRouting's daemons take besides what they know of the network. */
const daemonMb: Readonly<Partial<Record<Daemon, number>>> = { zebra: 5.2, ospfd: 3.6, ospf6d: 3.4, bgpd: 13, bfdd: 3 };
const OTHER_DAEMON_MB = 4;
/** For every prefix that OSPF carries, or IS-IS, in each of its routers: the databases, the routes, and those of the kernel. */
const MB_PER_PREFIX = 0.005;
/** The agent of a machine. */
export const AGENT_MB = 95;

/** How much of the work of a host each daemon is, with its share of what routing costs later. */
const DAEMON_LOAD = 0.5;

/** What each node of a plan costs, in the order of the plan. What programs of the file take is not known, and not in it. */
export function nodeCosts(plan: LabPlan): readonly NodeCost[] {
  const prefixes = interiorPrefixes(plan);
  return plan.nodes.map((node) => {
    if (node.kind === 'switch') return { load: 1, memoryMb: CONTAINER_MB };
    const daemons = new Set<Daemon>(node.routing === undefined ? [] : ['zebra', ...node.routing.daemons]);
    const programs = [...daemons].reduce((sum, daemon) => sum + (daemonMb[daemon] ?? OTHER_DAEMON_MB), 0);
    // Between systems only what they originate is known: next to nothing beside the databases within one.
    const routes = speaksInterior(node) ? (prefixes.get(systemOf(node)) ?? 0) * MB_PER_PREFIX : 0;
    return { load: 1 + DAEMON_LOAD * daemons.size, memoryMb: CONTAINER_MB + programs + routes };
  });
}

/** How many prefixes the routers of each system know by OSPF: those of its networks, and its loopbacks. */
function interiorPrefixes({ nodes, families }: LabPlan): ReadonlyMap<number | undefined, number> {
  const networks = new Map<number | undefined, Set<number | string>>();
  for (const node of nodes.filter(speaksInterior)) {
    const known = networks.get(systemOf(node)) ?? new Set();
    networks.set(systemOf(node), known.add(node.name));
    for (const { segment, ospfNetwork } of node.interfaces) if (ospfNetwork !== 'none') known.add(segment);
  }
  return new Map([...networks].map(([system, known]) => [system, families.length * known.size]));
}

function systemOf({ routing }: PlanNode): number | undefined {
  return routing?.bgp?.asn;
}

function speaksInterior({ routing }: PlanNode): boolean {
  return routing?.daemons.some((daemon) => ['ospfd', 'ospf6d', 'isisd'].includes(daemon)) ?? false;
}
