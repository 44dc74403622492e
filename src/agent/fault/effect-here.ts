import type { FaultEffect } from '../../fault/fault-effect.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { FaultWork } from './fault-work.js';

/** Of a fault that is elsewhere. */
export const nothingToDo: FaultWork = { do: () => undefined, undo: () => undefined, missing: () => [] };

/** The part of a fault that is at nodes of this agent; undefined where there is none. */
export function effectHere(effect: FaultEffect, lab: Pick<RunningLab, 'nodes'>): FaultEffect | undefined {
  if ('nodes' in effect) {
    const nodes = effect.nodes.filter((node) => lab.nodes.has(node));
    return nodes.length === 0 ? undefined : { ...effect, nodes };
  }
  if ('node' in effect) return lab.nodes.has(effect.node) ? effect : undefined;
  const ends = effect.ends.filter(({ node }) => lab.nodes.has(node));
  return ends.length === 0 ? undefined : { ...effect, ends };
}
