import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';
import type { Machine } from '../../placement/machine.js';
import { placeNodes } from '../../placement/place.js';

/** A plan with the machines that it would be placed on, where they are typed. LabError USAGE, as `placeNodes`. */
export function withMachines(plan: LabPlan, text: string | undefined): LabPlan {
  if (text === undefined) return plan;
  const { machines } = placeNodes(plan, machinesOf(text));
  return { ...plan, machines: machines.map(({ machine, nodes }) => ({ name: machine.name, nodes })) };
}

const entryPattern = /^(?:([a-zA-Z0-9][a-zA-Z0-9.-]*)=|(\d{1,4})x)?(\d{1,4})c(\d{1,5})g$/;

/** Machines as they are typed: `4x16c64g` four alike, `worker1=8c32g` one with a name. LabError USAGE. */
export function machinesOf(text: string): readonly Machine[] {
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
