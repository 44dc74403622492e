import { readPattern } from '../topology/model/written-values.js';
import type { ClientWord, Expected } from '../topology/model/expectation.js';
import type { ClientExpectation, Clients } from '../topology/model/step.js';
import type { Seen } from './seen.js';
import { spoken } from './verdict.js';

/** How one expectation is judged: its words, and what of a flow speaks against it; undefined where nothing does. */
export interface ClientJudge {
  readonly text: string;
  readonly against: (seen: Seen) => string | undefined;
}

/** One function for each word by client. */
export const clientJudges: { readonly [W in ClientWord]: (each: ClientExpectation<Expected<W>>) => ClientJudge } = {
  path: ({ clients, expected }) => ({
    text: `${whose(clients)} queries pass ${expected.join(' > ')}`,
    against: ({ path = [] }) =>
      path.length === expected.length && path.every((hop, i) => hop === expected[i])
        ? undefined
        : path.map((hop) => hop ?? '*').join(' > ') || 'no path',
  }),
  cost: ({ clients, expected }) => ({
    text: `${whose(clients)} path costs ${String(expected)}`,
    against: ({ cost = null }) => (cost === expected ? undefined : cost === null ? 'no known cost' : String(cost)),
  }),
  rtt: ({ clients, expected }) => ({
    text: `${whose(clients)} round trips take at most ${spoken(expected)}`,
    against: ({ rttMs }) =>
      rttMs !== null && rttMs <= expected ? undefined : rttMs === null ? 'no answer' : spoken(rttMs),
  }),
  minRtt: ({ clients, expected }) => ({
    text: `${whose(clients)} round trips take at least ${spoken(expected)}`,
    against: ({ rttMs }) =>
      rttMs !== null && rttMs >= expected ? undefined : rttMs === null ? 'no answer' : spoken(rttMs),
  }),
  fate: ({ clients, expected }) => ({
    text: `${whose(clients)} queries are ${expected}`,
    against: ({ fate }) => (fate === expected ? undefined : (fate ?? 'unknown')),
  }),
  status: ({ clients, expected }) => ({
    text: `${clientsText(clients)} get${clients.names.length === 1 ? 's' : ''} status ${String(expected)}`,
    against: ({ status = null, fate }) =>
      status === expected ? undefined : status === null ? (fate ?? 'nothing') : String(status),
  }),
  output: ({ clients, expected }) => ({
    text: `${clientsText(clients)} read${clients.names.length === 1 ? 's' : ''} ${expected}`,
    against: ({ output = '', fate }) =>
      says(output, expected) ? undefined : output === '' ? (fate ?? 'nothing') : JSON.stringify(output.slice(0, 80)),
  }),
  replies: ({ clients, expected }) => ({
    text: `${whose(clients)} requests get ${repliesText(expected)}`,
    against: ({ replies = [] }) =>
      isAsExpected(replies, expected)
        ? undefined
        : replies.length === 0
          ? 'no reply'
          : `${String(replies.length)}: ${[...replies].sort().join(', ')}`,
  }),
};

function repliesText(expected: number | readonly string[]): string {
  if (expected === 0) return 'no reply';
  if (typeof expected !== 'number')
    return expected.length === 1 ? `one reply, from ${expected.join()}` : `one reply each from ${listed(expected)}`;
  return expected === 1 ? 'one reply' : `${String(expected)} replies`;
}

function isAsExpected(replies: readonly string[], expected: number | readonly string[]): boolean {
  if (typeof expected === 'number') return replies.length === expected;
  const inOrder = [...expected].sort();
  return replies.length === inOrder.length && [...replies].sort().every((name, index) => name === inOrder[index]);
}

function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].join(' and ');
}

export function clientsText({ label, names }: Clients): string {
  if (label === 'all') return names.length === 1 ? 'the client' : 'all clients';
  return names.join(' and ');
}

function whose({ label, names }: Clients): string {
  return label === 'all' ? "every client's" : `${names.join(' and ')}'s`;
}

/** A text that stands in it, or a regular expression between slashes. */
function says(output: string, expected: string): boolean {
  return readPattern(expected)?.test(output) ?? output.includes(expected);
}
