import { parseDuration } from '../../support/duration.js';
import { readPattern } from '../model/pattern.js';
import type { FileAnswer, FileExpectations } from './schema.js';
import type {
  ClientExpectation,
  Clients,
  Expectation,
  Expectations,
  ExpectedAnswer,
  ExpectedShare,
  RouteExpectation,
} from '../model/step.js';

/** How long what is expected may take to hold where the file does not say. */
const defaultWithinMs = 10_000;
const DEFAULT_CONFIDENCE = 0.99;
const SHARE = /^(\d{1,3}(?:\.\d{1,3})?)% *(?:(?:\+-|±|\+\/-) *(\d{1,3}(?:\.\d{1,3})?)%)?$/;

/** The words of an `expect` that are no client's name. */
export const expectWords = [
  'within',
  'stable',
  'outage',
  'lost',
  'duplicates',
  'brokenFlows',
  'moved',
  'collateral',
  'path',
  'cost',
  'rtt',
  'rib',
  'fib',
  'fate',
  'status',
  'output',
  'confidence',
] as const;

/** Who must answer whom, without the reserved words. */
export function answersOf(expect: FileExpectations): Readonly<Record<string, FileAnswer>> {
  return Object.fromEntries(
    Object.entries(expect).filter(([key]) => !(expectWords as readonly string[]).includes(key)),
  ) as Record<string, FileAnswer>;
}

/** What an `expect` means: sets of clients written out, times in milliseconds. */
export function readExpectations(expect: FileExpectations, everybody: readonly string[]): Expectations {
  const each = <F, T>(
    said: Readonly<Record<string, F>> | undefined,
    read: (value: F) => T,
  ): readonly ClientExpectation<T>[] =>
    Object.entries(said ?? {}).map(([label, value]) => ({
      clients: readClients(label, everybody),
      expected: read(value),
    }));
  const durationMs = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : parseDuration(text);
  return {
    answers: readAnswers(answersOf(expect), everybody),
    paths: each(expect.path, (path) => path),
    costs: each(expect.cost, (cost) => cost),
    rtts: each(expect.rtt, (text) => parseDuration(text) ?? 0),
    fates: each(expect.fate, (fate) => fate),
    statuses: each(expect.status, (status) => status),
    outputs: each(expect.output, (output) => output),
    routes: [...readRoutes('rib', expect.rib), ...readRoutes('fib', expect.fib)],
    limits: {
      outageMs: durationMs(expect.outage),
      lost: expect.lost,
      duplicates: expect.duplicates,
      brokenFlows: expect.brokenFlows,
      moved: expect.moved,
      collateral: expect.collateral,
    },
    withinMs: durationMs(expect.within) ?? defaultWithinMs,
    stableMs: durationMs(expect.stable),
    confidence: readShare(expect.confidence ?? '')?.share ?? DEFAULT_CONFIDENCE,
  };
}

/** `client1`, `client1+client2`, or `all`. */
export function readClients(label: string, everybody: readonly string[]): Clients {
  return { label, names: label === 'all' ? everybody : label.split('+') };
}

/** `50% +- 5%`, or `100%`; shares from 0 to 1. Undefined where the text is no share. */
export function readShare(text: string): Omit<ExpectedShare, 'instance'> | undefined {
  const match = SHARE.exec(text);
  if (match === null) return undefined;
  const share = Number(match[1]) / 100;
  const tolerance = Number(match[2] ?? 0) / 100;
  return share <= 1 && tolerance <= 1 ? { share, tolerance } : undefined;
}

/** Why a text between slashes is no regular expression; undefined where it is one, or is plain text. */
export function patternProblem(expected: string): string | undefined {
  try {
    readPattern(expected);
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError ? lowerFirst(error.message.replace(/^.*: /s, '')) : String(error);
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Whether a map below a client says shares of instances, and not answers of services. */
export function isShares(answer: Readonly<Record<string, unknown>>): answer is Readonly<Record<string, string>> {
  const values = Object.values(answer);
  return values.length > 0 && values.every((value) => typeof value === 'string' && value.includes('%'));
}

function readAnswers(
  answers: Readonly<Record<string, FileAnswer>>,
  everybody: readonly string[],
): readonly Expectation[] {
  return Object.entries(answers).flatMap(([label, answer]): readonly Expectation[] => {
    const clients = readClients(label, everybody);
    if (typeof answer === 'string' || Array.isArray(answer) || isShares(answer))
      return [{ clients, service: undefined, answer: readAnswer(answer) }];
    return Object.entries(answer).map(([service, inner]) => ({ clients, service, answer: readAnswer(inner) }));
  });
}

function readAnswer(answer: string | readonly string[] | Readonly<Record<string, string>>): ExpectedAnswer {
  if (typeof answer === 'string') return { kind: 'instances', instances: [answer] };
  if (Array.isArray(answer)) return { kind: 'instances', instances: answer as readonly string[] };
  const shares = Object.entries(answer as Readonly<Record<string, string>>).map(([instance, text]) => ({
    instance,
    ...(readShare(text) ?? { share: 0, tolerance: 0 }),
  }));
  return { kind: 'shares', shares };
}

function readRoutes(table: 'rib' | 'fib', said: FileExpectations['rib']): readonly RouteExpectation[] {
  return Object.entries(said ?? {}).flatMap(([router, routes]) =>
    Object.entries(routes).map(([to, via]) => ({
      table,
      router,
      to,
      via: via === 'none' ? [] : typeof via === 'string' ? [via] : via,
    })),
  );
}
