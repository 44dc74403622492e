import { userInfo } from 'node:os';
import { LabError } from '../../errors.js';
import type { Runtime } from '../runtime.js';
import { connectToAgent } from './connection.js';
import type { EngineOfOwner } from './engine-of-owner.js';
import { connectEngine, isEngineLikely, locateEngine, openEngine, unreachable, type Engine } from './engine.js';
import { labContainers, recordsOf, removeContainers } from './lab-containers.js';
import { guarded, withEngine } from './engine-lost.js';
import { ownerOf } from './names.js';

/**
 * Nodes as containers of a Docker engine, on this machine or another: each without a network but the links that the
 * lab's agent makes, which runs in a container beside them. A user who may use the engine needs nothing else.
 */
export function dockerRuntime(env: NodeJS.ProcessEnv = process.env): Runtime {
  const owner = ownerOf(env, userName());
  const reach = async (): Promise<EngineOfOwner & Awaited<ReturnType<typeof connectEngine>>> => ({
    owner,
    ...(await connectEngine(locateEngine(env))),
  });
  return {
    name: 'docker',
    capabilities: {
      images: async () => (await import('./images/engine-images.js')).imagesOfEngine(env),
    },
    diagnose: async () => (await import('./diagnose-engine.js')).diagnoseEngine(env),
    async prepare({ plan, signal, onProgress }) {
      const { engine, facts } = await reach();
      const { ensureImages } = await import('./images/ensure-images.js');
      await withEngine(facts.address, () => ensureImages(engine, facts.architecture, plan, { signal, onProgress }));
    },
    async deploy(request) {
      const { engine, facts } = await reach();
      const { deployContainers } = await import('./deploy.js');
      return guarded(
        facts.address,
        request.lab,
        await withEngine(facts.address, () => deployContainers({ engine, owner }, facts, request)),
      );
    },
    async connect(lab) {
      const { engine } = await reach();
      const containers = await labContainers(engine, owner, lab);
      const [record] = recordsOf(containers, owner);
      if (record === undefined) throw notFound(lab);
      if (record.phase === 'deploying') {
        throw new LabError('LAB_NOT_FOUND', `the lab ${lab} is still being deployed`, {
          hint: 'wait for its "up" to finish',
        });
      }
      if (record.phase === 'dead') {
        throw new LabError('AGENT_GONE', `the agent of ${lab} has ended`, { hint: `nearcast down ${lab}` });
      }
      return connectToAgent({ engine, owner }, record);
    },
    async list() {
      const address = locateEngine(env);
      if (!isEngineLikely(address)) return [];
      const engine = await openEngine(address);
      try {
        return recordsOf(await labContainers(engine, owner), owner);
      } catch (error) {
        // If no setting names an engine, there may be none.
        if (!address.chosen) return [];
        throw unreachable(address, error);
      }
    },
    async remove(lab) {
      const { engine, facts } = await reach();
      await withEngine(facts.address, () => removeLab(engine, owner, lab));
    },
  };
}

async function removeLab(engine: Engine, owner: EngineOfOwner['owner'], lab: string): Promise<void> {
  const containers = await labContainers(engine, owner, lab);
  if (containers.length === 0) throw notFound(lab);
  await removeContainers(engine, containers);
  // A deployment that was under way may have made one more.
  await removeContainers(engine, await labContainers(engine, owner, lab));
}

function notFound(lab: string): LabError {
  return new LabError('LAB_NOT_FOUND', `there is no lab named ${lab} on this engine`, { hint: 'nearcast list' });
}

export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the password file has a number only.
    return String(process.getuid?.() ?? 0);
  }
}
