import { RISK } from '../forecast/flow-numbers.js';
import { clientWords, type ClientWord, type Expected, type ProbeLimitWord } from '../topology/model/expectation.js';
import {
  isAbout,
  type ClientExpectation,
  type Clients,
  type Expectation,
  type Expectations,
} from '../topology/model/step.js';
import { clientJudges, clientsText } from './judge-clients.js';
import { missedText } from './judged-flows.js';
import { eachFlow, ofSubject, placeOf, tellEach, type Seen, type SeenFlow } from './seen.js';
import { percent, undecided, verdictOf, type Verdict } from './verdict.js';

export type { Seen } from './seen.js';

/** A pass does not count if all flows may have missed one of several equal-cost paths. */
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
    ...clientWords.flatMap((word) => judgeByClient(word, expect.byClient[word], seen, about)),
    ...(seen.every(({ fate }) => fate === undefined) ? [] : judgeProbeLimits(expect.limits, seen, about)),
  ];
}

type About = (text: string) => string;

/** One function for each limit that a probe can have. */
const probeLimitJudges: {
  readonly [W in ProbeLimitWord]: (bound: Expected<W>, seen: readonly SeenFlow[], about: About) => Verdict;
} = { lost: judgeLost };

function judgeProbeLimits(limits: Expectations['limits'], seen: readonly SeenFlow[], about: About): readonly Verdict[] {
  return (Object.keys(probeLimitJudges) as ProbeLimitWord[]).flatMap((word) => {
    return limits[word].map(({ to, bound }) =>
      probeLimitJudges[word](
        bound,
        seen.filter((each) => isAbout({ to }, each)),
        (text) => about(`${text}${ofSubject({ to })}`),
      ),
    );
  });
}

function judgeByClient<W extends ClientWord>(
  word: W,
  expected: Expectations['byClient'][W],
  seen: readonly SeenFlow[],
  about: About,
): readonly Verdict[] {
  return expected.map((each) => {
    const { text, against } = clientJudges[word](each);
    return judgeEach(each, seen, about(`${text}${ofSubject(each)}`), against);
  });
}

/** `client1 is answered by server-a`, `client1 gets no answer`, for people. */
export function statement({ clients, to, answer }: Expectation): string {
  const isOne = clients.names.length === 1;
  const answered = `${isOne ? 'is' : 'are'} answered by`;
  const none = `${isOne ? 'gets' : 'get'} no answer`;
  return `${clientsText(clients)} ${answer.kind === 'instances' ? anyOf(answer.instances, answered, none) : `${answered} ${sharesText(answer.shares)}`}${ofSubject({ to })}`;
}

function anyOf(instances: readonly string[], answered: string, none: string): string {
  const named = instances.filter((instance) => instance !== 'nobody');
  if (named.length === 0) return none;
  return `${answered} ${named.join(' or ')}${named.length === instances.length ? '' : `, or ${none}`}`;
}

function sharesText(shares: Extract<Expectation['answer'], { kind: 'shares' }>['shares']): string {
  return shares
    .map(
      ({ instance, share, tolerance }) =>
        `${instance} for ${percent(share)}${tolerance === 0 ? '' : ` +- ${percent(tolerance)}`} of its flows`,
    )
    .join(' and ');
}

/** What of a look an expectation is about. */
export function concerns(
  { clients, to }: Pick<Expectation, 'clients' | 'to'>,
  seen: { readonly client: string; readonly service: string | null; readonly address: string },
): boolean {
  return clients.names.includes(seen.client) && isAbout({ to }, seen);
}

/** `server-b at 192.0.2.53 for client1`, among others that were seen. */
export function seenAt(
  { client, service, address, instance }: Pick<Seen, 'client' | 'service' | 'address' | 'instance'>,
  clients: Clients,
  among: readonly Pick<Seen, 'service'>[],
): string {
  const at = address === '' ? '' : ` at ${placeOf({ service, address }, among)}`;
  return `${instance ?? 'no answer'}${at}${clients.names.length === 1 ? '' : ` for ${client}`}`;
}

const NOT_ASKED = 'no query from that client to that service';

function judgeAnswer(expectation: Expectation, seen: readonly SeenFlow[], about: About): Verdict {
  const { clients, answer } = expectation;
  const allowed = answer.kind === 'instances' ? answer.instances : [];
  const asked = seen.filter((each) => concerns(expectation, each));
  const others = asked.filter(({ instance }) => !allowed.includes(instance ?? 'nobody'));
  return unlessMissed(
    verdictOf(
      about(statement(expectation)),
      asked.length === 0 ? [NOT_ASKED] : tellEach(others, (each) => seenAt(each, clients, asked)),
    ),
    asked,
  );
}

function judgeEach(
  expectation: Pick<ClientExpectation<unknown>, 'clients' | 'to'>,
  seen: readonly SeenFlow[],
  text: string,
  against: (seen: Seen) => string | undefined,
): Verdict {
  const { clients } = expectation;
  const asked = seen.filter((each) => concerns(expectation, each));
  const wrong = asked.filter((each) => against(each) !== undefined);
  const told = tellEach(
    wrong,
    (each) =>
      `${against(each) ?? ''}${each.address === '' ? '' : ` at ${placeOf(each, asked)}`}${clients.names.length === 1 ? '' : ` for ${each.client}`}`,
  );
  return unlessMissed(verdictOf(text, asked.length === 0 ? [NOT_ASKED] : told), asked);
}

function judgeLost(bound: number, seen: readonly Seen[], about: About): Verdict {
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
