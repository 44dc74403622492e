import { RISK } from '../forecast/flow-numbers.js';
import { readPattern } from '../topology/model/pattern.js';
import type { ClientExpectation, Clients, Expectation, Expectations } from '../topology/model/step.js';
import { missedText } from './judged-flows.js';
import { eachFlow, tellEach, type Seen, type SeenFlow } from './seen.js';
import { spoken, undecided, verdictOf, type Verdict } from './verdict.js';

export type { Seen } from './seen.js';

/** A pass by flows that may all have missed one of several equal ways is none. */
function unlessMissed(verdict: Verdict, asked: readonly SeenFlow[]): Verdict {
  const missed = asked.find(({ equal }) => equal !== undefined && equal.risk > RISK);
  return verdict.verdict !== 'pass' || missed?.equal === undefined
    ? verdict
    : undecided(verdict.text, missedText(missed, missed.of, missed.equal));
}

/** Judges what was seen in one look: who answers, on which way, at which cost, how fast, and what came back. */
export function judgeSeen(expect: Expectations, looked: readonly Seen[], prefix = ''): readonly Verdict[] {
  const about = (text: string): string => `${prefix}${text}`;
  const seen = eachFlow(looked);
  return [
    ...expect.answers.flatMap((expectation) =>
      expectation.answer.kind === 'instances' ? [judgeAnswer(expectation, seen, about)] : [],
    ),
    ...expect.paths.map((each) =>
      judgeEach(
        each,
        seen,
        about(`${whose(each.clients)} questions pass ${each.expected.join(' > ')}`),
        ({ path = [] }) =>
          path.length === each.expected.length && path.every((hop, i) => hop === each.expected[i])
            ? undefined
            : path.map((hop) => hop ?? '*').join(' > ') || 'no way',
      ),
    ),
    ...expect.costs.map((each) =>
      judgeEach(each, seen, about(`${whose(each.clients)} way costs ${String(each.expected)}`), ({ cost = null }) =>
        cost === each.expected ? undefined : cost === null ? 'no cost that is known' : String(cost),
      ),
    ),
    ...expect.rtts.map((each) => judgeRtt(each, seen, about)),
    ...expect.fates.map((each) =>
      judgeEach(each, seen, about(`${whose(each.clients)} questions are ${each.expected}`), ({ fate }) =>
        fate === each.expected ? undefined : (fate ?? 'unknown'),
      ),
    ),
    ...expect.statuses.map((each) =>
      judgeEach(
        each,
        seen,
        about(
          `${clientsText(each.clients)} get${each.clients.names.length === 1 ? 's' : ''} status ${String(each.expected)}`,
        ),
        ({ status = null, fate }) =>
          status === each.expected ? undefined : status === null ? (fate ?? 'nothing') : String(status),
      ),
    ),
    ...expect.outputs.map((each) =>
      judgeEach(
        each,
        seen,
        about(`${clientsText(each.clients)} read${each.clients.names.length === 1 ? 's' : ''} ${each.expected}`),
        ({ output = '', fate }) =>
          says(output, each.expected)
            ? undefined
            : output === ''
              ? (fate ?? 'nothing')
              : JSON.stringify(output.slice(0, 80)),
      ),
    ),
    ...(expect.limits.lost === undefined || seen.every(({ fate }) => fate === undefined)
      ? []
      : [judgeLost(expect.limits.lost, seen, about)]),
  ];
}

/** `client1 is answered by server-a`, for people. */
export function statement({ clients, service, answer }: Expectation): string {
  const of = service === undefined ? '' : ` for ${service}`;
  const who =
    answer.kind === 'instances'
      ? answer.instances.join(' or ')
      : answer.shares
          .map(
            ({ instance, share, tolerance }) =>
              `${instance} for ${percent(share)}${tolerance === 0 ? '' : ` +- ${percent(tolerance)}`} of its flows`,
          )
          .join(' and ');
  return `${clientsText(clients)} ${clients.names.length === 1 ? 'is' : 'are'} answered by ${who}${of}`;
}

function clientsText({ label, names }: Clients): string {
  if (label === 'all') return names.length === 1 ? 'the client' : 'all clients';
  return names.join(' and ');
}

/** What of a look an expectation is about. */
export function concerns(
  { clients, service }: Pick<Expectation, 'clients' | 'service'>,
  seen: { readonly client: string; readonly service: string | null },
): boolean {
  return clients.names.includes(seen.client) && (service === undefined || service === seen.service);
}

export function seenAt(
  { client, address, instance }: Pick<Seen, 'client' | 'address' | 'instance'>,
  clients: Clients,
): string {
  return `${instance ?? 'nobody'}${address === '' ? '' : ` at ${address}`}${clients.names.length === 1 ? '' : ` for ${client}`}`;
}

const NOT_ASKED = 'no question of that client to that service';

function judgeAnswer(expectation: Expectation, seen: readonly SeenFlow[], about: (text: string) => string): Verdict {
  const { clients, answer } = expectation;
  const allowed = answer.kind === 'instances' ? answer.instances : [];
  const asked = seen.filter((each) => concerns(expectation, each));
  const others = asked.filter(({ instance }) => !allowed.includes(instance ?? 'nobody'));
  return unlessMissed(
    verdictOf(
      about(statement(expectation)),
      asked.length === 0 ? [NOT_ASKED] : tellEach(others, (each) => seenAt(each, clients)),
    ),
    asked,
  );
}

function judgeEach<T>(
  { clients }: ClientExpectation<T>,
  seen: readonly SeenFlow[],
  text: string,
  against: (seen: Seen) => string | undefined,
): Verdict {
  const asked = seen.filter(({ client }) => clients.names.includes(client));
  const wrong = asked.filter((each) => against(each) !== undefined);
  const told = tellEach(
    wrong,
    (each) =>
      `${against(each) ?? ''}${each.address === '' ? '' : ` at ${each.address}`}${clients.names.length === 1 ? '' : ` for ${each.client}`}`,
  );
  return unlessMissed(verdictOf(text, asked.length === 0 ? [NOT_ASKED] : told), asked);
}

function judgeRtt(
  each: ClientExpectation<number>,
  seen: readonly SeenFlow[],
  about: (text: string) => string,
): Verdict {
  const text = about(`${whose(each.clients)} round trips take at most ${spoken(each.expected)}`);
  return judgeEach(each, seen, text, ({ rttMs }) =>
    rttMs !== null && rttMs <= each.expected ? undefined : rttMs === null ? 'no answer' : spoken(rttMs),
  );
}

function judgeLost(bound: number, seen: readonly Seen[], about: (text: string) => string): Verdict {
  const lost = seen.filter(({ fate }) => fate !== 'answered');
  const text = about(
    `no more than ${String(bound)} of ${String(seen.length)} probes ${bound === 1 ? 'is' : 'are'} lost`,
  );
  return verdictOf(
    text,
    lost.length <= bound ? [] : [`${String(lost.length)}: ${[...new Set(lost.map(({ fate }) => fate))].join(', ')}`],
    lost.length,
  );
}

/** A text that stands in it, or a regular expression between slashes. */
function says(output: string, expected: string): boolean {
  return readPattern(expected)?.test(output) ?? output.includes(expected);
}

function whose({ label, names }: Clients): string {
  return label === 'all' ? "everybody's" : `${names.join(' and ')}'s`;
}

function percent(share: number): string {
  return `${String(Math.round(share * 1000) / 10)}%`;
}
