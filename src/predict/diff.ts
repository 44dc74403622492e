import { healthy } from '../forecast/condition.js';
import type { Candidate, Forecast, Walk } from '../forecast/forecast-model.js';
import { forecast } from '../forecast/forecast.js';
import type { LabPlan, Question } from '../plan/model.js';
import { clientsOf } from '../plan/roles.js';
import { catchmentsUnder, type Catchment } from './prediction.js';
import { pathsOf } from './spread.js';

/** A client that another instance answers in the new file, or others for some of its flows. */
export interface PredictedMove {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  /** By share; empty where nobody answers, undefined where the client asks no such address. */
  readonly from: Catchment | undefined;
  readonly to: Catchment | undefined;
  readonly why: MoveReason;
}

/** Why a client moves: where its old way and its new one part. */
export type MoveReason =
  /** It is in one of the files only. */
  | { readonly kind: 'address'; readonly file: 'old' | 'new' }
  | { readonly kind: 'gateway'; readonly before: string | undefined; readonly after: string | undefined }
  | {
      readonly kind: 'choice';
      readonly node: string;
      readonly before: readonly Candidate[];
      readonly after: readonly Candidate[];
      /** What was chosen before, as it is now; empty where it is not known any more. */
      readonly formerNow: readonly Candidate[];
    };

export interface FileDiff {
  readonly moves: readonly PredictedMove[];
  /** How many clients are in both files. */
  readonly clients: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Which clients move from one file to another, while nothing is broken in either. */
export function diffPlans(before: LabPlan, after: LabPlan): FileDiff {
  const [was, is] = [sideOf(before), sideOf(after)];
  const [old, now] = [before, after].map((plan) => new Set(clientsOf(plan.nodes).map(({ name }) => name))) as [
    Set<string>,
    Set<string>,
  ];
  const questions = new Map([...before.questions, ...after.questions].map((each) => [keyOf(each), each]));
  const moves = [...questions].flatMap(([key, question]): readonly PredictedMove[] => {
    const { client, service, address } = question;
    if (!old.has(client) || !now.has(client)) return [];
    const [from, to] = [was.catchments.get(key), is.catchments.get(key)];
    if (isSame(from, to)) return [];
    return [{ client, service, address, from, to, why: reasonOf(question, was, is, { from, to }) }];
  });
  return {
    moves,
    clients: [...old].filter((name) => now.has(name)).length,
    added: [...now].filter((name) => !old.has(name)),
    removed: [...old].filter((name) => !now.has(name)),
  };
}

interface Side {
  readonly routing: Forecast;
  readonly catchments: ReadonlyMap<string, Catchment>;
}

function sideOf(plan: LabPlan): Side {
  const catchments = catchmentsUnder(plan, healthy);
  return {
    routing: forecast(plan, healthy, 'services'),
    catchments: new Map(plan.questions.map((question, index) => [keyOf(question), catchments[index] ?? new Map()])),
  };
}

/** An address is of one service, which may have another name in the other file. */
function keyOf({ client, address }: Question): string {
  return `${client} ${address}`;
}

/** What is the same without a fraction that adding leaves. */
function isSame(from: Catchment | undefined, to: Catchment | undefined): boolean {
  if (from === undefined || to === undefined) return from === to;
  return from.size === to.size && [...from].every(([name, share]) => Math.abs((to.get(name) ?? 0) - share) < 1e-9);
}

function reasonOf(
  question: Question,
  was: Side,
  is: Side,
  { from, to }: { readonly from: Catchment | undefined; readonly to: Catchment | undefined },
): MoveReason {
  if (from === undefined || to === undefined) return { kind: 'address', file: from === undefined ? 'new' : 'old' };
  const [before, after] = [was.routing.walk(question), is.routing.walk(question)];
  if (before.start !== after.start || before.start === undefined)
    return { kind: 'gateway', before: before.start, after: after.start };
  const node = partingOf(before, after, [...from.keys()][0]) ?? before.start;
  const [then, now] = [was, is].map(({ routing }) => routing.decision(node, question)?.candidates ?? []) as [
    readonly Candidate[],
    readonly Candidate[],
  ];
  const chosen = then.filter(({ isChosen }) => isChosen);
  return {
    kind: 'choice',
    node,
    before: chosen,
    after: now.filter(({ isChosen }) => isChosen),
    formerNow: now.filter(({ by, isChosen }) => !isChosen && chosen.some((each) => each.by === by)),
  };
}

/** The first node on the old way that does something else now, or shares otherwise among the same. */
function partingOf(before: Walk, after: Walk, instance: string | undefined): string | undefined {
  const path = pathsOf(before).get(instance ?? '') ?? [];
  return path.find((node) => hopsText(before, node) !== hopsText(after, node));
}

function hopsText({ hops }: Walk, node: string): string {
  const { ends, next } = hops(node);
  const sum = next.reduce((total, { weight }) => total + weight, 0);
  return [
    ...ends.map((end) => `=${end.instance}`),
    ...next.map((each) => `${each.node} ${(each.weight / sum).toFixed(6)}`),
  ]
    .sort()
    .join(' ');
}
