import { undecided, verdictOf, type Verdict } from '../assert/verdict.js';
import type { Topology } from '../topology/model/topology.js';
import type { ChangeReport, TestedStep } from './step-report.js';
import type { TestReport } from './test-report.js';

/** The test of a topology with one version of FRRouting. */
export interface VersionTest {
  readonly version: string;
  readonly report: TestReport;
}

/** What is otherwise for a topology with another version of FRRouting. */
export interface VersionDifferences {
  readonly topology: string;
  readonly from: string;
  readonly to: string;
  readonly verdicts: readonly { readonly text: string; readonly from: JudgedAs; readonly to: JudgedAs }[];
  /** Who is answered by another instance: before the scenario, or once a step of it had settled. */
  readonly moved: readonly MovedByVersion[];
  /** Outages that differ by more than the probes of the two can tell apart. */
  readonly outages: readonly OutagesByVersion[];
}

type JudgedAs = Verdict['verdict'] | null;

interface MovedByVersion {
  /** Null before the scenario. */
  readonly step: string | null;
  readonly client: string;
  readonly address: string;
  /** Several over equal ways: `server-a, server-b`. */
  readonly from: string | null;
  readonly to: string | null;
}

interface OutagesByVersion {
  readonly step: string;
  readonly client: string;
  readonly address: string;
  /** Null where it did not end. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/**
 * The services for which a router draws lots among instances, or chooses by flow or load: which one answers a single query
 * is then no news.
 */
export function drawnServices({ nodes }: Pick<Topology, 'nodes'>): ReadonlySet<string> {
  return new Set(
    nodes.flatMap(({ selection }) => [...selection].flatMap(([service, how]) => (how === 'nearest' ? [] : [service]))),
  );
}

/** Compares the tests of one topology with two versions; undefined where one of them could not be made. */
export function compareVersions(
  before: VersionTest,
  after: VersionTest,
  drawn: ReadonlySet<string>,
): VersionDifferences | undefined {
  const [was, is] = [before.report, after.report];
  if (was.error !== undefined || is.error !== undefined) return undefined;
  const changes = pairedChanges(was.steps, is.steps);
  return {
    topology: was.topology,
    from: before.version,
    to: after.version,
    verdicts: differingVerdicts(was.verdicts, is.verdicts),
    moved: [
      ...was.answers.flatMap((answer) => {
        const { client, service, address } = answer;
        const [from, to] = [whoAnswers(answer), whoAnswers(answerOf(is, client, address))];
        return isAlike(from, to, drawn.has(service)) ? [] : [{ step: null, client, address, from, to }];
      }),
      ...changes.flatMap(({ step, changed, other }) => {
        const { client, service, address } = changed;
        const [from, to] = [whoAfter(changed), whoAfter(other)];
        return isAlike(from, to, drawn.has(service)) ? [] : [{ step, client, address, from, to }];
      }),
    ],
    outages: changes.flatMap(({ step, changed, other, marginMs }) =>
      isOtherwise(changed.outageMs, other.outageMs, marginMs)
        ? [
            {
              step,
              client: changed.client,
              address: changed.address,
              fromMs: changed.outageMs,
              toMs: other.outageMs,
            },
          ]
        : [],
    ),
  };
}

/** The verdicts on the change of version itself: whether it is judged alike, and whether every client stays. */
export function judgeVersions({ from, to, verdicts, moved }: VersionDifferences): readonly Verdict[] {
  const text = `FRRouting ${to} is judged as ${from} is`;
  const seen = verdicts.map((each) => `${each.text}: ${each.from ?? 'not judged'} -> ${each.to ?? 'not judged'}`);
  const isOpen = verdicts.every((each) => each.from === 'inconclusive' || each.to === 'inconclusive');
  return [
    seen.length > 0 && isOpen ? undecided(text, seen.join(', ')) : verdictOf(text, seen),
    verdictOf(
      `FRRouting ${to} leaves every client where ${from} takes it`,
      moved.map(
        ({ step, client, address, from: was, to: is }) =>
          `${client} at ${address}${step === null ? '' : ` after ${step}`}: ${was ?? 'nobody'} -> ${is ?? 'nobody'}`,
      ),
    ),
  ];
}

function differingVerdicts(was: readonly Verdict[], is: readonly Verdict[]): VersionDifferences['verdicts'] {
  const longest = was.length >= is.length ? was : is;
  return longest.flatMap(({ text }, nth) => {
    const [from, to] = [was, is].map((verdicts) => verdicts[nth]?.verdict ?? null);
    return from === undefined || to === undefined || from === to ? [] : [{ text, from, to }];
  });
}

/** The flows of each change that both tests made, side by side. */
function pairedChanges(was: readonly TestedStep[], is: readonly TestedStep[]) {
  return was.flatMap(({ title, report }, nth) => {
    const other = is[nth]?.report;
    if (report.kind !== 'change' || other?.kind !== 'change') return [];
    const marginMs = Math.max(report.resolutionMs, other.resolutionMs);
    return report.changes.flatMap((changed) => {
      const same = flowOf(other, changed.client, changed.address);
      return same === undefined ? [] : [{ step: title, changed, other: same, marginMs }];
    });
  });
}

function flowOf(
  { changes }: ChangeReport,
  client: string,
  address: string,
): ChangeReport['changes'][number] | undefined {
  return changes.find((each) => each.client === client && each.address === address);
}

function isOtherwise(fromMs: number | null, toMs: number | null, marginMs: number): boolean {
  return fromMs === null || toMs === null ? fromMs !== toMs : Math.abs(fromMs - toMs) > marginMs;
}

function answerOf({ answers }: TestReport, client: string, address: string): TestReport['answers'][number] | undefined {
  return answers.find((each) => each.client === client && each.address === address);
}

function whoAnswers(answer: TestReport['answers'][number] | undefined): string | null {
  return answer?.flows === undefined ? (answer?.instance ?? null) : allOf(answer.flows.answers);
}

function whoAfter({ after, flows }: ChangeReport['changes'][number]): string | null {
  return flows === undefined ? after : allOf(flows.after);
}

/** Over equal ways, all that answer, whichever way the first flow took: `server-a, server-b`. */
function allOf(counts: readonly { readonly instance: string | null }[]): string | null {
  const names = [...new Set(counts.map(({ instance }) => instance))];
  return names.every((name) => name === null)
    ? null
    : names
        .map((name) => name ?? 'nobody')
        .sort()
        .join(', ');
}

function isAlike(from: string | null, to: string | null, isDrawn: boolean): boolean {
  return from === to || (isDrawn && from !== null && to !== null);
}
