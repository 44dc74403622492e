import type { Answer } from '../assert/answers.js';
import { unpredicted, unpredictedRouters, type Unpredicted } from '../assert/judge-predictions.js';
import type { Verdict } from '../assert/verdict.js';
import { healthy } from '../forecast/condition.js';
import type { Lab } from '../lab/lab.js';
import type { LabPlan } from '../plan/model.js';
import { predict } from '../predict/prediction.js';
import type { SubnetPrediction } from '../predict/subnet-routers.js';
import type { RouteState } from '../protocol/lab-state.js';
import type { Sighting } from '../protocol/sighting.js';
import { decisionText } from '../report/words/decision.js';
import { knownRoutesText } from '../report/words/known-routes.js';
import { alternatives } from '../support/suggest.js';

/** A router waits up to 0.8 s before it tells a neighbor that it has an anycast address (RFC 4861 section 7.2.7; Linux's `proxy_delay`). */
const NEIGHBOR_KNOWN_MS = 1000;

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
  const { predictions, subnetRouters } = predict(plan, healthy);
  const ofSubnets = await compareSubnetRouters(lab, subnetRouters);
  let differing = unpredicted(predictions, answers, plan);
  if (differing.some(({ seen }) => seen.includes(null))) {
    // A busy machine may lose a query. What is lost twice has no answer.
    differing = unpredicted(predictions, await lab.who(), plan);
  }
  if (differing.length === 0) return ofSubnets;
  const routers = new Set(differing.flatMap(({ prediction: { decision } }) => decision?.node ?? []));
  const { routes } = await lab.inspect([...routers]);
  return [...differing.map((each) => verdictOn(each, routes)), ...ofSubnets];
}

/** Who answers at the anycast addresses of IPv6 subnets; an echo request to one is answered from a router's own address. */
async function compareSubnetRouters(lab: Lab, predictions: readonly SubnetPrediction[]): Promise<readonly Verdict[]> {
  const addresses = [...new Set(predictions.map(({ address }) => address))];
  const poll = async (clients: readonly string[] | undefined): Promise<readonly Sighting[]> =>
    (
      await Promise.all(addresses.map((to) => lab.observe({ kind: 'poll', to, clients, timeoutMs: NEIGHBOR_KNOWN_MS })))
    ).flat();
  if (addresses.length === 0) return [];
  let differing = unpredictedRouters(predictions, await poll(undefined));
  if (differing.some(({ seen }) => seen.includes(null))) {
    const clients = [...new Set(differing.map(({ prediction }) => prediction.client))];
    differing = unpredictedRouters(predictions, await poll(clients));
  }
  return differing.map(({ prediction: { client, address, prefix, routers }, seen }) => ({
    text: `${client} at ${address}, the address of the routers of ${prefix}, is answered by ${namesOf(routers)}, as predicted`,
    verdict: 'fail',
    seen: namesOf(seen),
  }));
}

function namesOf(all: readonly (string | null)[]): string {
  return all.length === 0 ? 'nobody' : alternatives(all.map((name) => name ?? 'nobody'));
}

/** Whether start-up commands of a router change its routes or their choice: no prediction knows of these. */
function isRoutedByHand({ nodes }: LabPlan): boolean {
  return nodes.some(
    ({ kind, exec }) => kind === 'router' && exec.some((words) => /\bip\b.*\b(?:rule|route)\b/.test(words.join(' '))),
  );
}

function verdictOn({ prediction, seen }: Unpredicted, routes: readonly RouteState[]): Verdict {
  const { client, address, instances, decision } = prediction;
  const expected = namesOf(instances.map(({ instance }) => instance));
  const table = routes.find((route) => route.router === decision?.node && route.address === address);
  const reasons = [
    decision === null ? 'predicted: its first router knows no route' : `predicted: ${decisionText(decision)}`,
    ...(table === undefined ? [] : [`its own table: ${knownRoutesText(table)}`]),
  ];
  return {
    text: `${client} at ${address} is answered by ${expected}, as predicted`,
    verdict: 'fail',
    seen: [namesOf(seen), ...reasons].join('; '),
  };
}
