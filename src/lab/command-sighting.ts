import type { Sighting } from '../protocol/sighting.js';
import { inParallel } from '../support/in-parallel.js';
import { round } from '../support/round.js';
import type { Lab } from './lab.js';

const PROGRAMS_AT_ONCE = 8;
const MOST_OUTPUT = 2000;

/**
 * Runs a program in each of some clients, to its end, and reports it as a probe of kind `command`: `status` is its
 * exit status (null after a signal), `output` what it printed, standard output first. `atMs` counts from the first
 * start: it is not the agent's clock. LabError NODE_UNKNOWN, FAULT_STATE.
 */
export async function commandSightings(
  lab: Pick<Lab, 'exec'>,
  clients: readonly string[],
  argv: readonly string[],
): Promise<readonly Sighting[]> {
  const startedAtMs = performance.now();
  return inParallel(clients, PROGRAMS_AT_ONCE, async (client): Promise<Sighting> => {
    const atMs = round(performance.now() - startedAtMs);
    const { exitCode, stdout, stderr } = await lab.exec(client, argv);
    return {
      kind: 'command',
      client,
      service: null,
      address: '',
      sourcePort: null,
      atMs,
      fate: 'answered',
      instance: null,
      rttMs: round(performance.now() - startedAtMs - atMs),
      status: exitCode,
      output: `${stdout}${stderr}`.slice(0, MOST_OUTPUT),
      path: [],
      cost: null,
    };
  });
}
