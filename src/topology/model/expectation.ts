import * as z from 'zod';
import { formatDuration, parseDuration } from '../../support/duration.js';
import { byClient, byRouter, limit, places, setting, type ValueProblem } from './expectation-entry.js';
import { quote } from './finding.js';
import { patternProblem, readShare } from './written-values.js';

/** What waits longer would never end in practice: it is a slip of the unit. */
const longestMs = 3_600_000;

/*
 * All words of an `expect` that are no client's name. Schema, reserved names, checks, reading, and what is asked for
 * each of them follow from this table; `assert/` has one function for each that judges it.
 */
export const expectationTable = {
  within: setting({
    shape: z.string(),
    says: 'How long it may take until it holds, such as 500ms or 2s; 10s by default.',
    places: places.steps,
    read: toMs,
    problem: withinProblem,
  }),
  stable: setting({
    shape: z.string(),
    says: 'How long it must continue to hold, such as 2s.',
    places: places.changesAndLooks,
    read: toMs,
    problem: (text) =>
      timeProblem(
        text,
        1,
        'not a valid time to hold',
        `write a time from 1ms to ${formatDuration(longestMs)}, such as 2s`,
      ),
  }),
  outage: limit({
    shape: z.string(),
    says: 'The longest time that any client may be without an answer, such as 500ms; 0ms if no probe may be lost.',
    places: places.changes,
    asks: 'probes',
    read: toMs,
    problem: (text) =>
      timeProblem(
        text,
        0,
        'not a valid outage',
        `write a time of at most ${formatDuration(longestMs)}, such as 0ms, 50ms or 2s`,
      ),
  }),
  lost: limit({
    shape: z.int().min(0),
    says: 'How many probes of any one flow may be lost.',
    places: places.changesAndProbes,
    asks: 'probes',
    read: asWritten<number>,
  }),
  minOutage: limit({
    shape: z.string(),
    says: 'How long some client must be without an answer, such as 100ms. For a control: a fault that must do harm.',
    places: places.changes,
    asks: 'probes',
    read: toMs,
    problem: (text) => timeProblem(text, 1e-6, 'not a valid least outage', 'write a time above zero, such as 50ms'),
  }),
  minLost: limit({
    shape: z.int().min(1),
    says: 'How many probes some flow must lose. For a control: a fault that must do harm.',
    places: places.changes,
    asks: 'probes',
    read: asWritten<number>,
  }),
  duplicates: limit({
    shape: z.int().min(0),
    says: 'How many queries may be answered twice.',
    places: places.changes,
    asks: 'probes',
    read: asWritten<number>,
  }),
  brokenFlows: limit({
    shape: z.int().min(0),
    says: 'How many open TCP connections may break.',
    places: places.changes,
    asks: 'connections',
    read: asWritten<number>,
  }),
  minBrokenFlows: limit({
    shape: z.int().min(1),
    says: 'How many open TCP connections must break. For a control: a fault that must do harm.',
    places: places.changes,
    asks: 'connections',
    read: asWritten<number>,
  }),
  moved: limit({
    shape: z.union([z.int().min(0), z.array(z.string())]),
    says: 'How many clients may move to another instance; or a list: exactly these must move.',
    places: places.changes,
    asks: 'probes',
    read: asWritten<number | readonly string[]>,
    names: 'clients',
  }),
  collateral: limit({
    shape: z.int().min(0),
    says: 'How many clients may move although their instance is still reachable.',
    places: places.changes,
    asks: 'probes',
    read: asWritten<number>,
  }),
  path: byClient({
    shape: z.array(z.string()).min(1),
    says: 'The nodes that a query passes, the instance last: {client1: [router1, server-a]}.',
    places: places.anywhere,
    asks: 'ways',
    read: asWritten<readonly string[]>,
    names: 'nodes',
  }),
  cost: byClient({
    shape: z.int().min(0),
    says: 'The sum of the link costs from the first router to the instance: {client1: 1}.',
    places: places.anywhere,
    asks: 'ways',
    read: asWritten<number>,
  }),
  rtt: byClient({
    shape: z.string(),
    says: 'How long a round trip may take: {client1: 20ms}.',
    places: places.anywhere,
    asks: 'answers',
    read: toMs,
    problem: (text) =>
      timeProblem(text, 1e-6, 'not a valid round-trip time', 'write a number with its unit, such as 20ms'),
  }),
  minRtt: byClient({
    shape: z.string(),
    says: 'How long a round trip must take at least: {client1: 40ms}.',
    places: places.anywhere,
    asks: 'answers',
    read: toMs,
    problem: (text) =>
      timeProblem(text, 1e-6, 'not a valid round-trip time', 'write a number with its unit, such as 20ms'),
  }),
  rib: byRouter({
    shape: z.union([z.string(), z.array(z.string()).min(1)]),
    says: 'The next-hop neighbors of a service or prefix in the routing table of a router, or none: {router1: {service: router2}}.',
    places: places.anywhere,
    asks: 'routes',
    read: toNextHops,
  }),
  fib: byRouter({
    shape: z.union([z.string(), z.array(z.string()).min(1)]),
    says: 'The next-hop neighbors of a service or prefix in the kernel of a router, or none: {router1: {service: router2}}.',
    places: places.anywhere,
    asks: 'routes',
    read: toNextHops,
  }),
  fate: byClient({
    shape: z.enum(['answered', 'silent', 'loop', 'refused', 'unreachable']),
    says: 'What happens to the queries: answered, silent (no answer), loop, refused or unreachable.',
    places: places.steps,
    asks: 'answers',
    read: asWritten<string>,
  }),
  status: byClient({
    shape: z.int(),
    says: 'The HTTP status, or the exit status of a command: {client1: 200}.',
    places: places.probes,
    asks: 'answers',
    read: asWritten<number>,
  }),
  output: byClient({
    shape: z.string(),
    says: 'What an answer or the output of a command contains: a text, or /a regular expression/.',
    places: places.probes,
    asks: 'answers',
    read: asWritten<string>,
    problem: outputProblem,
  }),
  replies: byClient({
    shape: z.union([z.int().min(0), z.array(z.string()).min(1)]),
    says: 'How many replies a poll gets; or a list: exactly one reply from each of these nodes.',
    places: places.probes,
    asks: 'answers',
    read: asWritten<number | readonly string[]>,
    names: 'nodes',
    probe: 'poll',
  }),
  confidence: setting({
    shape: z.string(),
    says: 'The confidence for shares of flows, such as 95%; 99% by default.',
    places: places.anywhere,
    read: (text) => readShare(text)?.share ?? 0,
    problem: confidenceProblem,
  }),
};

type Table = typeof expectationTable;
export type ExpectWord = keyof Table;
type WordBy<B> = { [W in ExpectWord]: Table[W]['by'] extends B ? W : never }[ExpectWord];
export type ClientWord = WordBy<'client'>;
export type RouterWord = WordBy<'router'>;
export type LimitWord = WordBy<'step'>;
/** Limits that a probe can have, too. */
export type ProbeLimitWord = {
  [W in LimitWord]: 'probe' extends Table[W]['places']['of'][number] ? W : never;
}[LimitWord];

/** What a word comes to, read. */
export type Expected<W extends ExpectWord> = ReturnType<Table[W]['read']>;

export const expectWords = Object.keys(expectationTable) as readonly ExpectWord[];
export const clientWords = wordsBy('client') as readonly ClientWord[];
export const routerWords = wordsBy('router') as readonly RouterWord[];
export const limitWords = wordsBy('step') as readonly LimitWord[];

function wordsBy(by: Table[ExpectWord]['by']): readonly ExpectWord[] {
  return expectWords.filter((word) => expectationTable[word].by === by);
}

function asWritten<T>(value: T): T {
  return value;
}

/** What is not a time is refused by its own problem. */
function toMs(text: string): number {
  return parseDuration(text) ?? 0;
}

function toNextHops(via: string | readonly string[]): readonly string[] {
  return via === 'none' ? [] : typeof via === 'string' ? [via] : via;
}

function timeProblem(text: string, leastMs: number, what: string, hint: string): ValueProblem | undefined {
  return isTime(text, leastMs) ? undefined : { message: `${quote(text)} is ${what}`, hint };
}

function withinProblem(text: string): ValueProblem | undefined {
  const ms = parseDuration(text);
  if (ms === undefined)
    return { message: `${quote(text)} is not a time`, hint: 'write a number with its unit, such as 500ms, 2s or 1m' };
  if (isTime(text, 1e-6)) return undefined;
  return {
    message: `within ${quote(text)} is ${ms > 0 ? 'too long' : 'too short'}`,
    hint: `write a time from 1ms to ${formatDuration(longestMs)}`,
  };
}

function confidenceProblem(text: string): ValueProblem | undefined {
  const share = readShare(text);
  if (share?.tolerance === 0 && share.share >= 0.5 && share.share < 1) return undefined;
  return { message: `${quote(text)} is not a confidence`, hint: 'write a share from 50% to below 100%, such as 99%' };
}

function outputProblem(text: string): ValueProblem | undefined {
  const why = patternProblem(text);
  if (why === undefined) return undefined;
  return {
    message: `${quote(text)} is not a regular expression: ${why}`,
    hint: 'correct it, or leave out the slashes if it is plain text',
  };
}

function isTime(text: string, leastMs: number): boolean {
  const ms = parseDuration(text);
  return ms !== undefined && ms >= leastMs && ms <= longestMs;
}
