import { LabError } from '../errors.js';
import { locateTopology } from './bundled.js';
import { loadTopology, type LoadOptions } from './load.js';
import type { Topology } from './model/topology.js';
import type { ReadTopology } from './read.js';
import { topologyError } from './topology-error.js';

/**
 * A bundled topology by its name, or that of the file at a path. Throws TOPOLOGY_NOT_FOUND, and TOPOLOGY_INVALID with
 * all its problems.
 */
export async function topologyNamed(name: string, options: LoadOptions = {}): Promise<Topology> {
  return (await topologyWithPlaces(name, options)).topology;
}

/** The same network for everybody would go unnoticed. */
function nothingVaries(name: string): LabError {
  return new LabError('USAGE', `${name} is the same for every student: it has no "vary"`, {
    hint: 'say in the file what varies, such as  vary: {near: [5, 10]}  and  cost: $near; or leave --student out',
  });
}

/**
 * The same, with the lines of what it expects, and what of the file has no meaning here. Throws as `topologyNamed`
 * does.
 */
export async function topologyWithPlaces(name: string, options: LoadOptions = {}): Promise<ReadTopology> {
  const reading = await loadTopology(await locateTopology(name), options);
  if ('problems' in reading) throw topologyError(reading.problems);
  if (options.student !== undefined && reading.variant === undefined) throw nothingVaries(name);
  return reading;
}
