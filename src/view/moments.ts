import type { Course } from '../picture/course.js';
import type { TrafficRates } from './traffic.js';
import type { FaultMark } from '../picture/broken.js';
import type { AnswerEvent } from '../protocol/events.js';
import type { ObservedChange } from '../protocol/observations.js';
import type { TimelineEvent } from '../protocol/timeline.js';

/* What a view shows is a log of moments on the lab's clock: the same live, later, and to whoever comes late. */

/** What a client felt of a step. */
export type ChangeFelt = Pick<
  ObservedChange,
  'client' | 'service' | 'address' | 'before' | 'after' | 'outageMs' | 'lost' | 'sent' | 'phases' | 'isCollateral'
>;

/** A step that this view played, when it had settled. */
export interface StepPlayed {
  readonly kind: 'step';
  readonly atMs: number;
  /** As it is typed: `fail server-a --how freeze`. */
  readonly command: string;
  readonly settled: boolean;
  readonly settleMs: number;
  readonly pending: readonly string[];
  readonly changes: readonly ChangeFelt[];
}

export type Moment =
  | TimelineEvent
  | AnswerEvent
  | StepPlayed
  /** Who answered everybody, and by which way. */
  | { readonly kind: 'courses'; readonly atMs: number; readonly courses: readonly Course[] }
  /** All that is broken from then on, and what is predicted to come of it; null where that is not known. */
  | {
      readonly kind: 'faults';
      readonly atMs: number;
      readonly faults: readonly FaultMark[];
      readonly predicted: readonly Course[] | null;
    }
  /** What is carried, from then on. */
  | { readonly kind: 'traffic'; readonly atMs: number; readonly rates: TrafficRates }
  /** Some moments are missing here. */
  | { readonly kind: 'dropped'; readonly atMs: number; readonly count: number };

/** A lab at one moment. */
export interface LabAt {
  readonly courses: readonly Course[];
  readonly faults: readonly FaultMark[];
  readonly predicted: readonly Course[] | null;
  readonly traffic: TrafficRates | null;
}

/** One query of a client, over time: from when on who answered it. */
export interface Lane {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  readonly spans: readonly LaneSpan[];
}

interface LaneSpan {
  readonly fromMs: number;
  /** Null where nobody did. */
  readonly instance: string | null;
  /** Why nobody did. */
  readonly fate: string;
}

type Asked = Pick<Course, 'client' | 'service' | 'address'>;

export function keyOf({ client, service, address }: Asked): string {
  return JSON.stringify([client, service, address]);
}

/** Puts moments into a log where their time is: those of a lost probe come late. */
export function insertMoments(log: Moment[], added: readonly Moment[]): void {
  for (const moment of added) {
    let place = log.length;
    while (place > 0 && (log[place - 1]?.atMs ?? 0) > moment.atMs) place--;
    if (place === log.length) log.push(moment);
    else log.splice(place, 0, moment);
  }
}

/** How many moments of a log had come by a time. */
export function countUntil(log: readonly Moment[], atMs: number): number {
  let [from, to] = [0, log.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((log[middle]?.atMs ?? Infinity) <= atMs) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The lab as it was at a time. */
export function labAt(log: readonly Moment[], atMs: number): LabAt {
  let faults: readonly FaultMark[] = [];
  let predicted: readonly Course[] | null = null;
  let traffic: TrafficRates | null = null;
  let byKey = new Map<string, readonly Course[]>();
  const known = new Map<string, Course>();
  /** What each flow of a client has seen since all were asked. */
  let flows = new Map<string, Map<number, string | null>>();
  let ways: Map<string, readonly Course[]> | undefined;
  for (const moment of log) {
    if (moment.atMs > atMs) break;
    if (moment.kind === 'traffic') traffic = moment.rates;
    else if (moment.kind === 'faults') [faults, predicted, ways] = [moment.faults, moment.predicted, undefined];
    else if (moment.kind === 'courses') {
      byKey = grouped(moment.courses);
      flows = new Map();
      for (const course of moment.courses) known.set(`${keyOf(course)} ${String(course.instance)}`, course);
    } else if (moment.kind === 'answer') {
      const key = keyOf(moment);
      const seen = flows.get(key) ?? new Map<number, string | null>();
      flows.set(key, seen.set(moment.sourcePort, moment.instance));
      const { client, service, address } = moment;
      const ownWays = (ways ??= grouped(predicted ?? [])).get(key) ?? [];
      byKey.set(
        key,
        [...new Set(seen.values())].map(
          (instance) =>
            courseTo(instance, ownWays) ??
            known.get(`${key} ${String(instance)}`) ?? { client, service, address, instance, path: [] },
        ),
      );
    }
  }
  return { courses: [...byKey.values()].flat(), faults, predicted, traffic };
}

/** The way that routing should give to whoever answers: it is seen a moment later. */
function courseTo(instance: string | null, ways: readonly Course[]): Course | undefined {
  if (instance === null) return undefined;
  return ways.find((course) => course.instance === instance && course.path.length > 0);
}

/** Who answered each query when, for all that was ever asked. */
export function lanesOf(log: readonly Moment[]): readonly Lane[] {
  const lanes = new Map<string, { readonly asked: Asked; readonly spans: LaneSpan[] }>();
  const add = (asked: Asked, span: LaneSpan): void => {
    const key = keyOf(asked);
    const lane = lanes.get(key) ?? { asked, spans: [] };
    lanes.set(key, lane);
    const last = lane.spans.at(-1);
    if (last?.instance !== span.instance || last.fate !== span.fate) lane.spans.push(span);
  };
  for (const moment of log) {
    if (moment.kind === 'answer') add(moment, { fromMs: moment.atMs, instance: moment.instance, fate: moment.fate });
    else if (moment.kind === 'courses')
      for (const [first] of grouped(moment.courses).values())
        if (first !== undefined)
          add(first, {
            fromMs: moment.atMs,
            instance: first.instance,
            fate: first.instance === null ? 'silent' : 'answered',
          });
  }
  return [...lanes.values()].map(({ asked: { client, service, address }, spans }) => ({
    client,
    service,
    address,
    spans,
  }));
}

/** The clients that are answered by others than is predicted. */
export function unexpectedIn({ courses, predicted }: LabAt): readonly string[] {
  if (predicted === null || courses.length === 0) return [];
  const seen = grouped(courses);
  const wanted = grouped(predicted);
  const different = [...wanted].filter(([key, expected]) => {
    const instances = new Set(expected.map(({ instance }) => instance));
    return seen.get(key)?.some(({ instance }) => !instances.has(instance)) === true;
  });
  return [...new Set(different.flatMap(([, courseList]) => courseList.map(({ client }) => client)))];
}

/** What moves from one map to another. */
export interface Move extends Asked {
  readonly from: readonly (string | null)[];
  readonly to: readonly (string | null)[];
}

export function movesOf(before: readonly Course[], after: readonly Course[]): readonly Move[] {
  const was = grouped(before);
  const is = grouped(after);
  const instancesOf = (courses: readonly Course[] | undefined): readonly (string | null)[] =>
    [...new Set((courses ?? []).map(({ instance }) => instance))].sort();
  return [...is].flatMap(([key, courses]): readonly Move[] => {
    const [from, to] = [instancesOf(was.get(key)), instancesOf(courses)];
    const [first] = courses;
    if (first === undefined || from.length === 0 || JSON.stringify(from) === JSON.stringify(to)) return [];
    return [{ client: first.client, service: first.service, address: first.address, from, to }];
  });
}

function grouped(courses: readonly Course[]): Map<string, readonly Course[]> {
  const byKey = new Map<string, Course[]>();
  for (const course of courses) {
    const own = byKey.get(keyOf(course));
    if (own === undefined) byKey.set(keyOf(course), [course]);
    else own.push(course);
  }
  return byKey;
}

/* What a page asks for beside the log. Its types are here so that those of the page's program are few. */

/** What a change is predicted to move. */
export interface Foretold {
  readonly moves: readonly Move[];
  /** What is broken then, and how everything is answered. */
  readonly then: Moment;
}

/** What a node looks like from inside: each part as the programs of the node print it. */
export interface Inside {
  readonly state: string;
  readonly parts: readonly { readonly title: string; readonly text: string }[];
}
