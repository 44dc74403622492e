import type { ActiveFault } from '../fault/active-fault.js';
import { markOf } from '../picture/broken.js';
import type { LabPlan } from '../plan/model.js';
import type { ObservedChange } from '../protocol/observations.js';
import type { ChangeFelt, Moment } from './moments.js';
import { predictedCourses } from './subject.js';

/** What is broken, where, and what is predicted to come of it. */
export function faultsMoment(plan: LabPlan, faults: readonly ActiveFault[], atMs: number): Moment {
  return {
    kind: 'faults',
    atMs,
    faults: faults.map((fault) => markOf(plan, fault)),
    predicted: plan.forecast === 'off' ? null : predictedCourses(plan, faults),
  };
}

/** What the clients felt, without what a view does not show. */
export function changesFelt(changes: readonly ObservedChange[]): readonly ChangeFelt[] {
  return changes.map(({ client, service, address, before, after, outageMs, lost, sent, phases, isCollateral }) => ({
    client,
    service,
    address,
    before,
    after,
    outageMs,
    lost,
    sent,
    phases,
    isCollateral,
  }));
}
