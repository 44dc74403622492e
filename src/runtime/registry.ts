import { LabError } from '../errors.js';
import { netnsRuntime } from './netns/netns-runtime.js';
import type { Runtime, RuntimeName } from './runtime.js';

/** The runtimes by name; the only place that names them. */
export const runtimeNames: readonly RuntimeName[] = ['netns'];

/** Throws USAGE for a runtime that does not exist. */
export function runtimeNamed(name: string): Runtime {
  if (name === 'netns') return netnsRuntime();
  throw new LabError('USAGE', `there is no runtime "${name}"`, { hint: `the runtimes are: ${runtimeNames.join(', ')}` });
}
