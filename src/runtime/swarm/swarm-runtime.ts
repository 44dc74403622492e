import { LabError } from '../../errors.js';
import { connectEngine, isEngineLikely, locateEngine, openEngine } from '../docker/engine.js';
import type { EngineFacts } from '../docker/engine.js';
import { guarded, withEngine } from '../docker/engine-lost.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { ownerOf } from '../docker/names.js';
import { userName } from '../docker/docker-runtime.js';
import type { LabRecord, LostMachine, Runtime } from '../runtime.js';
import { labServices, sameMachine } from './lab-services.js';
import { lookAtSwarm, readSwarm } from './machines.js';
import { ownerOnSwarm } from './names.js';

/**
 * Nodes as containers on the machines of a Docker Swarm. The engine that is asked is one of its managers; it reaches the
 * others through relays that the swarm runs for each lab.
 */
export function swarmRuntime(env: NodeJS.ProcessEnv = process.env): Runtime {
  const owner = ownerOnSwarm(ownerOf(env, userName()));
  const reach = async (): Promise<{ readonly here: EngineOfOwner; readonly facts: EngineFacts }> => {
    const { engine, facts } = await connectEngine(locateEngine(env));
    return { here: { engine, owner }, facts };
  };
  return {
    name: 'swarm',
    capabilities: { machines: async () => (await readSwarm((await reach()).here.engine)).machines },
    diagnose: async () => (await import('./diagnose-swarm.js')).diagnoseSwarm(env),
    async prepare({ plan, signal, onProgress }) {
      const { here, facts } = await reach();
      const { ensureImages } = await import('../docker/images/ensure-images.js');
      await withEngine(facts.address, async () => {
        await readSwarm(here.engine);
        await ensureImages(here.engine, facts.architecture, plan, { signal, onProgress });
      });
    },
    async deploy(request) {
      const { here, facts } = await reach();
      const { deployOnSwarm } = await import('./deploy.js');
      const made = withEngine(facts.address, async () =>
        deployOnSwarm(here, facts, await readSwarm(here.engine), request),
      );
      return guarded(facts.address, request.lab, await made);
    },
    async connect(lab) {
      const { here, facts } = await reach();
      const [known] = await labServices(here.engine, owner, lab);
      if (known === undefined) throw notFound(lab);
      const { record } = known;
      if (record.phase === 'deploying')
        throw new LabError('LAB_NOT_FOUND', `the lab ${lab} is still being deployed`, {
          hint: 'wait for its "up" to finish',
        });
      if (record.phase === 'dead')
        throw new LabError('AGENT_GONE', `${lab} was never finished, or is being removed`, {
          hint: `nearcast down ${lab}`,
        });
      const { connectOnSwarm } = await import('./connection.js');
      return connectOnSwarm(here, facts, await readSwarm(here.engine), known);
    },
    async list() {
      const address = locateEngine(env);
      if (!isEngineLikely(address)) return [];
      try {
        const engine = await openEngine(address);
        const [labs, { machines, unheard }] = await Promise.all([labServices(engine, owner), lookAtSwarm(engine)]);
        return labs.map(({ record, parts }) => {
          const lost = parts.filter(
            (each) => each.nodes.length > 0 && sameMachine(each, machines) === undefined && !unheard.includes(each.id),
          );
          return lost.length === 0
            ? record
            : withLost(
                record,
                lost.map(({ name, nodes }) => ({ machine: name, nodes })),
              );
        });
      } catch {
        // The engine is in no swarm, or not there, which the runtime of its own labs says.
        return [];
      }
    },
    async remove(lab) {
      const { here, facts } = await reach();
      const [known] = await labServices(here.engine, owner, lab);
      if (known === undefined) throw notFound(lab);
      const { removeFromSwarm } = await import('./remove.js');
      await withEngine(facts.address, async () => removeFromSwarm(here, facts, await readSwarm(here.engine), known));
    },
  };
}

/** A lab of which no machine is left is dead. */
function withLost(record: LabRecord, lost: readonly LostMachine[]): LabRecord {
  const nodes = lost.reduce((sum, each) => sum + each.nodes.length, 0);
  return { ...record, lost, ...(nodes === record.nodes ? { phase: 'dead' } : {}) };
}

function notFound(lab: string): LabError {
  return new LabError('LAB_NOT_FOUND', `there is no lab named ${lab} in this swarm`, { hint: 'nearcast list' });
}
