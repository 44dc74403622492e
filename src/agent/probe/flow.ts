import { LabError } from '../../errors.js';
import type { Sighting } from '../../protocol/sighting.js';
import { errnoOf, type NetNamespace } from '../system/kernel.js';
import type { ProbeTarget } from './probe-targets.js';

/** What a probe sees as it ends; the rest of a sighting says what was probed. */
export type Outcome = Pick<Sighting, 'sourcePort' | 'atMs' | 'fate'> &
  Partial<Pick<Sighting, 'instance' | 'rttMs' | 'status' | 'output' | 'path' | 'cost' | 'replies'>>;

/** One probe of a round: from a client to an address, from one source port. */
export interface Flow {
  readonly client: string;
  readonly namespace: NetNamespace;
  readonly target: ProbeTarget;
  /** The port to send to. */
  readonly port: number;
  /** 0 where any free one will do. */
  readonly sourcePort: number;
  /** Its place in the round. */
  readonly index: number;
  readonly equal?: Sighting['equal'];
}

/** What of a reply is reported. */
const MOST_OUTPUT = 2000;
/** Errors of a send or a connect that say that the way there is closed, here or further on. */
export const NO_ROUTE: ReadonlySet<string | undefined> = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'EHOSTDOWN',
  'EACCES',
  'EADDRNOTAVAIL',
]);

export function bounded(text: string): string {
  return text.slice(0, MOST_OUTPUT);
}

/** What `begin` settles with first, or undefined at the deadline. */
export async function settledWithin<T>(
  timeoutMs: number,
  begin: (settle: (value: T) => void) => void,
): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<T | undefined>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, undefined);
      begin(resolve);
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Opens a socket of a flow. LabError USAGE if another program uses its source port. */
export async function withPort<T>({ client, sourcePort }: Flow, open: () => T | Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    if (errnoOf(cause) !== 'EADDRINUSE') throw cause;
    throw new LabError('USAGE', `source port ${String(sourcePort)} of ${client} is in use`, {
      cause,
      hint: 'choose other source ports, or leave them out',
    });
  }
}
