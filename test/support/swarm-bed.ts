import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { locateEngine, openEngine } from '../../src/runtime/docker/engine.js';
import { labels } from '../../src/runtime/docker/names.js';
import { ownerOnSwarm } from '../../src/runtime/swarm/names.js';

/**
 * The folder of several machines (`.ci/swarm-bed`) that this run is about: then the engine of all its labs is the first of
 * them, a manager of their swarm.
 */
export const swarmBed = process.env['NEARCAST_TEST_SWARM'];

const machines = swarmBed === undefined ? [] : readFileSync(join(swarmBed, 'machines'), 'utf8').trim().split('\n');

function engineOf(machine: string): string {
  return `unix://${join(swarmBed ?? '', machine, 'docker.sock')}`;
}

if (machines[0] !== undefined) process.env['DOCKER_HOST'] = engineOf(machines[0]);

/** What labs of a state folder have on any machine, and in the swarm itself. */
export async function leftOnSwarm(states: string): Promise<readonly string[]> {
  const owner = ownerOnSwarm({ id: states, prefix: '' }).id;
  const label = [`${labels.owner}=${owner}`];
  const onMachines = await Promise.all(
    machines.map(async (machine) => {
      const engine = await openEngine(locateEngine({ DOCKER_HOST: engineOf(machine) }));
      const found = await engine.listContainers({ all: true, filters: { label: [labels.owner] } });
      // Those of a lost machine, too, that others have.
      const own = found.filter(({ Labels }) => Labels[labels.owner]?.startsWith(owner) === true);
      return own.map(({ Names, State }) => `container ${Names.join(' ')} ${State} on ${machine}`);
    }),
  );
  if (machines[0] === undefined) return [];
  const manager = await openEngine(locateEngine({ DOCKER_HOST: engineOf(machines[0]) }));
  const services = await manager.listServices({ filters: { label } });
  const [networks, secrets] = await Promise.all([
    manager.listNetworks({ filters: { label } }),
    manager.listSecrets({ filters: { label } }),
  ]);
  return [
    ...onMachines.flat(),
    ...services.map(({ ID }) => `service ${ID}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...secrets.map(({ ID }) => `secret ${ID}`),
  ];
}
