import type { Observation } from '../protocol/observations.js';

/** One row of the catchment map: who answers a client at an address, at which cost and on which way. */
export type Answer = Omit<Observation, 'sourcePort'>;

export function toAnswer({ client, service, address, instance, cost, path, rttMs, flows }: Observation): Answer {
  return { client, service, address, instance, cost, path, rttMs, ...(flows === undefined ? {} : { flows }) };
}
