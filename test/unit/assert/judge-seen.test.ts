import test from 'ava';
import { toAnswer, type Answer } from '../../../src/assert/answers.js';
import { judgeSeen, type Seen } from '../../../src/assert/judge-seen.js';
import { withoutRepeats } from '../../../src/assert/seen.js';
import type { Fate } from '../../../src/protocol/timeline.js';
import { expecting, type FileExpect } from './expecting.js';

const v4 = '192.0.2.53';
const v6 = '2001:db8:53::53';

function answer(instance: string | null, address = v4, { client = 'client1', service = 'dns' } = {}): Answer {
  return { client, service, address, instance, cost: 1, path: [], rttMs: 0.1 };
}

const judge = (expect: FileExpect, seen: readonly Seen[], prefix = ''): ReturnType<typeof judgeSeen> =>
  judgeSeen(expecting(expect), seen, prefix);

test('an expectation holds when it holds at every address', (t) => {
  t.deepEqual(judge({ client1: 'server-a' }, [answer('server-a'), answer('server-a', v6)]), [
    { text: 'client1 is answered by server-a', verdict: 'pass' },
  ]);
});

test('where it does not hold, the verdict says what was seen instead, and where', (t) => {
  t.deepEqual(judge({ client1: 'server-a' }, [answer('server-a'), answer('server-b', v6)]), [
    { text: 'client1 is answered by server-a', verdict: 'fail', seen: `server-b at ${v6}` },
  ]);
  t.deepEqual(judge({ client1: 'server-a' }, [answer('server-b'), answer(null, v6)]), [
    { text: 'client1 is answered by server-a', verdict: 'fail', seen: `server-b at ${v4}, no answer at ${v6}` },
  ]);
});

test('nobody is expected where silence is right', (t) => {
  t.deepEqual(judge({ client1: 'nobody' }, [answer(null), answer(null, v6)]), [
    { text: 'client1 gets no answer', verdict: 'pass' },
  ]);
  t.like(judge({ client1: 'nobody' }, [answer(null), answer('server-a', v6)])[0], {
    verdict: 'fail',
    seen: `server-a at ${v6}`,
  });
});

test('any of a list may answer, each address by itself', (t) => {
  t.like(judge({ client1: ['server-a', 'server-b'] }, [answer('server-a'), answer('server-b', v6)])[0], {
    text: 'client1 is answered by server-a or server-b',
    verdict: 'pass',
  });
  t.like(judge({ client1: ['server-a', 'nobody'] }, [answer(null), answer('server-c', v6)])[0], {
    text: 'client1 is answered by server-a, or gets no answer',
    verdict: 'fail',
    seen: `server-c at ${v6}`,
  });
});

test('an expectation about one service says nothing about another; one without a service is about all', (t) => {
  const answers = [answer('server-a', v4, { service: 'dns' }), answer('server-b', '192.0.2.80', { service: 'web' })];
  t.deepEqual(judge({ client1: { dns: 'server-a', web: 'server-b' } }, answers), [
    { text: 'client1 is answered by server-a for dns', verdict: 'pass' },
    { text: 'client1 is answered by server-b for web', verdict: 'pass' },
  ]);
  t.like(judge({ client1: 'server-a' }, answers)[0], { verdict: 'fail', seen: 'server-b at web (192.0.2.80)' });
  t.like(judge({ cost: { client1: 2 } }, answers)[0], {
    verdict: 'fail',
    seen: `1 at dns (${v4}), 1 at web (192.0.2.80)`,
  });
});

test('what was never asked does not hold', (t) => {
  const unasked = { verdict: 'fail', seen: 'no query from that client to that service' } as const;
  t.like(judge({ client1: 'server-a' }, [])[0], unasked);
  t.like(judge({ client1: { web: 'server-a' } }, [answer('server-a')])[0], unasked);
  t.like(judge({ client2: 'nobody' }, [answer(null)])[0], unasked);
  for (const expect of [
    { path: { client1: ['server-a'] } },
    { cost: { client1: 1 } },
    { rtt: { client1: '1s' } },
    { fate: { client1: 'answered' } },
    { status: { client1: 200 } },
    { output: { client1: 'x' } },
    { replies: { client1: 0 } },
  ] as const) {
    t.like(judge(expect, [])[0], unasked, JSON.stringify(expect));
  }
});

test('other clients are judged by themselves', (t) => {
  const answers = [answer('server-a'), answer('server-c', v4, { client: 'client2' })];
  t.deepEqual(
    judge({ client1: 'server-a', client2: 'server-c' }, answers).map(({ verdict }) => verdict),
    ['pass', 'pass'],
  );
});

test('a set of clients is one expectation, and it is told for whom it does not hold', (t) => {
  const answers = [answer('server-a'), answer('server-b', v4, { client: 'client2' })];
  t.deepEqual(judge({ all: 'server-a', 'client1+client2': 'server-b' }, answers), [
    { text: 'all clients are answered by server-a', verdict: 'fail', seen: `server-b at ${v4} for client2` },
    { text: 'client1 and client2 are answered by server-b', verdict: 'fail', seen: `server-a at ${v4} for client1` },
  ]);
  t.is(judgeSeen(expecting({ all: 'server-a' }, ['client1']), answers)[0]?.text, 'the client is answered by server-a');
});

test('a way is right hop by hop: none more, none less, none silent', (t) => {
  const on = (...path: readonly (string | null)[]): Seen => ({ ...answer('server-a'), path });
  const expect = { path: { client1: ['router1', 'server-a'] } };
  const text = "client1's queries pass router1 > server-a";
  t.deepEqual(judge(expect, [on('router1', 'server-a')]), [{ text, verdict: 'pass' }]);
  t.deepEqual(judge(expect, [on('router1', 'router2', 'server-a')]), [
    { text, verdict: 'fail', seen: `router1 > router2 > server-a at ${v4}` },
  ]);
  t.like(judge(expect, [on(null, 'server-a')])[0], { verdict: 'fail', seen: `* > server-a at ${v4}` });
  t.like(judge(expect, [on('router1')])[0], { verdict: 'fail', seen: `router1 at ${v4}` });
  t.like(judge(expect, [on()])[0], { verdict: 'fail', seen: `no path at ${v4}` });
});

test('a cost that is not known is not the one that is expected, not even 0', (t) => {
  const of = (cost: number | null): Seen => ({ ...answer('server-a'), cost });
  t.deepEqual(judge({ cost: { client1: 2 } }, [of(2)]), [{ text: "client1's path costs 2", verdict: 'pass' }]);
  t.like(judge({ cost: { client1: 2 } }, [of(3)])[0], { verdict: 'fail', seen: `3 at ${v4}` });
  t.like(judge({ cost: { client1: 0 } }, [of(null)])[0], { verdict: 'fail', seen: `no known cost at ${v4}` });
  t.like(judge({ cost: { client1: 0 } }, [of(0)])[0], { verdict: 'pass' });
});

test('a round trip may take as long as is said, and no answer is no round trip', (t) => {
  const of = (rttMs: number | null): Seen => ({ ...answer('server-a'), rttMs });
  t.deepEqual(judge({ rtt: { client1: '20ms' } }, [of(20)]), [
    { text: "client1's round trips take at most 20ms", verdict: 'pass' },
  ]);
  t.like(judge({ rtt: { client1: '20ms' } }, [of(20.4), of(19)])[0], { verdict: 'fail' });
  t.like(judge({ rtt: { client1: '20ms' } }, [of(null)])[0], { verdict: 'fail', seen: `no answer at ${v4}` });
});

test('fates, statuses and outputs are those of every probe, or it is said which other one there was', (t) => {
  const probe: Seen = {
    client: 'client1',
    service: null,
    address: '192.0.2.80',
    instance: null,
    rttMs: 1,
    fate: 'answered',
    status: 503,
    output: 'busy\nserver-b\n',
  };
  t.deepEqual(judge({ fate: { client1: 'loop' } }, [probe, { ...probe, fate: 'loop' }]), [
    { text: "client1's queries are loop", verdict: 'fail', seen: 'answered at 192.0.2.80 (1 of 2 flows)' },
  ]);
  t.deepEqual(judge({ status: { client1: 503 } }, [probe]), [{ text: 'client1 gets status 503', verdict: 'pass' }]);
  t.deepEqual(judge({ status: { 'client1+client2': 200 } }, [probe]), [
    { text: 'client1 and client2 get status 200', verdict: 'fail', seen: '503 at 192.0.2.80 for client1' },
  ]);
  t.like(judge({ status: { client1: 200 } }, [{ ...probe, status: null, fate: 'silent' }])[0], {
    verdict: 'fail',
    seen: 'silent at 192.0.2.80',
  });
  t.deepEqual(judge({ output: { client1: 'server-b' } }, [probe]), [
    { text: 'client1 reads server-b', verdict: 'pass' },
  ]);
  t.like(
    judge({ output: { client1: '/^server-[bc]$/' } }, [probe])[0],
    { verdict: 'pass' },
    'a regular expression looks at each line',
  );
  t.like(judge({ output: { client1: '/^server$/' } }, [probe])[0], {
    verdict: 'fail',
    seen: '"busy\\nserver-b\\n" at 192.0.2.80',
  });
  t.like(judge({ output: { client1: 'x' } }, [{ ...probe, output: '', fate: 'refused' }])[0], {
    verdict: 'fail',
    seen: 'refused at 192.0.2.80',
  });
});

test('a command has no address, and none is told', (t) => {
  const command: Seen = {
    client: 'client1',
    service: null,
    address: '',
    instance: null,
    rttMs: null,
    fate: 'answered',
    status: 1,
    output: '',
  };
  t.like(judge({ status: { client1: 0 } }, [command])[0], { verdict: 'fail', seen: '1' });
});

test('of probes some may be lost, and it is counted how many, and what became of them', (t) => {
  const probe = (fate: Fate): Seen => ({ ...answer(fate === 'answered' ? 'server-a' : null), fate });
  const seen = [probe('answered'), probe('silent'), probe('loop'), probe('silent')];
  t.deepEqual(judge({ lost: 3 }, seen), [
    { text: 'no more than 3 of 4 probes are lost', verdict: 'pass', measured: 3 },
  ]);
  t.deepEqual(judge({ lost: 1 }, seen), [
    { text: 'no more than 1 of 4 probes is lost', verdict: 'fail', seen: '3: silent, loop', measured: 3 },
  ]);
  t.deepEqual(judge({ lost: 0 }, [answer(null)]), [], 'what has no fate is no probe');
});

test('replies are counted, or named: exactly one from each', (t) => {
  const seen = (...replies: readonly string[]): readonly Seen[] => [
    { ...answer(null), kind: 'poll', fate: replies.length > 0 ? 'answered' : 'silent', replies },
  ];
  const three = seen('server-c', 'server-a', 'server-b');
  t.deepEqual(judge({ replies: { client1: 3 } }, three), [
    { text: "client1's requests get 3 replies", verdict: 'pass' },
  ]);
  t.deepEqual(judge({ replies: { client1: ['server-a', 'server-b', 'server-c'] } }, three), [
    { text: "client1's requests get one reply each from server-a, server-b and server-c", verdict: 'pass' },
  ]);
  t.deepEqual(judge({ replies: { client1: 1 } }, three), [
    {
      text: "client1's requests get one reply",
      verdict: 'fail',
      seen: `3: server-a, server-b, server-c at ${v4}`,
    },
  ]);
  t.like(judge({ replies: { client1: ['server-a', 'server-b'] } }, seen('server-a', 'server-a'))[0], {
    verdict: 'fail',
    seen: `2: server-a, server-a at ${v4}`,
  });
  t.like(judge({ replies: { client1: ['server-a'] } }, seen('server-a', 'server-a'))[0], { verdict: 'fail' });
  t.like(judge({ replies: { client1: 0 } }, seen())[0], { text: "client1's requests get no reply", verdict: 'pass' });
  t.like(judge({ replies: { client1: ['server-a'] } }, seen())[0], {
    text: "client1's requests get one reply, from server-a",
    verdict: 'fail',
    seen: `no reply at ${v4}`,
  });
});

test('every verdict says after what it was looked', (t) => {
  t.is(
    judge({ client1: 'server-a' }, [answer('server-a')], 'in probe dns from all, ')[0]?.text,
    'in probe dns from all, client1 is answered by server-a',
  );
});

test('an answer is what was observed, without the flow it came by', (t) => {
  t.deepEqual(toAnswer({ ...answer('server-a'), sourcePort: 40_000 }), answer('server-a'));
});

test('over equal ways every flow is judged, and it is told how many came to what', (t) => {
  const seen = (instance: string, sourcePort: number) => ({
    kind: 'dns' as const,
    client: 'client1',
    service: 'dns',
    address: '192.0.2.53',
    instance,
    rttMs: 1,
    sourcePort,
    equal: { ways: 2, risk: 1e-7 },
  });
  const flows = [seen('server-a', 1), seen('server-b', 2), seen('server-a', 3)];
  t.like(judgeSeen(expecting({ client1: 'server-a' }), flows)[0], {
    verdict: 'fail',
    seen: 'server-b at 192.0.2.53 (1 of 3 flows)',
  });
  t.like(judgeSeen(expecting({ client1: ['server-a', 'server-b'] }), flows)[0], { verdict: 'pass' });
  const merged = withoutRepeats(flows);
  t.is(merged.length, 1);
  t.like(merged[0], {
    instance: 'server-a',
    flows: {
      asked: 3,
      answers: [
        { instance: 'server-a', flows: 2 },
        { instance: 'server-b', flows: 1 },
      ],
    },
  });
  t.like(judgeSeen(expecting({ client1: 'server-a' }), merged)[0], {
    verdict: 'fail',
    seen: 'server-b at 192.0.2.53 (1 of 3 flows)',
  });
  const few = flows.map((each) => ({ ...each, equal: { ways: 2, risk: 0.25 } }));
  t.like(judgeSeen(expecting({ client1: ['server-a', 'server-b'] }), few)[0], { verdict: 'inconclusive' });
});

test('what is said by client of one service, or of one address, is judged there alone, and named', (t) => {
  const seen = [
    { ...answer('server-a'), path: ['router1', 'server-a'] },
    { ...answer('server-a', v6), cost: 2, path: ['router2', 'server-a'] },
    { ...answer('server-b', '192.0.2.80', { service: 'web' }), cost: 7, path: ['server-b'] },
  ];
  t.deepEqual(
    judge({ cost: { client1: { web: 7, [v4]: 1, dns: 1 } }, path: { client1: { [v6]: ['server-a'] } } }, seen),
    [
      { text: `client1's queries pass server-a for ${v6}`, verdict: 'fail', seen: `router2 > server-a at ${v6}` },
      { text: "client1's path costs 7 for web", verdict: 'pass' },
      { text: `client1's path costs 1 for ${v4}`, verdict: 'pass' },
      { text: "client1's path costs 1 for dns", verdict: 'fail', seen: `2 at ${v6}` },
    ],
  );
  t.deepEqual(judge({ client1: { [v4]: 'server-a', '192.0.2.80': 'server-a' } }, seen), [
    { text: `client1 is answered by server-a for ${v4}`, verdict: 'pass' },
    { text: 'client1 is answered by server-a for 192.0.2.80', verdict: 'fail', seen: 'server-b at 192.0.2.80' },
  ]);
  t.like(judge({ cost: { client1: { smtp: 1 } } }, seen)[0], {
    verdict: 'fail',
    seen: 'no query from that client to that service',
  });
});

test('a probe may lose some of one service, and none of another', (t) => {
  const one = (service: string, address: string, fate: Fate): Seen => ({ ...answer(null, address, { service }), fate });
  const seen = [one('dns', v4, 'answered'), one('web', '192.0.2.80', 'silent'), one('web', '192.0.2.80', 'answered')];
  t.deepEqual(judge({ lost: { dns: 0, web: 0 }, fate: { client1: { dns: 'answered' } } }, seen), [
    { text: "client1's queries are answered for dns", verdict: 'pass' },
    { text: 'no more than 0 of 1 probes are lost for dns', verdict: 'pass', measured: 0 },
    { text: 'no more than 0 of 2 probes are lost for web', verdict: 'fail', seen: '1: silent', measured: 1 },
  ]);
});
