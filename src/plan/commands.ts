import type { Node } from '../topology/model/topology.js';
import type { PlanProgram } from './model.js';

export function toArguments(command: string | readonly string[]): readonly string[] {
  return typeof command === 'string' ? ['sh', '-c', command] : command;
}

/** Programs that run for long; undefined where there are none. */
export function planPrograms(run: Node['run']): readonly PlanProgram[] | undefined {
  return run.size === 0 ? undefined : [...run].map(([name, command]) => ({ name, argv: toArguments(command) }));
}
