import { LabError } from '../errors.js';
import type { LabPlan, PlanNode } from '../plan/model.js';
import type { Machine } from './machine.js';
import { placeNodes } from './place.js';

/**
 * Places nodes that have lost their machine: on which of `machines`, which they may have, by name. Nodes of `kept` stay where they are; what is in neither of
 * both is somewhere else. LabError MACHINE_UNKNOWN names a node that the file wants on a machine that is not among those;
 * MEMORY_SHORT.
 */
export function placeAgain(
  plan: LabPlan,
  lost: readonly string[],
  {
    kept,
    all,
    machines,
  }: {
    readonly kept: ReadonlyMap<string, string>;
    /** Those of `kept`, too. */
    readonly all: readonly Machine[];
    readonly machines: readonly Machine[];
  },
): ReadonlyMap<string, string> {
  const wanted = new Set(lost);
  const nodes = plan.nodes.flatMap((node): readonly PlanNode[] => {
    const machine = kept.get(node.name);
    if (machine !== undefined) return [{ ...node, place: { machines: [machine], label: undefined } }];
    if (!wanted.has(node.name)) return [];
    const choice = choiceOf(chooserOf(plan, node, wanted), machines);
    return [{ ...node, place: { machines: choice, label: undefined } }];
  });
  const placed = new Set(nodes.map(({ name }) => name));
  const links = plan.links.filter(({ ends }) => ends.every(({ node }) => placed.has(node)));
  const { machineOf } = placeNodes({ ...plan, nodes, links }, all);
  return new Map([...machineOf].filter(([node]) => wanted.has(node)));
}

/** A host for which the file wants nothing goes where the router may be that it hangs on. */
function chooserOf({ nodes, links }: LabPlan, node: PlanNode, lost: ReadonlySet<string>): PlanNode {
  if (node.kind !== 'host' || node.place !== undefined) return node;
  const own = links.filter(({ ends }) => ends.some((end) => end.node === node.name));
  const others = new Set(own.flatMap(({ ends }) => ends.map((end) => end.node)).filter((name) => name !== node.name));
  const [only = ''] = others;
  const home = others.size === 1 && lost.has(only) ? nodes.find(({ name }) => name === only) : undefined;
  return home === undefined || home.kind === 'host' ? node : home;
}

/** The names of the machines that a node may have. LabError MACHINE_UNKNOWN where there is none. */
function choiceOf({ name, place }: PlanNode, machines: readonly Machine[]): readonly string[] {
  const { machines: named = [], label } = place ?? {};
  const fitting = machines.filter(
    (machine) =>
      (named.length === 0 || named.includes(machine.name)) &&
      (label === undefined || machine.labels[label.key] === label.value),
  );
  if (fitting.length > 0) return fitting.map((machine) => machine.name);
  const where = [
    ...(named.length === 0 ? [] : [named.join(' or ')]),
    ...(label === undefined ? [] : [`a machine with the label ${label.key}=${label.value}`]),
  ];
  const why = where.length === 0 ? 'there is none' : `the file places it on ${where.join(', ')}`;
  throw new LabError('MACHINE_UNKNOWN', `${name} cannot be started on another machine: ${why}`);
}
