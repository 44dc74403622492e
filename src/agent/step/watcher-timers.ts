import type { ActiveFault } from '../../fault/active-fault.js';
import { serviceKey } from '../../forecast/condition.js';
import type { Question } from '../../plan/model.js';
import type { StepPart } from '../../protocol/messages.js';
import type { RunningLab } from '../lab/running-lab.js';

/**
 * How much of an outage since a step was the timers of a watcher alone, for a question and who answered it before.
 * It is known where the step only stops instances, as nothing but their watchers can end such an outage: else it is 0.
 */
export function watcherTimers(
  { plan, condition, instances }: Pick<RunningLab, 'plan' | 'condition' | 'instances'>,
  parts: readonly { readonly part: Pick<StepPart, 'action'>; readonly fault: Pick<ActiveFault, 'effect'> }[],
  atMs: number,
): (question: Pick<Question, 'service'>, before: string | null) => number {
  const stopped = parts.flatMap(({ part: { action }, fault: { effect } }) =>
    action === 'fail' && (effect.kind === 'stop' || effect.kind === 'hang')
      ? [serviceKey(effect.service, effect.node)]
      : [],
  );
  const isElse =
    stopped.length < parts.length ||
    condition.flapPeriodMs > 0 ||
    plan.forecast === 'off' ||
    plan.steering !== undefined;
  return ({ service }, before) =>
    isElse || before === null || !stopped.includes(serviceKey(service, before))
      ? 0
      : (instances.find((each) => each.service.name === service && each.host.name === before)?.timersSince(atMs) ?? 0);
}
