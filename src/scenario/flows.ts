import { concerns, type Seen } from '../assert/judge-seen.js';
import { judgeShares, looks, type FlowCounts } from '../assert/shares.js';
import type { Verdict } from '../assert/verdict.js';
import type { Lab } from '../lab/lab.js';
import type { Expectation, Expectations } from '../topology/model/step.js';

const FLOW_TIMEOUT_MS = 1000;

/** Judges how the flows of clients are shared, with as many of them as it takes, each from a source port of its own. */
export async function judgeFlows(
  lab: Lab,
  { answers, confidence }: Expectations,
  prefix: string,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const expectation of answers.filter(({ answer }) => answer.kind === 'shares'))
    verdicts.push(await judgeShared(lab, expectation, confidence, prefix));
  return verdicts;
}

/** The same by the flows of a probe that were seen already. */
export function judgeSeenFlows(
  { answers, confidence }: Expectations,
  seen: readonly Seen[],
  prefix: string,
): readonly Verdict[] {
  return answers
    .filter(({ answer }) => answer.kind === 'shares')
    .map((expectation) =>
      judgeShares(expectation, countFlows(seen.filter((each) => concerns(expectation, each))), confidence, prefix),
    );
}

async function judgeShared(lab: Lab, expectation: Expectation, confidence: number, prefix: string): Promise<Verdict> {
  const seen: Seen[] = [];
  let asked = 0;
  for (const most of looks) {
    seen.push(
      ...(await lab.observe({
        kind: 'dns',
        asServed: true,
        clients: expectation.clients.label === 'all' ? undefined : expectation.clients.names,
        to: expectation.to,
        flows: most - asked,
        timeoutMs: FLOW_TIMEOUT_MS,
      })),
    );
    asked = most;
    const verdict = judgeShares(expectation, countFlows(seen), confidence, prefix);
    if (verdict.verdict !== 'inconclusive') return verdict;
  }
  return judgeShares(expectation, countFlows(seen), confidence, prefix);
}

function countFlows(seen: readonly Seen[]): FlowCounts {
  const byInstance = new Map<string, number>();
  for (const { instance } of seen)
    byInstance.set(instance ?? 'nobody', (byInstance.get(instance ?? 'nobody') ?? 0) + 1);
  return { flows: seen.length, byInstance };
}
