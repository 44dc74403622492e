import { LabError } from '../errors.js';
import { dockerRuntime } from './docker/docker-runtime.js';
import { netnsRuntime } from './netns/netns-runtime.js';
import { swarmRuntime } from './swarm/swarm-runtime.js';
import { frrChoiceOf, frrChoices, type FrrChoice } from '../frr/versions.js';
import type { Runtime, RuntimeImages, RuntimeName } from './runtime.js';

/** The runtimes by name; the only place that names them. */
export const runtimeNames: readonly RuntimeName[] = ['netns', 'docker', 'swarm'];

const DEFAULT_RUNTIME = 'netns';

/** Throws USAGE for a runtime that does not exist. */
export function runtimeNamed(name: string): Runtime {
  if (name === 'netns') return netnsRuntime();
  if (name === 'docker') return dockerRuntime();
  if (name === 'swarm') return swarmRuntime();
  throw new LabError('USAGE', `there is no runtime "${name}"`, {
    hint: `the runtimes are: ${runtimeNames.join(', ')}`,
  });
}

/** The images of the runtime that keeps any. LabError ENGINE_UNREACHABLE. */
export async function openImages(): Promise<RuntimeImages> {
  const open = runtimeNames.map((name) => runtimeNamed(name).capabilities.images).find((each) => each !== undefined);
  if (open === undefined) throw new LabError('BUG', 'no runtime uses images');
  return open();
}

/** The runtime that was asked for, else the one that NEARCAST_RUNTIME names, else netns. */
export function chooseRuntime(asked: string | undefined, env: NodeJS.ProcessEnv = process.env): Runtime {
  if (asked !== undefined) return runtimeNamed(asked);
  const preset = env['NEARCAST_RUNTIME'];
  if (preset === undefined || preset === '') return runtimeNamed(DEFAULT_RUNTIME);
  if (runtimeNames.some((name) => name === preset)) return runtimeNamed(preset);
  throw new LabError('USAGE', `NEARCAST_RUNTIME does not name a runtime: "${preset}"`, {
    hint: `set it to one of ${runtimeNames.join(', ')}, or unset it`,
  });
}

/** The FRRouting that NEARCAST_FRR names, where it names one. Throws USAGE. */
export function frrOfEnvironment(env: NodeJS.ProcessEnv = process.env): FrrChoice | undefined {
  const preset = env['NEARCAST_FRR'];
  if (preset === undefined || preset === '' || preset === 'private') return undefined;
  return requireFrrChoice('NEARCAST_FRR', preset);
}

/** A version of FRRouting that somebody asked for by a flag or a variable. Throws USAGE for one that is not known. */
export function requireFrrChoice(where: string, text: string): FrrChoice {
  const choice = frrChoiceOf(text);
  if (choice !== undefined) return choice;
  throw new LabError('USAGE', `${where} names no FRRouting that nearcast knows: "${text}"`, {
    hint: `these are known: ${frrChoices.join(', ')}`,
  });
}
