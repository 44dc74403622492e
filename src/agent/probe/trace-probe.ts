import type { LabPlan } from '../../plan/model.js';
import { pathCost } from '../../forecast/path-cost.js';
import type { Condition } from '../../forecast/condition.js';
import type { Fate } from '../../protocol/timeline.js';
import { round as rounded } from '../../support/round.js';
import type { Flow, Outcome } from './flow.js';
import type { Round } from './datagram-sockets.js';
import { nodeNames } from '../node/node-names.js';
import { tracePath, type Trace } from './trace.js';

/** Longer ways are none of a lab's. */
const MOST_HOPS = 32;

/** Follows the way of each flow, hop by hop; `plan` and `condition` say what it costs. */
export function tracer(plan: LabPlan, condition: Condition): (flow: Flow, round: Round) => Promise<Outcome> {
  const { ownerOf } = nodeNames(plan);
  return async ({ namespace, client, target, port, sourcePort }, { params }) => {
    const atMs = performance.now();
    if (namespace.isFrozen) return { sourcePort: sourcePort === 0 ? null : sourcePort, atMs, fate: 'silent' };
    const question = { client, service: target.service ?? '', address: target.address, family: target.family };
    const trace = await tracePath(question, namespace, sourcePort, {
      maxHops: MOST_HOPS,
      timeoutMs: params.timeoutMs,
      port,
    });
    const { instance, end } = trace;
    const hops = trace.hops.map((hop) => (hop === null ? null : (ownerOf(hop) ?? hop)));
    const last = instance ?? (end?.from === undefined ? undefined : ownerOf(end.from));
    const path = last === undefined ? hops : [...hops.slice(0, end?.hops), last];
    return {
      sourcePort: trace.sourcePort,
      atMs,
      fate: fateOf(trace, path),
      instance,
      rttMs: trace.rttMs === null ? null : rounded(trace.rttMs),
      path,
      cost: instance === null ? null : pathCost(plan, path, condition),
    };
  };
}

/** No way leads through the same node twice, but in a loop. */
function fateOf({ instance, end }: Trace, path: readonly (string | null)[]): Fate {
  if (instance !== null) return 'answered';
  const known = path.filter((hop) => hop !== null);
  if (new Set(known).size < known.length) return 'loop';
  return end?.kind ?? 'silent';
}
