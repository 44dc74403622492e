import {
  clientWords,
  expectationTable,
  expectWords,
  limitWords,
  routerWords,
  type ClientWord,
  type Expected,
  type ExpectWord,
  type LimitWord,
  type RouterWord,
} from '../model/expectation.js';
import { parseAddress } from '../../support/ip.js';
import { readShare } from '../model/written-values.js';
import type { FileAnswer, FileExpectations } from './schema.js';
import type {
  ClientExpectation,
  Clients,
  Expectation,
  Expectations,
  ExpectedAnswer,
  LimitExpectation,
  RouteExpectation,
} from '../model/step.js';

/** How long what is expected may take to hold where the file does not say. */
const defaultWithinMs = 10_000;
const DEFAULT_CONFIDENCE = 0.99;

/** Which instance must answer each client, without the reserved words. */
export function answersOf(expect: FileExpectations): Readonly<Record<string, FileAnswer>> {
  return Object.fromEntries(
    Object.entries(expect).filter(([key]) => !(expectWords as readonly string[]).includes(key)),
  ) as Record<string, FileAnswer>;
}

/** What an `expect` means: sets of clients written out, times in milliseconds. */
export function readExpectations(expect: FileExpectations, everybody: readonly string[]): Expectations {
  const read = <W extends SingleWord>(word: W): Expected<W> | undefined =>
    expect[word] === undefined ? undefined : readValue(word, expect[word]);
  const byClient = (word: ClientWord): readonly ClientExpectation<unknown>[] =>
    Object.entries(expect[word] ?? {}).flatMap(([label, said]) =>
      bySubject(said).map(({ to, value }) => ({
        clients: readClients(label, everybody),
        to,
        expected: readValue(word, value),
      })),
    );
  const limits = (word: LimitWord): readonly LimitExpectation<unknown>[] =>
    expect[word] === undefined
      ? []
      : bySubject(expect[word]).map(({ to, value }) => ({ to, bound: readValue(word, value) }));
  return {
    answers: readAnswers(answersOf(expect), everybody),
    byClient: Object.fromEntries(clientWords.map((word) => [word, byClient(word)])) as Expectations['byClient'],
    routes: routerWords.flatMap((table) => readRoutes(table, expect[table])),
    limits: Object.fromEntries(limitWords.map((word) => [word, limits(word)])) as unknown as Expectations['limits'],
    withinMs: read('within') ?? defaultWithinMs,
    stableMs: read('stable'),
    confidence: read('confidence') ?? DEFAULT_CONFIDENCE,
  };
}

type SingleWord = Exclude<ExpectWord, ClientWord | RouterWord | LimitWord>;

/** Each word reads values of its own shape, which the schema has made sure of. */
function readValue<W extends ExpectWord>(word: W, value: unknown): Expected<W> {
  const read = expectationTable[word].read as (written: unknown) => Expected<W>;
  return read(value);
}

/** What is said of every service, or of some by their names or addresses: `1`, or `{dns: 1, 192.0.2.80: 3}`. */
export function bySubject(
  said: unknown,
): readonly { readonly key: string | undefined; readonly to: string | undefined; readonly value: unknown }[] {
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    return [{ key: undefined, to: undefined, value: said }];
  return Object.entries(said).map(([key, value]) => ({ key, to: subjectOf(key), value: value as unknown }));
}

/** A service, or an address as it is seen in answers. */
function subjectOf(text: string): string {
  return parseAddress(text)?.text ?? text;
}

/** `client1`, `client1+client2`, or `all`. */
export function readClients(label: string, everybody: readonly string[]): Clients {
  return { label, names: label === 'all' ? everybody : label.split('+') };
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
      return [{ clients, to: undefined, answer: readAnswer(answer) }];
    return Object.entries(answer).map(([to, inner]) => ({ clients, to: subjectOf(to), answer: readAnswer(inner) }));
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

function readRoutes(table: RouterWord, said: FileExpectations[RouterWord]): readonly RouteExpectation[] {
  return Object.entries(said ?? {}).flatMap(([router, routes]) =>
    Object.entries(routes).map(([to, via]) => ({ table, router, to, via: readValue(table, via) })),
  );
}
