import { clientWords, expectationTable, limitWords, type ExpectWord } from './expectation.js';
import type { Asks } from './expectation-entry.js';
import type { Expectations } from './step.js';

export const noLimits = Object.fromEntries(limitWords.map((word) => [word, []])) as unknown as Expectations['limits'];

const noClients = Object.fromEntries(clientWords.map((word) => [word, []])) as unknown as Expectations['byClient'];

/** What one round of answers does not show: routes, and shares of many flows. */
export function beyondAnswers(expect: Expectations): Expectations {
  return {
    ...expect,
    answers: expect.answers.filter(({ answer }) => answer.kind === 'shares'),
    byClient: noClients,
  };
}

/** What has to be asked to judge all of this. */
export function asksOf({ answers, byClient, routes, limits }: Expectations): ReadonlySet<Asks> {
  const words: readonly Exclude<ExpectWord, 'within' | 'stable' | 'confidence'>[] = [
    ...clientWords.filter((word) => byClient[word].length > 0),
    ...routes.map(({ table }) => table),
    ...limitWords.filter((word) => limits[word].length > 0),
  ];
  return new Set([...(answers.length > 0 ? ['answers' as const] : []), ...words.map(asked)]);
}

function asked(word: Exclude<ExpectWord, 'within' | 'stable' | 'confidence'>): Asks {
  return expectationTable[word].asks;
}
