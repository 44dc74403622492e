import type { Answer } from '../assert/answers.js';
import { unpredicted, type Unpredicted } from '../assert/judge-predictions.js';
import type { Verdict } from '../assert/verdict.js';
import { healthy } from '../forecast/condition.js';
import type { Lab } from '../lab/lab.js';
import type { LabPlan } from '../plan/model.js';
import { predict } from '../predict/prediction.js';
import type { RouteState } from '../protocol/lab-state.js';
import { decisionText } from '../report/words/decision.js';
import { knownRoutesText } from '../report/words/known-routes.js';
import { alternatives } from '../support/suggest.js';

/**
 * Compares who answers in a lab that has converged with what is predicted of its file. Every difference is a verdict that
 * fails, with the reasons of both: what the client's first router was to choose, and what it has in its own table.
 */
export async function comparePredictions(
  lab: Lab,
  plan: LabPlan,
  answers: readonly Answer[],
): Promise<readonly Verdict[]> {
  if (plan.forecast === 'off' || isRoutedByHand(plan)) return [];
  const { predictions } = predict(plan, healthy);
  let differing = unpredicted(predictions, answers, plan);
  if (differing.some(({ seen }) => seen.includes(null))) {
    // A busy machine may lose a query. What is lost twice has no answer.
    differing = unpredicted(predictions, await lab.who(), plan);
  }
  if (differing.length === 0) return [];
  const routers = new Set(differing.flatMap(({ prediction: { decision } }) => decision?.node ?? []));
  const { routes } = await lab.inspect([...routers]);
  return differing.map((each) => verdictOn(each, routes));
}

/** Whether start-up commands of a router change its routes or their choice: no prediction knows of these. */
function isRoutedByHand({ nodes }: LabPlan): boolean {
  return nodes.some(
    ({ kind, exec }) => kind === 'router' && exec.some((words) => /\bip\b.*\b(?:rule|route)\b/.test(words.join(' '))),
  );
}

function verdictOn({ prediction, seen }: Unpredicted, routes: readonly RouteState[]): Verdict {
  const { client, address, instances, decision } = prediction;
  const names = (all: readonly (string | null)[]): string => alternatives(all.map((name) => name ?? 'nobody'));
  const expected = instances.length === 0 ? 'nobody' : names(instances.map(({ instance }) => instance));
  const table = routes.find((route) => route.router === decision?.node && route.address === address);
  const reasons = [
    decision === null ? 'predicted: its first router knows no route' : `predicted: ${decisionText(decision)}`,
    ...(table === undefined ? [] : [`its own table: ${knownRoutesText(table)}`]),
  ];
  return {
    text: `${client} at ${address} is answered by ${expected}, as predicted`,
    verdict: 'fail',
    seen: [names(seen), ...reasons].join('; '),
  };
}
