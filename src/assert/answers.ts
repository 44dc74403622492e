import type { AskedFlows, Observation } from '../protocol/observations.js';

/** One row of the catchment map: who answers a client at an address, at which cost and on which way. */
export interface Answer {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  /** Null where nobody answers. */
  readonly instance: string | null;
  /** The sum of link costs from the client's first router to the instance. */
  readonly cost: number | null;
  /** The routers and the instance; null for a hop that stayed silent. */
  readonly path: readonly (string | null)[];
  readonly rttMs: number | null;
  /**
   * There where routing has equal ways: who answered how many of the flows, and on which ways. What stands above is of
   * the first of them.
   */
  readonly flows?: AskedFlows | undefined;
}

export function toAnswer({ client, service, address, instance, cost, path, rttMs, flows }: Observation): Answer {
  return { client, service, address, instance, cost, path, rttMs, ...(flows === undefined ? {} : { flows }) };
}
