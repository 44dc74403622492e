import type { Daemon } from '../plan/model.js';
import { protocols } from '../plan/protocols.js';

/** The daemons whose logs report neighbors. */
export const tellingDaemons: readonly Daemon[] = [...Object.values(protocols).map(({ daemon }) => daemon), 'bfdd'];

/**
 * What a daemon says of its neighbors goes into a file of its own, with the time to the microsecond, for the lab's one
 * timeline. The level is the lowest that has it: bfdd logs its sessions only among its debugging messages.
 */
export function logLines(daemon: Daemon): string {
  if (!tellingDaemons.includes(daemon)) return '';
  const level = daemon === 'bfdd' ? 'debugging' : 'informational';
  return [
    `log file /run/nearcast/${daemon}.events ${level}`,
    'log timestamp precision 6',
    ...(daemon === 'bfdd' ? ['debug bfd peer'] : []),
    '',
  ].join('\n');
}
