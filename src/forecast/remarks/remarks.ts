import { planLab } from '../../plan/plan.js';
import type { Topology } from '../../topology/model/topology.js';
import { lostWeightsOf } from './lost-weights.js';
import type { Remark } from './remark.js';
import { tiesOf } from './ties.js';

/** A forecast takes long in large networks, and remarks are not worth the wait. */
const MOST_NODES = 1000;

/** All that there is to remark upon in a file. */
export function remarksOn(topology: Topology): readonly Remark[] {
  if (topology.nodes.length > MOST_NODES) return [];
  return [...tiesOf(topology), ...(topology.bgp.multipath === 'none' ? [] : lostWeightsOf(planLab(topology)))];
}
