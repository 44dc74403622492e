import { LabError } from '../errors.js';
import type { LabPlan } from '../plan/model.js';
import type { Convergence } from '../protocol/messages.js';
import { lackingText } from '../report/words/lacking.js';

const MOST_SHOWN = 5;

/** The lab was taken down again; what was lacking decides what is worth a try. */
export function notConverged({ lacking }: Convergence, deadlineMs: number, plan: LabPlan): LabError {
  const shown = lacking.slice(0, MOST_SHOWN).map(lackingText).join('; ');
  const more = lacking.length > MOST_SHOWN ? `; and ${String(lacking.length - MOST_SHOWN)} more` : '';
  return new LabError(
    'NOT_CONVERGED',
    `routing did not converge within ${String(deadlineMs / 1000)} s: ${shown}${more}`,
    {
      hint: `the lab was taken down again; ${adviceOn(lacking, plan)}`,
    },
  );
}

function adviceOn(lacking: Convergence['lacking'], plan: LabPlan): string {
  if (lacking.some(({ kind }) => kind === 'session'))
    return 'see what the "frr:" lines at both ends of that session say of it';
  const hasOwnLines = plan.nodes.some(({ routing }) => routing?.extraLines !== undefined);
  return hasOwnLines && plan.forecast !== 'off'
    ? 'where "frr:" of the file is to change routing, write  forecast: off  in it, or say --no-forecast'
    : 'is the machine short of CPU time?';
}
