import * as z from 'zod';
import { LabError } from '../errors.js';
import { leastRankSumP, rankSumP } from './rank-sum.js';
import { judgeSnapshot } from './snapshot.js';
import { pass, spoken, undecided, verdictOf, type Verdict } from './verdict.js';

/** The chance that a topology is called worse though nothing changed is at most this. */
const MOST_FALSE = 0.01;
/** Of more runs, the last so many are compared. */
const MOST_COMPARED = 50;

const entrySchema = z.object({
  at: z.string(),
  topology: z.string(),
  runtime: z.string(),
  machine: z.string(),
  versions: z.array(z.string()),
  answers: z.array(
    z.object({ client: z.string(), service: z.string(), address: z.string(), instance: z.string().nullable() }),
  ),
  outages: z.array(
    z.object({
      step: z.string(),
      outagesMs: z.array(z.number().nullable()),
      gapMs: z.number(),
      busyRuns: z.number(),
    }),
  ),
});

/**
 * What a test leaves for later ones to be compared with, a line of a file: who answered, and of each change of each run
 * the outage of the flow that fared worst, null if it did not end; the longest gap between two probes; and in how many
 * runs the machine was too busy to tell.
 */
export type BaselineEntry = z.output<typeof entrySchema>;

/** How a test compares with those before it. */
export interface Compared {
  readonly verdicts: readonly Verdict[];
  /** How many earlier entries it was compared with, and how many of the topology were made elsewhere or otherwise. */
  readonly entries: number;
  readonly leftOut: number;
  /** Steps of which there are too few runs, with how many earlier ones would do for so many new ones. */
  readonly tooFew: readonly { readonly step: string; readonly earlier: number; readonly needed: number }[];
}

/**
 * The entries of a file, a line each. A line that is no JSON is what a run left that was ended while it wrote: its number
 * is returned. Throws USAGE for another document.
 */
export function readBaseline(
  text: string,
  file: string,
): { readonly entries: readonly BaselineEntry[]; readonly torn: readonly number[] } {
  const torn: number[] = [];
  const entries = text.split('\n').flatMap((line, nth): readonly BaselineEntry[] => {
    if (line.trim() === '') return [];
    let document: unknown;
    try {
      document = JSON.parse(line);
    } catch {
      torn.push(nth + 1);
      return [];
    }
    const parsed = entrySchema.safeParse(document);
    if (parsed.success) return [parsed.data];
    throw new LabError('USAGE', `${file}:${String(nth + 1)} is no line of a baseline`, {
      cause: parsed.error,
      hint: `name a file that  nearcast test --baseline  has written, or a new one`,
    });
  });
  return { entries, torn };
}

/** Compares a test with those before it on the same machine, by the same runtime and versions. */
export function compareWithBaseline(now: BaselineEntry, all: readonly BaselineEntry[], file: string): Compared {
  const own = all.filter(({ topology }) => topology === now.topology);
  const alike = own.filter((entry) => circumstances(entry) === circumstances(now));
  const last = alike.at(-1);
  const steps = now.outages.flatMap((step) => {
    const before = alike.flatMap(({ outages }) => outages.filter((each) => each.step === step.step));
    const earlier = before.flatMap(({ outagesMs }) => outagesMs.map(measured)).slice(-MOST_COMPARED);
    const values = step.outagesMs.map(measured).slice(-MOST_COMPARED);
    return earlier.length === 0 || values.length === 0 ? [] : [{ ...step, before, earlier, values }];
  });
  const level = MOST_FALSE / steps.length;
  const [told, tooFew] = [true, false].map((isEnough) =>
    steps.filter(({ earlier, values }) => leastRankSumP(earlier.length, values.length) <= level === isEnough),
  );
  const ranked = (told ?? [])
    .map((step) => ({ ...step, p: rankSumP(step.earlier, step.values) }))
    .sort((a, b) => a.p - b.p);
  // Holm: the smallest probability is held to the strictest level, and what follows one that is none is none.
  const firstCalm = ranked.findIndex(({ p }, nth) => p > MOST_FALSE / (steps.length - nth));
  const unlikely = new Set(ranked.slice(0, firstCalm < 0 ? ranked.length : firstCalm));
  return {
    verdicts: [
      ...(last === undefined ? [] : [judgeSnapshot(last, now, `the last run of ${file}`)]),
      ...ranked.map((step) => judgeOutage(step, unlikely.has(step))),
    ],
    entries: alike.length,
    leftOut: own.length - alike.length,
    tooFew: (tooFew ?? []).map(({ step, earlier, values }) => ({
      step,
      earlier: earlier.length,
      needed: neededFor(values.length, level),
    })),
  };
}

interface ComparedStep {
  readonly step: string;
  readonly earlier: readonly number[];
  readonly values: readonly number[];
  readonly before: readonly { readonly gapMs: number }[];
  readonly gapMs: number;
  readonly busyRuns: number;
  readonly p: number;
}

/** Worse is what is unlikely to be chance, and longer by more than probes can tell apart. */
function judgeOutage(
  { step, earlier, values, before, gapMs, busyRuns, p }: ComparedStep,
  isUnlikely: boolean,
): Verdict {
  const text = `step ${step}: the outage is no longer than in earlier runs`;
  const [is, was] = [median(values), median(earlier)];
  const marginMs = Math.max(gapMs, median(before.map((each) => each.gapMs)));
  if (!isUnlikely || !(is - was > marginMs)) return pass(text);
  const seen = `median ${spoken(is)} of ${String(values.length)}, ${spoken(was)} of ${String(earlier.length)} earlier (p = ${p.toPrecision(2)})`;
  return busyRuns * 2 >= values.length
    ? undecided(text, `${seen}, but the machine was too busy to decide`)
    : verdictOf(text, [seen]);
}

/** How many earlier runs are enough for so many new ones to be called worse. */
function neededFor(values: number, level: number): number {
  let earlier = 1;
  while (leastRankSumP(earlier, values) > level) earlier++;
  return earlier;
}

function circumstances({ machine, runtime, versions }: BaselineEntry): string {
  return JSON.stringify([machine, runtime, versions]);
}

function measured(outageMs: number | null): number {
  return outageMs ?? Infinity;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
