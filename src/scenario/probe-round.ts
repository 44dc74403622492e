import type { Seen } from '../assert/judge-seen.js';
import type { Lab } from '../lab/lab.js';
import type { ProbeSettings } from '../topology/step-model.js';

/** One round of a probe step: a probe from each source port of each client, or a command in each of them. */
export async function probeRound(lab: Lab, { kind, from, to, port, send, httpPath, flows, sourcePorts, command, timeoutMs }: ProbeSettings): Promise<readonly Seen[]> {
  if (kind === 'command') return lab.command(from.names, command ?? [], timeoutMs);
  return lab.observe({ kind, clients: from.names, to, port, send, httpPath, flows, sourcePorts, timeoutMs });
}
