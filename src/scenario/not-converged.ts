import { LabError } from '../errors.js';
import type { LabPlan } from '../plan/model.js';
import { hasLinesOfItsUser } from '../plan/parts/static-routes.js';
import type { Convergence } from '../protocol/messages.js';
import { fileCauses } from '../assert/file-causes.js';
import type { Lacking, RoutingFinding } from '../protocol/lacking.js';
import { anomalyText } from '../report/words/anomaly.js';
import { lackingText } from '../report/words/lacking.js';

const MOST_SHOWN = 5;

/** The lab was taken down again; what was lacking decides what is worth a try. */
export function notConverged(
  { lacking }: Convergence,
  deadlineMs: number,
  plan: LabPlan,
  findings: readonly RoutingFinding[] = [],
): LabError {
  return new LabError(
    'NOT_CONVERGED',
    [
      `routing did not converge within ${String(deadlineMs / 1000)} s: ${shownOf(lacking)}`,
      ...causesIn(findings, plan),
    ].join('; likely cause: '),
    {
      hint: `the lab was removed again; ${adviceOn(lacking, plan)}`,
    },
  );
}

/** What daemons still waited for when routing counted as quiet: for people. */
export function unfinishedNotes(unfinished: readonly Lacking[] = []): readonly string[] {
  if (unfinished.length === 0) return [];
  return [`routing is quiet, but this may still be to come: ${shownOf(unfinished)}`];
}

function shownOf(lacking: readonly Lacking[]): string {
  const shown = lacking.slice(0, MOST_SHOWN).map(lackingText).join('; ');
  return lacking.length > MOST_SHOWN ? `${shown}; and ${String(lacking.length - MOST_SHOWN)} more` : shown;
}

/** What is not as the lab was made. What is lacking is told already. */
function causesIn(findings: readonly RoutingFinding[], plan: LabPlan): readonly string[] {
  const anomalies = findings.flatMap((finding) => ('anomaly' in finding ? [finding.anomaly] : []));
  const own = fileCauses(plan, { expect: undefined, parts: [] });
  return [...anomalies.map((each) => `${each.node}: ${anomalyText(each)}`), ...own].slice(0, MOST_SHOWN);
}

function adviceOn(lacking: Convergence['lacking'], plan: LabPlan): string {
  if (lacking.some(({ kind }) => kind === 'session')) return 'check the "frr:" lines at both ends of that session';
  const hasOwnLines = plan.nodes.some(({ routing }) => routing !== undefined && hasLinesOfItsUser(routing));
  return hasOwnLines && plan.forecast !== 'off'
    ? 'if "frr:" lines change routing on purpose, write  forecast: off  in the file, or use --no-forecast'
    : 'check whether the machine is short of CPU time';
}
