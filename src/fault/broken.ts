import { daemonKey, endKey, serviceKey, type Hijack } from '../forecast/condition.js';
import type { BrokenSet } from '../topology/model/fault.js';
import type { RoutePolicy } from '../topology/model/topology.js';
import type { FaultEffect } from './fault-effect.js';

/** A condition that is being put together. */
export interface Broken extends Record<BrokenSet | 'routelessNodes', Set<string>> {
  readonly hijacks: Hijack[];
  readonly policies: Map<string, RoutePolicy>;
  isLossy: boolean;
  flapPeriodMs: number;
}

export function nothingBroken(): Broken {
  return {
    crashedNodes: new Set(),
    frozenNodes: new Set(),
    downEnds: new Set(),
    silentEnds: new Set(),
    stoppedServices: new Set(),
    deadDaemons: new Set(),
    routelessNodes: new Set(),
    withdrawnServices: new Set(),
    drainedNodes: new Set(),
    leakingNodes: new Set(),
    hijacks: [],
    policies: new Map(),
    isLossy: false,
    flapPeriodMs: 0,
  };
}

/** What a fault is at, as a condition names it. */
export function keysOf(effect: FaultEffect): readonly string[] {
  if ('ends' in effect) return effect.ends.map(endKey);
  if ('service' in effect) return [serviceKey(effect.service, effect.node)];
  return ['daemon' in effect ? daemonKey(effect.daemon, effect.node) : effect.node];
}
