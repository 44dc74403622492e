import test from 'ava';
import { toAnswer, type Answer } from '../../../src/assert/answers.js';
import { judgeAnswers, judgeStep } from '../../../src/assert/verdicts.js';
import type { ObservedChange } from '../../../src/protocol/observations.js';
import type { Expectation, Step } from '../../../src/topology/model.js';

const v4 = '192.0.2.53';
const v6 = '2001:db8:53::53';

function answer(instance: string | null, address = v4, { client = 'client1', service = 'dns' } = {}): Answer {
  return { client, service, address, instance, cost: 1, path: [], rttMs: 0.1 };
}

const expecting = (instance: string, service?: string): Expectation => ({ client: 'client1', service, instance });

test('an expectation holds when it holds at every address', (t) => {
  t.deepEqual(judgeAnswers([expecting('server-a')], [answer('server-a'), answer('server-a', v6)]), [
    { text: 'client1 is answered by server-a', verdict: 'pass' },
  ]);
});

test('where it does not hold, the verdict says what was seen instead, and where', (t) => {
  t.deepEqual(judgeAnswers([expecting('server-a')], [answer('server-a'), answer('server-b', v6)]), [
    { text: 'client1 is answered by server-a', verdict: 'fail', seen: `server-b at ${v6}` },
  ]);
  t.deepEqual(judgeAnswers([expecting('server-a')], [answer('server-b'), answer(null, v6)]), [
    { text: 'client1 is answered by server-a', verdict: 'fail', seen: `server-b at ${v4}, nobody at ${v6}` },
  ]);
});

test('nobody is expected where silence is right', (t) => {
  t.deepEqual(judgeAnswers([expecting('nobody')], [answer(null), answer(null, v6)]), [
    { text: 'client1 is answered by nobody', verdict: 'pass' },
  ]);
  t.like(judgeAnswers([expecting('nobody')], [answer(null), answer('server-a', v6)])[0], { verdict: 'fail', seen: `server-a at ${v6}` });
});

test('an expectation about one service says nothing about another; one without a service is about all', (t) => {
  const answers = [answer('server-a', v4, { service: 'dns' }), answer('server-b', '192.0.2.80', { service: 'web' })];
  t.deepEqual(judgeAnswers([expecting('server-a', 'dns'), expecting('server-b', 'web')], answers), [
    { text: 'client1 is answered by server-a for dns', verdict: 'pass' },
    { text: 'client1 is answered by server-b for web', verdict: 'pass' },
  ]);
  t.like(judgeAnswers([expecting('server-a')], answers)[0], { verdict: 'fail', seen: 'server-b at 192.0.2.80' });
});

test('what was never asked does not hold', (t) => {
  const unasked = { verdict: 'fail', seen: 'no question of that client to that service' } as const;
  t.like(judgeAnswers([expecting('server-a')], [])[0], unasked);
  t.like(judgeAnswers([expecting('server-a', 'web')], [answer('server-a')])[0], unasked);
  t.like(judgeAnswers([{ ...expecting('nobody'), client: 'client2' }], [answer(null)])[0], unasked);
});

test('other clients are judged by themselves', (t) => {
  const answers = [answer('server-a'), answer('server-c', v4, { client: 'client2' })];
  const verdicts = judgeAnswers([expecting('server-a'), { ...expecting('server-c'), client: 'client2' }], answers);
  t.deepEqual(verdicts.map(({ verdict }) => verdict), ['pass', 'pass']);
});

function step(instance: string, withinMs = 1000): Step {
  return { action: 'fail', target: 'server-a', how: 'crash', settings: {}, expect: [expecting(instance)], withinMs, limits: { outageMs: undefined, lost: undefined } };
}

function change(after: string | null, switchMs: number | null, address = v4): ObservedChange {
  return { client: 'client1', service: 'dns', address, before: 'server-a', after, switchMs, outageMs: 15, lost: 15, sent: 100, maxSendGapMs: 1 };
}

test('a step holds when the right instance answers at every address in time', (t) => {
  t.deepEqual(judgeStep(step('server-b'), [change('server-b', 20), change('server-b', 1000, v6)]), [
    { text: 'after fail server-a, client1 is answered by server-b within 1s', verdict: 'pass' },
  ]);
  t.deepEqual(judgeStep({ ...step('server-b'), expect: [] }, [change(null, null)]), []);
});

test('an answer that comes late is as wrong as none, and says how late', (t) => {
  t.deepEqual(judgeStep(step('server-b', 500), [change('server-b', 20), change('server-b', 1203.6, v6)]), [{
    text: 'after fail server-a, client1 is answered by server-b within 500ms',
    verdict: 'fail',
    seen: `server-b at ${v6} held only after 1.204s`,
  }]);
});

test('the wrong instance after a step is told, and so is nobody', (t) => {
  t.like(judgeStep(step('server-b'), [change('server-c', 20), change(null, null, v6)])[0], {
    verdict: 'fail',
    seen: `server-c at ${v4}, nobody at ${v6}`,
  });
  t.like(judgeStep(step('nobody'), [change(null, null), change(null, null, v6)])[0], { verdict: 'pass' });
});

test('who answered before and answers still needed no time', (t) => {
  t.like(judgeStep(step('server-a', 1), [{ ...change('server-a', null), lost: 0, outageMs: 0 }])[0], { verdict: 'pass' });
});

test('an instance that answers again only after the time that was given came late', (t) => {
  const back = { ...change('server-a', null), lost: 3000, outageMs: 3000 };
  t.like(judgeStep(step('server-a', 1000), [back])[0], { verdict: 'fail' });
});

test('a step about a client that asks nothing does not hold', (t) => {
  t.like(judgeStep(step('server-b'), [])[0], { verdict: 'fail', seen: 'no question of that client to that service' });
});

test('an answer is what was observed, without the flow it came by', (t) => {
  t.deepEqual(toAnswer({ ...answer('server-a'), sourcePort: 40_000 }), answer('server-a'));
});

test('what the gaps between probes could decide is inconclusive, whichever side it was measured on', (t) => {
  for (const switchMs of [990, 1010]) t.like(judgeStep(step('server-b'), [change('server-b', switchMs)], 20), [{ verdict: 'inconclusive' }]);
  t.like(judgeStep(step('server-b'), [change('server-b', 970)], 20), [{ verdict: 'pass' }]);
  t.like(judgeStep(step('server-b'), [change('server-b', 1030)], 20), [{ verdict: 'fail' }]);
  t.like(judgeStep(step('server-b'), [change('server-c', 1000)], 20), [{ verdict: 'fail' }], 'a wrong answer is wrong at any time');
});

test('an outage and a loss have limits, for every flow that is answered in the end', (t) => {
  const limited = (outageMs: number | undefined, lost?: number): Step => ({ ...step('server-b'), expect: [], limits: { outageMs, lost } });
  const seen = change('server-b', 20);
  t.deepEqual(judgeStep(limited(100), [seen], 2), [{ text: 'after fail server-a, no outage is longer than 100ms', verdict: 'pass' }]);
  t.like(judgeStep(limited(10), [seen], 2), [{ verdict: 'fail', seen: '15ms for client1 at 192.0.2.53' }]);
  t.like(judgeStep(limited(16), [seen], 2), [{ verdict: 'inconclusive' }]);
  t.like(judgeStep(limited(0), [{ ...seen, outageMs: 0, lost: 0 }], 2), [{ verdict: 'pass' }], 'nothing lost is no matter of timing');
  t.like(judgeStep(limited(undefined, 15), [seen]), [{ verdict: 'pass' }]);
  t.like(judgeStep(limited(undefined, 14), [seen]), [{ verdict: 'fail', seen: '15 for client1 at 192.0.2.53' }]);
  t.like(judgeStep(limited(0), []), [{ verdict: 'fail' }]);
});
