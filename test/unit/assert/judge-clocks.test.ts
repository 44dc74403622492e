import test from 'ava';
import { change, judge, quiet, v4 } from './seen-change.js';

test('a time from one machine to another is judged with how far their clocks may be apart, to both sides', (t) => {
  const apart = { noise: { ...quiet, clockMs: 30 } };
  const verdictAt = (ms: number): string | undefined =>
    judge({ client1: 'server-b', within: '500ms' }, [change('server-b', ms)], apart)[0]?.verdict;
  t.deepEqual([469, 470, 531, 532].map(verdictAt), ['pass', 'inconclusive', 'inconclusive', 'fail']);
  const [near] = judge({ client1: 'server-b', within: '500ms' }, [change('server-b', 490)], apart);
  t.is(
    near?.seen,
    `server-b at ${v4} held at 490ms, deadline 500ms, with up to 1ms between two probes, clocks of machines up to 30ms apart`,
  );
});

test('an outage is of one clock: how far others are apart does not matter', (t) => {
  const flow = [change('server-b', 20)];
  for (const outage of ['13ms', '16ms', '17ms'])
    t.deepEqual(judge({ outage }, flow, { noise: { ...quiet, clockMs: 300 } }), judge({ outage }, flow), outage);
});
