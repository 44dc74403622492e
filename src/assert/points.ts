import type { Topology } from '../topology/model/topology.js';
import type { Expectations, Step } from '../topology/model/step.js';

/** Availability, latency, correctness and publication latency. */
const RSSAC047_VERDICTS = 4;

/** How many verdicts the expectations and the scenario of a topology come to, whatever is seen. */
export function verdictsExpected({ expect, scenario }: Pick<Topology, 'expect' | 'scenario'>): number {
  return verdictsOf(expect) + scenario.reduce((sum, step) => sum + verdictsOfStep(step), 0);
}

function verdictsOfStep(step: Step): number {
  if (step.kind === 'publish') return RSSAC047_VERDICTS;
  if (step.kind !== 'change') return step.kind === 'wait-for' && step.settled ? 1 : verdictsOf(step.expect);
  return verdictsOf(step.expect) + (step.expect.stableMs === undefined ? 0 : 1);
}

function verdictsOf({ answers, byClient, routes, limits }: Expectations): number {
  const lists = [answers, routes, ...Object.values(byClient)];
  return (
    lists.reduce((sum, list) => sum + list.length, 0) +
    Object.values(limits).filter((limit) => limit !== undefined).length
  );
}
