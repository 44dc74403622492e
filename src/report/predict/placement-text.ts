import type { LabPlan } from '../../plan/model.js';
import type { PlacedMachine, Placement } from '../../placement/machine.js';
import { columns, plural } from '../format.js';
import { filled } from '../../support/printable.js';

const LINKS_SHOWN = 12;
const NODES_SHOWN = 40;
/** Where the output is no terminal. */
const USUAL_WIDTH = 80;

/** Which machine gets which nodes, how much memory they are predicted to need, and which links lead from one to another. */
export function placementText(
  plan: LabPlan,
  { machines, machineOf, linksBetween }: Placement,
  width = USUAL_WIDTH,
): string {
  const links = plan.links.filter(({ id }) => linksBetween.includes(id));
  const table = columns(
    ['MACHINE', 'CORES', 'MEMORY', 'PREDICTED', 'NODES', ...(machines.length === 1 ? [] : ['LINKS TO OTHERS'])],
    machines.map(({ machine, memoryMb, nodes, linksBetween: leading }) => [
      machine.name,
      String(machine.cores),
      gigabytes(machine.memoryMb),
      gigabytes(memoryMb),
      String(nodes.length),
      ...(machines.length === 1 ? [] : [String(leading)]),
    ]),
  );
  const between = columns(
    ['LINK', 'FROM', 'TO'],
    links
      .slice(0, LINKS_SHOWN)
      .map(({ id, ends: [a, b] }) => [id, machineOf.get(a.node) ?? '', machineOf.get(b.node) ?? '']),
  );
  const leading = links.length === 1 ? '1 link leads' : `${String(links.length)} links lead`;
  const where =
    machines.length === 1 ? 'one machine' : `${plural(machines.length, 'machine')}; ${leading} from one to another`;
  return [
    `${plan.topology} would have ${plural(plan.nodes.length, 'node')} and ${plural(plan.links.length, 'link')} on ${where}`,
    table,
    ...(machines.length === 1 ? [] : machines.map((each) => nodesText(each, width))),
    ...(links.length === 0 ? [] : [between + more(links.length - LINKS_SHOWN, '\n')]),
  ].join('\n\n');
}

function nodesText({ machine, nodes }: PlacedMachine, width: number): string {
  const shown = nodes.slice(0, NODES_SHOWN).map((name, index) => (index + 1 < nodes.length ? `${name},` : name));
  const rest = more(nodes.length - NODES_SHOWN, '');
  return filled(
    [`${machine.name}:`, ...(nodes.length === 0 ? ['nothing'] : shown), ...(rest === '' ? [] : [rest])],
    width,
  );
}

function more(count: number, before: string): string {
  return count > 0 ? `${before}and ${String(count)} more (--json shows all)` : '';
}

function gigabytes(mb: number): string {
  return `${(mb / 1024).toFixed(1)} GB`;
}
