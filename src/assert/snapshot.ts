import * as z from 'zod';
import { LabError } from '../errors.js';
import type { Answer } from './answers.js';
import type { Verdict } from './verdict.js';

/** A catchment map that was kept: who answered each client at each address. */
const snapshotSchema = z.object({
  topology: z.string(),
  answers: z.array(
    z.object({ client: z.string(), service: z.string(), address: z.string(), instance: z.string().nullable() }),
  ),
});

export type Snapshot = z.output<typeof snapshotSchema>;

/** A client whose catchment is another one than it was. */
export interface Move {
  readonly client: string;
  readonly address: string;
  /** Null without an answer; undefined if the client, or the address, was not there. */
  readonly from: string | null | undefined;
  readonly to: string | null | undefined;
}

/**
 * What there is to keep of a catchment map: sorted, and nothing that differs from run to run, so that it can be
 * reviewed as text.
 */
export function snapshotOf(topology: string, answers: readonly Answer[]): Snapshot {
  const kept = answers.map(({ client, service, address, instance }) => ({ client, service, address, instance }));
  return { topology, answers: kept.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
}

/** Reads a snapshot. Throws USAGE where the text is none. */
export function readSnapshot(text: string, file: string): Snapshot {
  const hint = 'make one with: nearcast who --snapshot map.json';
  try {
    return snapshotSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LabError('USAGE', `${file} is not a snapshot of a catchment map`, { cause, hint });
  }
}

/** The clients that moved, from where to where, in the order of the snapshot. */
export function movesBetween(before: Snapshot, after: Snapshot): readonly Move[] {
  const was = new Map(before.answers.map((answer) => [keyOf(answer), answer]));
  const is = new Map(after.answers.map((answer) => [keyOf(answer), answer]));
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key): readonly Move[] => {
    const [from, to] = [was.get(key), is.get(key)];
    const either = from ?? to;
    if (either === undefined || from?.instance === to?.instance) return [];
    return [{ client: either.client, address: either.address, from: from?.instance, to: to?.instance }];
  });
}

/** Compares a catchment map with one that was kept: it holds if no client moved. */
export function judgeSnapshot(before: Snapshot, after: Snapshot, file: string): Verdict {
  const moves = movesBetween(before, after);
  const text = `every client is answered as in ${file}`;
  return moves.length === 0
    ? { text, verdict: 'pass' }
    : { text, verdict: 'fail', seen: moves.map(moveText).join(', ') };
}

function moveText({ client, address, from, to }: Move): string {
  const word = (instance: string | null | undefined): string =>
    instance === undefined ? 'not there' : (instance ?? 'nobody');
  return `${client} at ${address}: ${word(from)} -> ${word(to)}`;
}

function keyOf({
  client,
  service,
  address,
}: Pick<Snapshot['answers'][number], 'client' | 'service' | 'address'>): string {
  return `${client} ${service} ${address}`;
}
