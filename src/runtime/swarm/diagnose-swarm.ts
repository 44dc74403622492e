import { toLabError } from '../../errors.js';
import type { Check } from '../../setup/doctor.js';
import { connectEngine, locateEngine } from '../docker/engine.js';
import { readSwarm } from './machines.js';

/** Whether an engine manages a swarm, and which of its machines run. Changes nothing. */
export async function diagnoseSwarm(env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  try {
    const { engine } = await connectEngine(locateEngine(env));
    const { machines } = await readSwarm(engine);
    const found = machines.map(
      ({ name, cores, memoryMb }) => `${name} (${String(cores)} cores, ${String(memoryMb)} MB)`,
    );
    return [{ name: 'Docker Swarm', status: 'ok', found: found.join(', ') }];
  } catch (error) {
    const { message, hint } = toLabError(error);
    return [{ name: 'Docker Swarm', status: 'missing', found: message, hint }];
  }
}
