import { LabError } from '../errors.js';
import type { PlanNode } from '../plan/model.js';
import { didYouMean, listWords } from '../support/suggest.js';
import type { Machine } from './machine.js';

/** The numbers of the machines that may have a node; undefined where all may. LabError MACHINE_UNKNOWN where none may. */
export function machinesFor({ name, place }: PlanNode, machines: readonly Machine[]): readonly number[] | undefined {
  if (place === undefined) return undefined;
  const { machines: named, label } = place;
  const unknown = named.find((each) => machines.every((machine) => machine.name !== each));
  if (unknown !== undefined)
    throw new LabError('MACHINE_UNKNOWN', `the file places ${name} on ${unknown}, and there is no such machine`, {
      hint: didYouMean(
        unknown,
        machines.map((machine) => machine.name),
        'machines',
      ),
    });
  const fitting = machines.flatMap((machine, number) =>
    (named.length === 0 || named.includes(machine.name)) &&
    (label === undefined || machine.labels[label.key] === label.value)
      ? [number]
      : [],
  );
  if (fitting.length === 0) throw noneHas(name, named, label, machines);
  return fitting;
}

function noneHas(
  node: string,
  named: readonly string[],
  label: NonNullable<PlanNode['place']>['label'],
  machines: readonly Machine[],
): LabError {
  const wanted = `${label?.key ?? ''}=${label?.value ?? ''}`;
  const labels = new Set(
    machines.flatMap((each) => Object.entries(each.labels).map(([key, value]) => `${key}=${value}`)),
  );
  return new LabError(
    'MACHINE_UNKNOWN',
    `the file places ${node} on a machine with the label ${wanted}, and ${named.length === 0 ? 'none has it' : `${listWords(named)} has it not`}`,
    {
      hint:
        labels.size === 0
          ? `no machine has a label; give one:  docker node update --label-add ${wanted} ${named[0] ?? machines[0]?.name ?? ''}`
          : `the labels of the machines are: ${listWords([...labels].sort())}`,
    },
  );
}
