import type { Seen } from '../assert/judge-seen.js';
import { commandSightings } from '../lab/command-sighting.js';
import type { Lab } from '../lab/lab.js';
import { isSentByAgent } from '../topology/model/probe-kind.js';
import type { ProbeSettings } from '../topology/model/step.js';

/** What timeout(1) ends with where it had to end the program. */
const TIMED_OUT = 124;

/** One round of a probe step: a probe from each source port of each client, or a command in each of them. */
export async function probeRound(
  lab: Lab,
  { kind, from, command, ...settings }: ProbeSettings,
): Promise<readonly Seen[]> {
  if (isSentByAgent(kind))
    return lab.observe({ ...settings, kind, clients: from.label === 'all' ? undefined : from.names });
  const bounded = ['timeout', '--kill-after=1', String(settings.timeoutMs / 1000), ...(command ?? [])];
  const ran = await commandSightings(lab, from.names, bounded);
  return ran.map((each) =>
    each.status === TIMED_OUT
      ? { ...each, fate: 'silent', status: null, output: `it took longer than ${String(settings.timeoutMs)} ms` }
      : each,
  );
}
