import type { Condition } from '../../forecast/condition.js';
import type { Forecast } from '../../forecast/forecast.js';
import type { ProbeStream } from '../probe/probe-stream.js';

/** After this many expected answers in a row, an answer counts as settled. */
const SETTLED_ANSWERS = 20;
/** Probes of no more than this may have been sent since the last answered one, and its round trip: half of a silence. */
const FRESH_ANSWER_MS = 100;
const FRESH_ANSWER_PACES = 5;
const LOSSY_PATIENCE = 20;
/** After this time without an answer, having none counts as settled. */
const SETTLED_SILENCE_MS = 250;

/**
 * Whether the last answers, and no others between them, came from where the forecast has them come from, if there is
 * one.
 */
export function isSettled(
  { question, probes, intervalMs }: Pick<ProbeStream, 'question' | 'probes' | 'intervalMs'>,
  sinceMs: number,
  { isLossy }: Pick<Condition, 'isLossy'>,
  forecast: Pick<Forecast, 'answer'> | undefined,
): boolean {
  const expected = forecast?.answer(question);
  const recent = probes.slice(-1000).filter((probe) => probe.sentAtMs >= sinceMs);
  if (expected === undefined || expected.size === 0) {
    const lastAnswer = recent.findLast((probe) => probe.instance !== null);
    const silentSinceMs = lastAnswer?.sentAtMs ?? recent[0]?.sentAtMs ?? Infinity;
    const isSilent = performance.now() - silentSinceMs >= SETTLED_SILENCE_MS;
    // Without a forecast, any answers that are steady will do.
    if (isSilent || expected !== undefined) return isSilent;
  }
  const at = recent.findLastIndex((probe) => probe.instance !== null);
  const [answered, newest] = [recent[at], recent.at(-1)];
  if (answered === undefined || newest === undefined) return false;
  // Answers that came for a while and then stopped are no steady answers. What was sent less than a round trip ago
  // cannot have been answered yet.
  const freshMs = Math.max(FRESH_ANSWER_MS, FRESH_ANSWER_PACES * intervalMs) * (isLossy ? LOSSY_PATIENCE : 1);
  if (newest.sentAtMs - answered.sentAtMs > freshMs + answered.rttMs) return false;
  // Where packets are lost on purpose, a lost query says nothing about routing.
  const telling = isLossy ? recent.filter(({ instance }) => instance !== null) : recent.slice(0, at + 1);
  const tail = telling.slice(-SETTLED_ANSWERS);
  return (
    tail.length === SETTLED_ANSWERS &&
    tail.every(({ instance }) => instance !== null && expected?.has(instance) !== false)
  );
}
