import { RISK } from '../forecast/flow-numbers.js';
import type { FlowSeen, ObservedChange, StepObserved } from '../protocol/observations.js';
import { undecided, type Verdict } from './verdict.js';

/** What a step did, as far as it is judged. */
export type ChangeSeen = Pick<StepObserved, 'changes' | 'settled' | 'settleMs' | 'noise'> &
  Partial<Pick<StepObserved, 'connections'>>;

/** One of the flows of a client to an address, as it is judged. */
export interface JudgedFlow extends Omit<ObservedChange, 'flows'> {
  /** How many flows the client had to the address. */
  readonly of: number;
}

/** Every flow of these changes: where routing has no equal-cost paths, one for each. */
export function judgedFlows(changes: readonly ObservedChange[]): readonly JudgedFlow[] {
  return changes.flatMap((change): readonly JudgedFlow[] => {
    const { flows, ...told } = change;
    return flows === undefined
      ? [{ ...told, of: 1 }]
      : flows.each.map((flow: FlowSeen) => ({ ...flow, of: flows.probed }));
  });
}

/** The longest first. */
export function byTime(flows: readonly JudgedFlow[], timeOf: (flow: JudgedFlow) => number): readonly JudgedFlow[] {
  return [...flows].sort((a, b) => timeOf(b) - timeOf(a));
}

/**
 * Texts about flows: each text once, with the number of flows it holds for. The first flow of a client and an address
 * stands for the others.
 */
export function tellFlows(
  flows: readonly JudgedFlow[],
  tell: (flow: JudgedFlow) => string,
  keyOf: (flow: JudgedFlow) => string = () => '',
): readonly string[] {
  const groups = new Map<string, { readonly first: JudgedFlow; count: number }>();
  for (const flow of flows) {
    const key = JSON.stringify([flow.client, flow.service, flow.address, keyOf(flow)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: flow, count: 1 });
    else group.count += 1;
  }
  return [...groups.values()].map(({ first, count }) => `${tell(first)}${shareText(count, first.of)}`);
}

/** ` (11 of 21 flows)`; nothing where there is but one. */
export function shareText(count: number, of: number): string {
  return of === 1 ? '' : ` (${String(count)} of ${String(of)} flows)`;
}

/** A pass does not count if all flows may have missed one of several equal-cost paths. */
export function unlessMissed(verdict: Verdict, changes: readonly ObservedChange[]): Verdict {
  const missed = changes.find(({ flows }) => flows !== undefined && flows.risk > RISK);
  if (verdict.verdict !== 'pass' || missed?.flows === undefined) return verdict;
  return undecided(verdict.text, missedText(missed, missed.flows.probed, missed.flows), verdict.measured);
}

/** Why flows do not cover every path. */
export function missedText(
  { client, address }: { readonly client: string; readonly address: string },
  flows: number,
  { ways, risk }: { readonly ways: number; readonly risk: number },
): string {
  return `${String(flows)} ${flows === 1 ? 'flow' : 'flows'} of ${client} to ${address} for ${String(ways)} equal next hops: with a probability of up to ${percentText(risk)} one of them carried none`;
}

/** `12%`, `0.004%`. */
function percentText(share: number): string {
  return `${String(Number((100 * share).toPrecision(2)))}%`;
}
