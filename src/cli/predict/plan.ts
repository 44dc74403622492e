import { availableParallelism, hostname, totalmem } from 'node:os';
import { planLab } from '../../plan/plan.js';
import type { Machine } from '../../placement/machine.js';
import { placeNodes } from '../../placement/place.js';
import { placementText } from '../../report/predict/placement-text.js';
import { chooseRuntime } from '../../runtime/registry.js';
import { topologyWithPlaces } from '../../topology/named.js';
import { formatNotes } from '../../topology/topology-error.js';
import type { Run } from '../run.js';
import { machinesOf } from './machines.js';

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
