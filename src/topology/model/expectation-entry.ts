import type { z } from 'zod';
import type { StepProbeKind } from './probe-kind.js';

/** Where an `expect` can stand: at the top of the file, or at one of three kinds of steps. */
export type ExpectPlace = 'lab' | 'change' | 'look' | 'probe';

/** Places, with their name for people. */
export interface ExpectPlaces {
  readonly of: readonly ExpectPlace[];
  readonly name: string;
}

export const places = {
  anywhere: { of: ['lab', 'change', 'look', 'probe'], name: 'every "expect"' },
  steps: { of: ['change', 'look', 'probe'], name: 'the steps of a scenario' },
  changes: { of: ['change'], name: 'steps that change something' },
  changesAndLooks: { of: ['change', 'look'], name: 'steps that change something, expect, or wait' },
  changesAndProbes: { of: ['change', 'probe'], name: 'steps that change something, and probes' },
  probes: { of: ['probe'], name: 'probes' },
} as const satisfies Readonly<Record<string, ExpectPlaces>>;

/**
 * What an expectation needs to be judged: one round of questions, the path of each question too, routes of routers, the
 * probes of a change, or TCP connections that are held open through a change.
 */
export type Asks = 'answers' | 'ways' | 'routes' | 'probes' | 'connections';

export interface ValueProblem {
  readonly message: string;
  readonly hint: string;
}

/** One word of an `expect`. */
interface Described<S extends z.ZodType, T, P extends ExpectPlaces> {
  /** How one value is written. */
  readonly shape: S;
  /** For people, in editors. */
  readonly says: string;
  readonly places: P;
  readonly read: (value: z.output<S>) => T;
  /** What is wrong with a value of the right shape. */
  readonly problem?: (value: z.output<S>) => ValueProblem | undefined;
  /** What the items of a list name. */
  readonly names?: 'clients' | 'nodes';
  /** The only kind of probe that measures it. */
  readonly probe?: StepProbeKind;
}

interface Asking {
  readonly asks: Asks;
}

/** By client: `cost: {client1: 1}`. */
export function byClient<S extends z.ZodType, T, P extends ExpectPlaces>(entry: Described<S, T, P> & Asking) {
  return { by: 'client' as const, ...entry };
}

/** By router, and by service or prefix: `fib: {router1: {service: router2}}`. */
export function byRouter<S extends z.ZodType, T, P extends ExpectPlaces>(entry: Described<S, T, P> & Asking) {
  return { by: 'router' as const, ...entry };
}

/** What a step may cost at most: `lost: 0`. */
export function limit<S extends z.ZodType, T, P extends ExpectPlaces>(entry: Described<S, T, P> & Asking) {
  return { by: 'step' as const, ...entry };
}

/** How the others are judged: `within: 2s`. */
export function setting<S extends z.ZodType, T, P extends ExpectPlaces>(entry: Described<S, T, P>) {
  return { by: 'setting' as const, ...entry };
}
