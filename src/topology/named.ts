import { locateTopology } from './bundled.js';
import { loadTopology } from './load.js';
import type { Topology } from './model/topology.js';
import type { FilePlaces } from './read.js';
import { topologyError } from './topology-error.js';

/**
 * A bundled topology by its name, or that of the file at a path. Throws TOPOLOGY_NOT_FOUND, and TOPOLOGY_INVALID with
 * all its problems.
 */
export async function topologyNamed(name: string): Promise<Topology> {
  return (await topologyWithPlaces(name)).topology;
}

/** The same, with the lines of what it expects. Throws as `topologyNamed` does. */
export async function topologyWithPlaces(
  name: string,
): Promise<{ readonly topology: Topology; readonly places: FilePlaces }> {
  const reading = await loadTopology(await locateTopology(name));
  if ('problems' in reading) throw topologyError(reading.problems);
  return reading;
}
