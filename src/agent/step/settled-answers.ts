import type { Condition } from '../../forecast/condition.js';
import type { Forecast } from '../../forecast/forecast.js';
import type { Lacking } from '../../protocol/lacking.js';
import type { WantedAnswers } from '../../protocol/messages.js';
import { isAbout } from '../../topology/model/step.js';
import type { ProbeStream } from '../probe/probe-stream.js';

/** After this many expected answers in a row, an answer counts as settled. */
const SETTLED_ANSWERS = 20;
/**
 * Probes of no more than this may have been sent since the last answered one, and its round trip: half of a silence. Where a busy machine
 * sends them more slowly than it should, no more probes than these.
 */
const FRESH_ANSWER_MS = 100;
const FRESH_ANSWER_PACES = 5;
const LOSSY_PATIENCE = 20;
/** No more of the last probes are looked at. */
const LATEST = 1000;
/** After this time without an answer, having none counts as settled. */
const SETTLED_SILENCE_MS = 250;

/**
 * Whether the last answers, and no others between them, came from where the forecast has them come from, if there is
 * one. Nothing is copied: of each flow this is asked some hundred times a second.
 */
export function isSettled(
  { question, probes, intervalMs }: Pick<ProbeStream, 'question' | 'probes' | 'intervalMs'>,
  sinceMs: number,
  { isLossy }: Pick<Condition, 'isLossy'>,
  forecast: Pick<Forecast, 'answer'> | undefined,
): boolean {
  const expected = forecast?.answer(question);
  const at = lastAnswered(probes, sinceMs);
  const answered = probes[at];
  if (expected === undefined || expected.size === 0) {
    const silentSinceMs = answered?.sentAtMs ?? probes[firstOf(probes, sinceMs)]?.sentAtMs ?? Infinity;
    const isSilent = performance.now() - silentSinceMs >= SETTLED_SILENCE_MS;
    // Without a forecast, any answers that are steady will do.
    if (isSilent || expected !== undefined) return isSilent;
  }
  const newest = probes.at(-1);
  if (answered === undefined || newest === undefined) return false;
  // Answers that came for a while and then stopped are no steady answers. What was sent less than a round trip ago
  // cannot have been answered yet.
  const freshMs = Math.max(FRESH_ANSWER_MS, FRESH_ANSWER_PACES * intervalMs) * (isLossy ? LOSSY_PATIENCE : 1);
  const isFresh = newest.sentAtMs - answered.sentAtMs <= freshMs + answered.rttMs;
  if (!isFresh && probes.length - 1 - at > FRESH_ANSWER_PACES) return false;
  let steady = 0;
  for (let index = at; isRecent(probes, index, sinceMs) && steady < SETTLED_ANSWERS; index--) {
    const instance = probes[index]?.instance ?? null;
    // Where packets are lost on purpose, a lost query says nothing about routing.
    if (instance === null && isLossy) continue;
    if (instance === null || expected?.has(instance) === false) return false;
    steady += 1;
  }
  return steady === SETTLED_ANSWERS;
}

/**
 * What is expected of a step and is not seen yet, until the time for it is over: without a forecast, nothing else says that
 * routing which is quiet has not begun to move. Where any answer or none will do, nothing is missing.
 */
export function missingAnswers(
  streams: readonly Pick<ProbeStream, 'question' | 'probes' | 'intervalMs'>[],
  wanted: WantedAnswers | undefined,
  sinceMs: number,
  condition: Pick<Condition, 'isLossy'>,
): readonly Lacking[] {
  if (wanted === undefined || performance.now() - sinceMs >= wanted.withinMs) return [];
  return wanted.answers.flatMap(({ clients, to, instances }) => {
    const named = instances.filter((name) => name !== 'nobody');
    if (named.length > 0 && named.length < instances.length) return [];
    const answer = (): ReadonlySet<string> => new Set(named);
    return streams
      .filter(({ question }) => clients.includes(question.client) && isAbout({ to }, question))
      .filter((stream) => !isSettled(stream, sinceMs, condition, { answer }))
      .map(({ question: { client, address } }): Lacking => ({ kind: 'answers', client, address }));
  });
}

/** Whether a probe is one of the latest, and was not sent before a time. */
function isRecent(probes: ProbeStream['probes'], index: number, sinceMs: number): boolean {
  const probe = probes[index];
  return probe !== undefined && index >= probes.length - LATEST && probe.sentAtMs >= sinceMs;
}

function lastAnswered(probes: ProbeStream['probes'], sinceMs: number): number {
  for (let index = probes.length - 1; isRecent(probes, index, sinceMs); index--)
    if (probes[index]?.instance !== null) return index;
  return -1;
}

function firstOf(probes: ProbeStream['probes'], sinceMs: number): number {
  let index = probes.length;
  while (isRecent(probes, index - 1, sinceMs)) index -= 1;
  return index;
}
