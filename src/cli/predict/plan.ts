import { availableParallelism, hostname, totalmem } from 'node:os';
import { LabError } from '../../errors.js';
import { planLab } from '../../plan/plan.js';
import type { Machine } from '../../placement/machine.js';
import { placeNodes } from '../../placement/place.js';
import { placementText } from '../../report/predict/placement-text.js';
import { chooseRuntime } from '../../runtime/registry.js';
import { topologyWithPlaces } from '../../topology/named.js';
import { formatNotes } from '../../topology/topology-error.js';
import type { Run } from '../run.js';

export interface PlanFlags {
  readonly runtime?: string;
  readonly machines?: string;
}

/** Where the nodes of a topology would run, and what they would take there. Nothing is started. */
export async function planVerb({ output }: Run, topologyName: string, flags: PlanFlags): Promise<number> {
  const { topology, notes } = await topologyWithPlaces(topologyName);
  for (const note of formatNotes(notes)) output.warn(note);
  const { capabilities } = chooseRuntime(flags.runtime ?? topology.runtime);
  const machines =
    flags.machines !== undefined ? machinesOf(flags.machines) : ((await capabilities.machines?.()) ?? [thisMachine()]);
  const plan = planLab(topology);
  const placement = placeNodes(plan, machines);
  output.document({
    topology: plan.topology,
    machines: placement.machines.map(({ machine, nodes, memoryMb, linksBetween }) => ({
      ...machine,
      nodes,
      predictedMemoryMb: memoryMb,
      linksBetween,
    })),
    linksBetween: placement.linksBetween,
  });
  output.print(placementText(plan, placement, Number.isFinite(output.width) ? output.width : undefined));
  return 0;
}

function thisMachine(): Machine {
  const memoryMb = Math.floor(totalmem() / 2 ** 20);
  return { name: hostname(), labels: {}, cores: availableParallelism(), memoryMb };
}

const entryPattern = /^(?:([a-zA-Z0-9][a-zA-Z0-9.-]*)=|(\d{1,4})x)?(\d{1,4})c(\d{1,5})g$/;

/** Machines as they are typed: `4x16c64g` four alike, `worker1=8c32g` one with a name. LabError USAGE. */
function machinesOf(text: string): readonly Machine[] {
  const machines: Machine[] = [];
  for (const entry of text.split(',')) {
    const match = entryPattern.exec(entry.trim());
    if (match === null)
      throw new LabError('USAGE', `--machines: "${entry}" is no machine`, {
        hint: 'write how many, their cores and their GiB of memory, such as 4x16c64g, or with a name: worker1=16c64g',
      });
    const [, name, count = '1', cores, memory] = match;
    for (let each = 0; each < Number(count); each++)
      machines.push({
        name: name ?? `machine${String(machines.length + 1)}`,
        labels: {},
        cores: Number(cores),
        memoryMb: Number(memory) * 1024,
      });
  }
  const names = machines.map((machine) => machine.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new LabError('USAGE', `--machines: ${twice} is there twice`, { hint: 'give each machine a name of its own' });
  return machines;
}
