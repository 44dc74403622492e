import type { Sighting } from '../protocol/sighting.js';
import type { Answer } from './answers.js';
import { familyOf } from '../support/family.js';

/** The instance with the shortest round trip from a client, whichever one answers it. */
export interface Nearest {
  readonly instance: string;
  readonly rttMs: number;
  /** How much longer a round trip to the service takes: the inflation of anycast. */
  readonly inflationMs: number;
}

/** A row of the catchment map with the nearest instance; null where no instance, or not the service, sent a reply. */
export type NearAnswer = Answer & { readonly nearest: Nearest | null };

/** A difference below both of these may be the machine's. */
const NOTICED_MS = 1;
const NOTICED_SHARE = 0.05;

/** Whether a round trip that differs by so much from one of `rttMs` is told to be longer. */
export function isNoticed(differenceMs: number, rttMs: number): boolean {
  return differenceMs >= Math.max(NOTICED_MS, rttMs * NOTICED_SHARE);
}

/** Echo replies that clients got from the addresses of an instance. */
export interface InstanceEchoes {
  readonly instance: string;
  readonly seen: readonly Sighting[];
}

/**
 * Compares echo requests with echo requests: to the address of the service, and to each of its instances. The shortest
 * of several counts, since all that a busy machine does is to make them longer.
 */
export function withNearest(
  answers: readonly Answer[],
  services: readonly { readonly name: string; readonly instances: readonly string[] }[],
  toServices: readonly Sighting[],
  toInstances: readonly InstanceEchoes[],
): readonly NearAnswer[] {
  return answers.map((answer) => {
    const { client, address } = answer;
    const instances = services.find(({ name }) => name === answer.service)?.instances ?? [];
    const own = shortest(toServices, (seen) => seen.client === client && seen.address === address);
    const isOf = (seen: Sighting): boolean => seen.client === client && familyOf(seen.address) === familyOf(address);
    const [best] = toInstances
      .filter(({ instance }) => instances.includes(instance))
      .map(({ instance, seen }) => ({ instance, rttMs: shortest(seen, isOf) }))
      .sort((a, b) => a.rttMs - b.rttMs);
    if (best === undefined || best.rttMs === Infinity || own === Infinity) return { ...answer, nearest: null };
    return { ...answer, nearest: { ...best, inflationMs: Math.max(0, own - best.rttMs) } };
  });
}

function shortest(seen: readonly Sighting[], isMeant: (seen: Sighting) => boolean): number {
  return Math.min(...seen.filter(isMeant).map(({ rttMs }) => rttMs ?? Infinity));
}
