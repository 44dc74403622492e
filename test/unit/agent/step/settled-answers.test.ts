import test from 'ava';
import { isSettled, missingAnswers } from '../../../../src/agent/step/settled-answers.js';
import type { Probe } from '../../../../src/agent/probe/probe-stream.js';

const question = { client: 'client1', service: 'dns', address: '192.0.2.53', family: 'ipv4' } as const;
const foreseen = { answer: () => new Set(['server-a']) };
const lossless = { isLossy: false };

/** A probe every ten milliseconds, or as slowly as a busy machine sends them. The first are answered after `rttMs`, the later ones not yet, or not at all. */
function stream({
  answered,
  sent,
  rttMs,
  by = 'server-a',
  paceMs = 10,
  fromMs = 0,
}: {
  answered: number;
  sent: number;
  rttMs: number;
  by?: string;
  paceMs?: number;
  fromMs?: number;
}) {
  const probes = Array.from({ length: sent }, (_, index): Probe => {
    const isAnswered = index < answered;
    return {
      sentAtMs: fromMs + paceMs * index,
      instance: isAnswered ? by : null,
      rttMs: isAnswered ? rttMs : NaN,
      fate: isAnswered ? 'answered' : 'silent',
      duplicates: 0,
    };
  });
  return { question, probes, intervalMs: 10 };
}

test('twenty answers in a row from the right instance are settled, and fewer are not', (t) => {
  t.true(isSettled(stream({ answered: 20, sent: 20, rttMs: 1 }), 0, lossless, foreseen));
  t.false(isSettled(stream({ answered: 19, sent: 19, rttMs: 1 }), 0, lossless, foreseen));
  t.false(isSettled(stream({ answered: 20, sent: 20, rttMs: 1 }), 10, lossless, foreseen), 'one is of before');
  t.false(isSettled(stream({ answered: 20, sent: 20, rttMs: 1, by: 'server-b' }), 0, lossless, foreseen));
});

test('what was sent less than a round trip ago may be unanswered', (t) => {
  t.true(isSettled(stream({ answered: 20, sent: 60, rttMs: 300 }), 0, lossless, foreseen));
  t.false(isSettled(stream({ answered: 20, sent: 60, rttMs: 200 }), 0, lossless, foreseen));
});

test('a machine that sends more slowly than it should has few probes on their way, for a long time', (t) => {
  t.true(isSettled(stream({ answered: 20, sent: 25, rttMs: 140, paceMs: 160 }), 0, lossless, foreseen));
  t.false(isSettled(stream({ answered: 20, sent: 26, rttMs: 140, paceMs: 160 }), 0, lossless, foreseen));
});

test('answers that stopped are no steady answers', (t) => {
  t.true(isSettled(stream({ answered: 20, sent: 25, rttMs: 1 }), 0, lossless, foreseen));
  t.false(isSettled(stream({ answered: 20, sent: 35, rttMs: 1 }), 0, lossless, foreseen));
});

test('without a forecast, what is expected is waited for until its time is over', (t) => {
  const sinceMs = performance.now() - 10_000;
  const seen = stream({ answered: 20, sent: 20, rttMs: 1, fromMs: sinceMs });
  const missing = (instances: readonly string[], to?: string, withinMs = 3_600_000, client = 'client1') =>
    missingAnswers([seen], { withinMs, answers: [{ clients: [client], to, instances }] }, sinceMs, lossless).length;
  t.is(missing(['server-b']), 1);
  t.is(missing(['server-a']), 0);
  t.is(missing(['server-b', 'server-a']), 0);
  t.is(missing(['nobody']), 0, 'the last answer is long ago');
  t.is(missing(['nobody', 'server-b']), 0, 'none would do, too');
  t.is(missing(['server-b'], 'dns'), 1);
  t.is(missing(['server-b'], '192.0.2.53'), 1);
  t.is(missing(['server-b'], 'www'), 0, 'that is another service');
  t.is(missing(['server-b'], undefined, 3_600_000, 'client2'), 0, 'that is another client');
  t.is(missing(['server-b'], undefined, 0), 0, 'the time is over');
});
