import { daemonKey, endKey, serviceKey } from '../forecast/condition.js';
import type { FaultEffect } from './fault-effect.js';

/** What a fault is at, as a condition names it. */
export function keysOf(effect: FaultEffect): readonly string[] {
  if ('nodes' in effect) return effect.nodes;
  if ('ends' in effect) return effect.ends.map(endKey);
  if ('service' in effect) return [serviceKey(effect.service, effect.node)];
  return ['daemon' in effect ? daemonKey(effect.daemon, effect.node) : effect.node];
}
