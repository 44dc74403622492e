import type { Condition } from '../forecast/condition.js';
import type { Walk } from '../forecast/forecast-model.js';
import type { LabPlan } from '../plan/model.js';
import { hasLinesOfItsUser } from '../plan/parts/static-routes.js';
import { formatDuration } from '../support/duration.js';
import { listWords } from '../support/suggest.js';

/** What a prediction does not know, in words. */
export function notesOn(plan: LabPlan, condition: Condition, walks: readonly Walk[]): readonly string[] {
  const ownLines = plan.nodes
    .filter(({ routing }) => routing !== undefined && hasLinesOfItsUser(routing))
    .map(({ name }) => name);
  return [
    ...(plan.forecast === 'off' ? ['the file says  forecast: off:  its routing may differ from this'] : []),
    ...(ownLines.length === 0 ? [] : [`the own FRRouting lines of ${listWords(ownLines)} are not read`]),
    ...(walks.some(({ isStable }) => !isStable)
      ? ['BGP has no stable state here (RFC 4264): any instance may answer']
      : []),
    ...(condition.flapPeriodMs === 0
      ? []
      : [`a link flaps every ${formatDuration(condition.flapPeriodMs)}: this is while it is up`]),
    ...(condition.isLossy ? ['packets are lost on purpose: some queries get no answer'] : []),
  ];
}
