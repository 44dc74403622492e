import { endKey, nothingBroken, type Condition } from '../forecast/condition.js';
import type { LabPlan } from '../plan/model.js';
import type { FaultKind } from '../topology/model/fault.js';
import type { FaultSettings } from '../topology/model/fault-settings.js';
import { nodesOf, type FaultEffect } from './fault-effect.js';
import { breakBy } from './own-faults.js';

/** Not by a user: the lab itself against an attack, or a machine that is really lost. */
type FaultCause = 'attack' | 'lost';

/** A fault that lasts until it is restored. */
export interface ActiveFault {
  /** The same for every way to write the same target, and for faults that exclude each other there. */
  readonly key: string;
  /** The same for every way to write the same target. */
  readonly targetKey: string;
  /** As it was written. */
  readonly target: string;
  readonly how: FaultKind;
  readonly effect: FaultEffect;
  readonly settings: FaultSettings;
  /** Why nobody has asked for it. */
  readonly cause?: FaultCause;
}

/** What is broken while these faults last. */
export function conditionOf(faults: Iterable<ActiveFault>): Condition {
  const broken = nothingBroken();
  for (const { effect } of faults) breakBy(effect, broken);
  return broken;
}

/** The nodes that notice a fault at first hand: the broken one and those on a segment with what broke. */
export function nodesAround(effect: FaultEffect, plan: LabPlan): ReadonlySet<string> {
  const broken = new Set('ends' in effect ? effect.ends.map(endKey) : []);
  const whole = new Set(nodesOf(effect));
  const isBroken = (node: string, device: string): boolean =>
    whole.has(node) || broken.has(endKey({ node, interface: device }));
  const segmentOf = new Map(
    plan.nodes.flatMap(({ interfaces }) => interfaces.map(({ link, segment }) => [link, segment] as const)),
  );
  const touched = plan.links.filter(({ ends }) => ends.some((end) => isBroken(end.node, end.interface)));
  const segments = new Set(touched.map(({ id }) => segmentOf.get(id)));
  const around = plan.nodes.filter(({ interfaces }) => interfaces.some(({ segment }) => segments.has(segment)));
  return new Set([...whole, ...around.map(({ name }) => name)]);
}
