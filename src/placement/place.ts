import { LabError } from '../errors.js';
import type { LabPlan, PlanNode } from '../plan/model.js';
import { AGENT_MB, nodeCosts, type NodeCost } from './costs.js';
import type { Machine, PlacedMachine, Placement } from './machine.js';
import { contracted, type Part, type Weighted } from './partition/model.js';
import { partition } from './partition/partition.js';
import { joinSites, joinSystems } from './together.js';
import { machinesFor } from './wanted.js';

/** A machine may have so much more or less than its share of the work, if that saves links between machines. */
const LOAD_SLACK = 0.1;
/** What a machine keeps free of nodes, for its engine and its system. */
const MEMORY_SHARE = 0.9;

/**
 * Places the nodes of a plan on machines: work by cores, memory where it fits, what the file wants, and as few links between machines as
 * possible. A router with the hosts that hang on it, and an autonomous system, stay together where one machine can have them.
 * The same plan and machines give the same placement. LabError MACHINE_UNKNOWN, MEMORY_SHORT.
 */
export function placeNodes(plan: LabPlan, machines: readonly Machine[]): Placement {
  if (machines.length === 0) throw new LabError('MACHINE_UNKNOWN', 'there is no machine to place nodes on');
  const costs = nodeCosts(plan);
  const parts = partsOf(machines, costs);
  const graph = graphOf(plan, machines, costs);
  const most = Math.min(...parts.map(({ loadTarget }) => loadTarget));
  const site = joinSites(plan, graph, most);
  const sites = contracted(graph, site);
  const system = joinSystems(plan, sites, site, most);
  const partOfSystem = partition(contracted(sites, system), parts);
  const machineOf = new Map(
    plan.nodes.map(({ name }, node) => {
      const part = partOfSystem[system[site[node] ?? 0] ?? 0] ?? 0;
      return [name, machines[part]?.name ?? ''] as const;
    }),
  );
  return describe(plan, machines, costs, machineOf);
}

function partsOf(machines: readonly Machine[], costs: readonly NodeCost[]): readonly Part[] {
  const load = costs.reduce((sum, cost) => sum + cost.load, 0);
  const cores = machines.reduce((sum, machine) => sum + Math.max(machine.cores, 1), 0);
  return machines.map((machine) => {
    const loadTarget = (load * Math.max(machine.cores, 1)) / cores;
    const sizeLimit = Math.max(1, machine.memoryMb * MEMORY_SHARE - AGENT_MB);
    return {
      loadTarget,
      loadLeast: loadTarget * (1 - LOAD_SLACK),
      loadLimit: loadTarget * (1 + LOAD_SLACK),
      sizeLimit,
    };
  });
}

function graphOf(plan: LabPlan, machines: readonly Machine[], costs: readonly NodeCost[]): Weighted {
  const numberOf = new Map(plan.nodes.map(({ name }, node) => [name, node]));
  const edges = plan.nodes.map(() => new Map<number, number>());
  for (const { ends } of plan.links) {
    const [a = 0, b = 0] = ends.map(({ node }) => numberOf.get(node) ?? 0);
    if (a === b) continue;
    edges[a]?.set(b, (edges[a].get(b) ?? 0) + 1);
    edges[b]?.set(a, (edges[b].get(a) ?? 0) + 1);
  }
  const vertices = plan.nodes.map((node: PlanNode, index) => ({
    load: costs[index]?.load ?? 0,
    size: costs[index]?.memoryMb ?? 0,
    allowed: machinesFor(node, machines),
  }));
  return { vertices, edges };
}

function describe(
  plan: LabPlan,
  machines: readonly Machine[],
  costs: readonly NodeCost[],
  machineOf: ReadonlyMap<string, string>,
): Placement {
  const between = plan.links.filter(({ ends: [a, b] }) => machineOf.get(a.node) !== machineOf.get(b.node));
  const placed = machines.map((machine): PlacedMachine => {
    const isHere = ({ node }: { readonly node: string }): boolean => machineOf.get(node) === machine.name;
    const nodes = plan.nodes.filter(({ name }) => isHere({ node: name })).map(({ name }) => name);
    const own = plan.nodes.reduce(
      (sum, { name }, node) => sum + (isHere({ node: name }) ? (costs[node]?.memoryMb ?? 0) : 0),
      0,
    );
    return {
      machine,
      nodes: [...nodes].sort(),
      memoryMb: Math.round(own + AGENT_MB),
      linksBetween: between.filter(({ ends }) => ends.some(isHere)).length,
    };
  });
  const full = placed.find(({ machine, memoryMb }) => memoryMb > machine.memoryMb);
  if (full !== undefined) throw memoryShort(full, placed);
  return { machineOf, machines: placed, linksBetween: between.map(({ id }) => id) };
}

function memoryShort({ machine, memoryMb }: PlacedMachine, placed: readonly PlacedMachine[]): LabError {
  const sum = (of: (each: PlacedMachine) => number): string => String(placed.reduce((all, each) => all + of(each), 0));
  return new LabError(
    'MEMORY_SHORT',
    `${machine.name} would need about ${String(memoryMb)} MB of memory, and has ${String(machine.memoryMb)} MB`,
    {
      hint:
        `all nodes need about ${sum((each) => each.memoryMb)} MB, and the machines have ${sum((each) => each.machine.memoryMb)} MB together: ` +
        'add a machine, or see in the file whether "place" wants too much of one',
    },
  );
}
