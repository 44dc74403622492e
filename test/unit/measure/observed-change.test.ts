import test from 'ava';
import type { ObservedChange } from '../../../src/protocol/observations.js';
import type { Fate } from '../../../src/protocol/timeline.js';
import type { ProbeSeen } from '../../../src/measure/flow-record.js';
import { observedChange, type ChangeQuestion } from '../../../src/measure/observed-change.js';

const letters: Readonly<Record<string, { readonly instance: string | null; readonly fate: Fate }>> = {
  a: { instance: 'server-a', fate: 'answered' },
  b: { instance: 'server-b', fate: 'answered' },
  c: { instance: 'server-c', fate: 'answered' },
  '.': { instance: null, fate: 'silent' },
  o: { instance: null, fate: 'loop' },
  x: { instance: null, fate: 'refused' },
};

/** One probe each 10 ms from 0 on, by its letter; an answer takes 1 ms. */
function probesOf(flow: string): readonly ProbeSeen[] {
  return Array.from(flow, (letter, i) => {
    const { instance, fate } = letters[letter] ?? { instance: null, fate: 'silent' as const };
    return { sentAtMs: 10 * i, instance, fate, rttMs: instance === null ? NaN : 1, duplicates: 0 };
  });
}

/** The step is done where the bar stands. */
function seen(flow: string, more: Partial<ChangeQuestion> = {}): ObservedChange {
  const [before = '', after = ''] = flow.split('|');
  return observedChange({
    question: { client: 'client1', service: 'dns', address: '192.0.2.53', family: 'ipv4' },
    probes: probesOf(before + after),
    atMs: 10 * before.length,
    events: [],
    hadChoice: () => false,
    ...more,
  });
}

test('a switch is from the step to the first answer of the other; the outage from the first lost probe to the next answer', (t) => {
  t.like(seen('aa|..bb'), {
    before: 'server-a',
    after: 'server-b',
    switchMs: 21,
    outageMs: 20,
    lost: 2,
    sent: 4,
    steadySinceMs: 20,
    watchedMs: 30,
    wrong: 0,
    fates: { silent: 2 },
  });
});

test('over a long way another instance answers what was under way, or nobody does', (t) => {
  const far = (flow: string): Partial<ChangeQuestion> => ({
    probes: probesOf(flow).map((probe) => ({ ...probe, rttMs: probe.rttMs + 29 })),
    atMs: 70,
  });
  t.like(seen('', far('aaaaabbbbb')), { before: 'server-a', after: 'server-b', switchMs: 10, lost: 0, sent: 5 });
  t.like(seen('', far('aaaaa..bbb')), { before: 'server-a', after: 'server-b', switchMs: 30, lost: 2, sent: 5 });
  // Answers take longer than what counts as a silence.
  const slow = probesOf(`aaaaa${'.'.repeat(20)}`).map((probe) => ({ ...probe, rttMs: probe.rttMs + 299 }));
  t.is(seen('', { probes: slow, atMs: 30 }).after, 'server-a');
  t.is(
    seen('', { probes: [...slow, ...slow.slice(5).map((probe) => ({ ...probe, sentAtMs: 480 }))], atMs: 30 }).after,
    null,
  );
});

test('who noticed nothing has no times', (t) => {
  t.like(seen('aa|aaa'), {
    before: 'server-a',
    after: 'server-a',
    switchMs: null,
    outageMs: 0,
    lost: 0,
    steadySinceMs: 0,
    phases: null,
    fates: {},
  });
});

test('probes that were under way when the step came are lost to it', (t) => {
  t.like(seen('aa.|.bb'), { lost: 2, outageMs: 20, switchMs: 11 });
  t.like(
    seen('...|.bb'),
    { before: null, lost: 1 },
    'of a flow that was not answered before, those were lost to something else',
  );
});

test('what nobody answers in the end is so after an eighth of a second', (t) => {
  t.like(seen(`aa|bb${'.'.repeat(13)}`), {
    after: null,
    switchMs: null,
    outageMs: null,
    steadySinceMs: null,
    phases: null,
  });
  t.like(
    seen(`aa|bb${'.'.repeat(5)}`),
    { after: 'server-b', lost: 0, sent: 2 },
    'answers to the last ones may be on their way',
  );
});

test('an instance that answers in between is a wrong one, and the last one counts', (t) => {
  t.like(seen('aa|ccbb'), { after: 'server-b', wrong: 2, switchMs: 21, steadySinceMs: 20 });
  t.like(
    seen('aa|bab.b'),
    { after: 'server-b', wrong: 0, switchMs: 21, steadySinceMs: 40, lost: 1 },
    'a lost probe does not begin a switch anew, but it is not steady',
  );
});

test('it is counted what became of those that nobody answered', (t) => {
  t.deepEqual(seen('aa|.oox.b').fates, { silent: 2, loop: 2, refused: 1 });
});

test('second answers add up', (t) => {
  t.is(seen('', { probes: probesOf('aabb').map((probe, i) => ({ ...probe, duplicates: i })), atMs: 20 }).duplicates, 5);
});

test("a flow that nobody has asked is nobody's", (t) => {
  t.like(seen('|'), { before: null, after: null, sent: 0, lost: 0, watchedMs: 0, isCollateral: false });
});

test('to move without need is to leave who could have stayed', (t) => {
  const asked: unknown[] = [];
  const hadChoice = (...words: readonly unknown[]): boolean => asked.push(words) > 0;
  t.true(seen('aa|bb', { hadChoice }).isCollateral);
  t.deepEqual(asked, [['server-a', 'server-b']]);
  t.false(seen('aa|aa', { hadChoice }).isCollateral, 'who stays has not moved');
  t.false(seen('..|bb', { hadChoice }).isCollateral, 'who had nobody left nobody');
});

test('where probes were lost, it is told where the time went, to the last bit of it', (t) => {
  const { phases } = seen('aa|..bb', { events: [{ atMs: 35, kind: 'daemon', node: 'router1', text: 'x' }] });
  t.deepEqual(phases, { detectionMs: 15, propagationMs: 0, installationMs: 0, answerMs: 6 });
});

test('where packets are lost on purpose, a lost probe does not end what is steady; another instance does', (t) => {
  t.like(seen('aa|b.bb.b', { isLossy: true }), { after: 'server-b', steadySinceMs: 0, lost: 2 });
  t.like(seen('aa|b.ab.b', { isLossy: true }), { after: 'server-b', steadySinceMs: 30 });
});

test('timers that took longer than the outage did not end it', (t) => {
  const samples = [{ atMs: 0, stealMs: 0, cpuPressureMs: 0, waitedMs: 0 }];
  const timersMs = (before: string | null): number => (before === 'server-a' ? 20 : 0);
  t.is(seen('aa|...bb', { samples, timersMs }).outageBounds?.timersMs, 20);
  t.is(seen('aa|..bbb', { samples, timersMs }).outageBounds?.timersMs, undefined);
  t.is(seen('cc|...bb', { samples, timersMs }).outageBounds?.timersMs, undefined);
});
