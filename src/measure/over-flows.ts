import type { FlowNumber } from '../forecast/flow-numbers.js';
import type {
  AnswerCount,
  AnswerPath,
  AskedFlows,
  FlowSeen,
  ObservedChange,
  Observation,
} from '../protocol/observations.js';

/**
 * What the flows of one client to one address saw as one: that of the flow that fared worst, and how many felt
 * anything.
 */
export function overFlows(
  { ways, risk }: Pick<FlowNumber, 'ways' | 'risk'>,
  each: readonly FlowSeen[],
): ObservedChange {
  const [worst] = [...each].sort((a, b) => severity(b) - severity(a));
  if (worst === undefined) throw new RangeError('a question without a flow');
  const { sourcePort: _, ...told } = worst;
  if (each.length === 1 && ways === 0) return told;
  return {
    ...told,
    duplicates: each.reduce((sum, { duplicates }) => sum + duplicates, 0),
    maxSendGapMs: Math.max(...each.map(({ maxSendGapMs }) => maxSendGapMs)),
    isCollateral: each.some(({ isCollateral }) => isCollateral),
    flows: {
      probed: each.length,
      felt: each.filter(feels).length,
      ways,
      risk,
      before: countAnswers(each.map(({ before }) => before)),
      after: countAnswers(each.map(({ after }) => after)),
      each,
    },
  };
}

/** The answer to one flow of a question, and its path. */
export type FlowObserved = Pick<Observation, 'sourcePort' | 'instance' | 'rttMs' | 'path' | 'cost'>;

/**
 * The answers to all flows of one question as one: that of the first instance by name, on the first of its paths, with
 * the number of answers of each instance.
 */
export function overAsked(
  { question, ways, risk }: Pick<FlowNumber, 'question' | 'ways' | 'risk'>,
  each: readonly FlowObserved[],
): Observation {
  const { client, service, address } = question;
  return { client, service, address, ...overEqual(each, ways, risk) };
}

/** Of several flows with a result the first, with all of them beside it over equal-cost paths. */
export function overEqual<T extends Pick<Observation, 'instance' | 'path' | 'cost'>>(
  each: readonly T[],
  ways: number,
  risk: number,
): T & { readonly flows?: AskedFlows } {
  const paths = new Map<string, AnswerPath & { readonly first: T }>();
  for (const flow of each) {
    const key = JSON.stringify([flow.instance === null ? 1 : 0, flow.instance, flow.path]);
    const known = paths.get(key);
    paths.set(key, {
      instance: flow.instance,
      path: flow.path,
      cost: flow.cost,
      flows: (known?.flows ?? 0) + 1,
      first: known?.first ?? flow,
    });
  }
  const sorted = [...paths].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  const [told] = sorted;
  if (told === undefined) throw new RangeError('a question without a flow');
  if (each.length === 1 && ways === 0) return told.first;
  const answers = countAnswers(each.map(({ instance }) => instance));
  return {
    ...told.first,
    flows: { asked: each.length, ways, risk, answers, paths: sorted.map(({ first: _, ...path }) => path) },
  };
}

/** Whether a flow noticed that something was changed. */
function feels({ lost, before, after }: Pick<ObservedChange, 'lost' | 'before' | 'after'>): boolean {
  return lost > 0 || before !== after;
}

/** How often each instance answered: by name, without an answer last. */
function countAnswers(instances: readonly (string | null)[]): readonly AnswerCount[] {
  const counts = new Map<string | null, number>();
  for (const instance of instances) counts.set(instance, (counts.get(instance) ?? 0) + 1);
  return [...counts]
    .map(([instance, flows]) => ({ instance, flows }))
    .sort(
      (a, b) =>
        Number(a.instance === null) - Number(b.instance === null) || ((a.instance ?? '') < (b.instance ?? '') ? -1 : 1),
    );
}

/** An outage without an end is the worst; of two without any, the one that moved is worse. */
function severity({ after, outageMs, lost, before }: FlowSeen): number {
  return (after === null ? 1e15 : 0) + (outageMs ?? 0) * 1e3 + lost * 1e-3 + (before === after ? 0 : 1e-4);
}
