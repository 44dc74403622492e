import type { ActiveFault } from '../../fault/active-fault.js';
import { isSilence } from '../../fault/fault-effect.js';
import { endKey } from '../../forecast/condition.js';
import { speaksOspf } from '../../plan/ospf-costs.js';
import { leastUnnoticedMs } from '../../plan/timers.js';
import type { PlanInterface, Question } from '../../plan/model.js';
import type { StepPart } from '../../protocol/messages.js';
import type { RunningLab } from '../lab/running-lab.js';

/**
 * How much of an outage since a step was OSPF's dead interval alone, for a question, who answered it before, and who did
 * afterwards. It is known where the step only silences links between two speakers of OSPF, and who asks has moved: nothing but these intervals can
 * have ended such an outage. Else it is 0, as with BFD, BGP, IS-IS, and routers that watch instances or choose among them.
 */
export function silenceTimers(
  { plan, condition }: Pick<RunningLab, 'plan' | 'condition'>,
  parts: readonly { readonly part: Pick<StepPart, 'action'>; readonly fault: Pick<ActiveFault, 'effect'> }[],
): (question: Pick<Question, 'service' | 'family'>, before: string | null, after: string | null) => number {
  const silences = parts.flatMap(({ part: { action }, fault: { effect } }) =>
    action === 'fail' && isSilence(effect) ? [effect.ends.map(endKey)] : [],
  );
  const silent = new Set(silences.flat());
  const isElse =
    silences.length < parts.length ||
    condition.flapPeriodMs > 0 ||
    plan.forecast === 'off' ||
    plan.interior === 'isis' ||
    plan.steering !== undefined ||
    plan.nodes.some(({ routing }) => routing?.bgp !== undefined);
  const interfaces = new Map<string, PlanInterface>(
    isElse
      ? []
      : plan.nodes.flatMap(({ name, routing, interfaces: own }) =>
          routing === undefined ? [] : own.map((item) => [endKey({ node: name, interface: item.name }), item] as const),
        ),
  );
  const ends = plan.links
    .filter((link) => link.ends.some((end) => silent.has(endKey(end))))
    .flatMap((link) => link.ends.map((end) => interfaces.get(endKey(end))));
  return ({ service, family }, before, after) => {
    const isMoved = before !== null && after !== null && before !== after;
    const isWatched = plan.services.find(({ name }) => name === service)?.announce === 'router';
    if (isElse || !isMoved || isWatched || ends.length === 0) return 0;
    const unnoticedMs = ends.map((item) =>
      item === undefined || item.bfd !== undefined || !speaksOspf(item)
        ? 0
        : leastUnnoticedMs(item, plan.timers, family),
    );
    return Math.min(...unnoticedMs);
  };
}
