import test from 'ava';
import type { Probe } from '../../../../src/agent/probe/probe-stream.js';
import { AnswerNews } from '../../../../src/agent/step/answer-news.js';
import type { LabEvent } from '../../../../src/protocol/events.js';

function probe(sentAtMs: number, instance: string | null): Probe {
  return {
    sentAtMs,
    instance,
    rttMs: instance === null ? NaN : 1,
    fate: instance === null ? 'silent' : 'answered',
    duplicates: 0,
  };
}

test('a flow is told when its answers change, and silence only when no answer can be expected any more', (t) => {
  const probes: Probe[] = [probe(1, 'a'), probe(2, 'a'), probe(3, null), probe(4, null), probe(5, 'b')];
  const told: string[] = [];
  const news = {
    isHeard: false,
    tell: (event: LabEvent) => {
      if (event.kind === 'answer') told.push(`${String(event.atMs)} ${event.fate} ${event.instance ?? ''}`.trim());
    },
  };
  const question = { client: 'client1', service: 'service', address: '192.0.2.53', family: 'ipv4' } as const;
  const answers = new AnswerNews(news, [{ question, sourcePort: 40_000, probes }]);
  t.teardown(() => {
    answers.close();
  });
  answers.look(5);
  t.deepEqual(told, [], 'nobody listens');
  news.isHeard = true;
  answers.look(2);
  t.deepEqual(told, ['1 answered a']);
  answers.look(3);
  t.deepEqual(told.splice(0), ['1 answered a', '3 silent']);
  answers.look(4);
  t.deepEqual(told.splice(0), ['5 answered b']);
  probes.push(probe(6, 'b'), probe(7, null));
  answers.look(6);
  t.deepEqual(told, []);
  answers.close();
  t.deepEqual(told, ['7 silent'], 'the step has ended');
});
