import type { ContainerInfo } from 'dockerode';
import { connectEngine, locateEngine, openEngine } from '../../src/runtime/docker/engine.js';
import { labels } from '../../src/runtime/docker/names.js';
import { isLeftOut, missPart } from './parts.js';
// Which engine it is.
import './swarm-bed.js';

/** Why nothing can be tested on an engine; undefined where one answers. */
export async function engineTrouble(): Promise<string | undefined> {
  try {
    await connectEngine();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Every container of the labs that belong to a state folder, whoever made them. */
export async function containersOfOwner(owner: string): Promise<readonly ContainerInfo[]> {
  return (await openEngine(locateEngine())).listContainers({
    all: true,
    filters: { label: [`${labels.owner}=${owner}`] },
  });
}

export async function networksOfEngine(): Promise<readonly string[]> {
  return (await (await openEngine(locateEngine())).listNetworks()).map(({ Name }) => Name).sort();
}

const trouble = isLeftOut('docker', process.env) ? 'this run goes without it' : await engineTrouble();

/**
 * Defines what is tested on an engine. Where none answers it is skipped, which the suite's count says, and why; where
 * the run has to have it, that is a failure.
 */
export function whereEngine(define: () => void): void {
  if (trouble === undefined) define();
  else missPart('docker', trouble);
}
