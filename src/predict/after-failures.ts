import { conditionOf } from '../fault/active-fault.js';
import { resolveFault } from '../fault/resolve-fault.js';
import type { Walk } from '../forecast/forecast-model.js';
import type { LabPlan } from '../plan/model.js';
import { decidersIn } from './deciders.js';
import { catchmentsOf, walksUnder, type Catchment } from './prediction.js';

/** What failures leave: the same object for all that leave the same. */
export interface Aftermath {
  readonly catchments: readonly Catchment[];
  /** What must break for another one; undefined where anything may lead to another. */
  readonly deciders: ReadonlySet<string> | undefined;
}

/**
 * What each set of failures, as a command line names them, leaves of the catchments. Where nothing but shortest paths decides, a
 * failure that is beside all that packets meet after the others changes nothing, and is not worked out.
 */
export function aftermaths(plan: LabPlan): (targets: readonly string[]) => Aftermath {
  const decidersOf = decidersIn(plan);
  const faults = new Map<string, ReturnType<typeof resolveFault>>();
  const faultOf = (target: string): ReturnType<typeof resolveFault> => {
    const fault = faults.get(target) ?? resolveFault(plan, target, undefined);
    faults.set(target, fault);
    return fault;
  };
  const compute = (targets: readonly string[]): Aftermath => {
    const walks: readonly Walk[] = walksUnder(plan, conditionOf(targets.map(faultOf)));
    return { catchments: catchmentsOf(plan, walks), deciders: decidersOf?.(walks) };
  };
  const known = new Map<string, Aftermath>();
  const after = (targets: readonly string[]): Aftermath => {
    const key = targets.join(' ');
    const found = known.get(key) ?? withoutOne(targets) ?? compute(targets);
    // Pairs are asked for once, and are too many to keep.
    if (targets.length < 2) known.set(key, found);
    return found;
  };
  const withoutOne = (targets: readonly string[]): Aftermath | undefined => {
    if (decidersOf === undefined) return undefined;
    for (const [nth, target] of targets.entries()) {
      const rest = after(targets.filter((_, other) => other !== nth));
      if (rest.deciders?.has(target) === false) return rest;
    }
    return undefined;
  };
  return after;
}
