import test from 'ava';
import type { ObservedChange } from '../../../src/protocol/observations.js';
import type { NoiseWithin } from '../../../src/protocol/timeline.js';
import { overFlows } from '../../../src/measure/over-flows.js';
import { change, judge, quiet, v4, v6 } from './seen-change.js';

const inTime = { client1: 'server-b', within: '1s' };

test('a step holds when the right instance answers at every address in time, and tells the slowest', (t) => {
  t.deepEqual(judge(inTime, [change('server-b', 20), change('server-b', 999, v6)]), [
    { text: 'after fail server-a, client1 is answered by server-b within 1s', verdict: 'pass', measured: 999 },
  ]);
  t.deepEqual(judge({}, [change(null, null)]), []);
});

test('an answer that comes late is as wrong as none, and says how late', (t) => {
  t.deepEqual(
    judge({ client1: 'server-b', within: '500ms' }, [change('server-b', 20), change('server-b', 1203.6, v6)]),
    [
      {
        text: 'after fail server-a, client1 is answered by server-b within 500ms',
        verdict: 'fail',
        seen: `server-b at ${v6} held at 1.204s, deadline 500ms`,
        measured: 1203.6,
      },
    ],
  );
});

test('the wrong instance after a step is told, and so is nobody', (t) => {
  t.like(judge(inTime, [change('server-c', 20), change(null, null, v6)])[0], {
    verdict: 'fail',
    seen: `server-c at ${v4}, no answer at ${v6}`,
  });
  t.like(judge({ client1: 'nobody' }, [change(null, null), change(null, null, v6)])[0], { verdict: 'pass' });
});

test('who answered before and answers still needed no time', (t) => {
  t.like(judge({ client1: 'server-a', within: '1ms' }, [{ ...change('server-a', null), lost: 0, outageMs: 0 }])[0], {
    verdict: 'pass',
  });
});

test('an instance that answers again only after the time that was given came late', (t) => {
  const back = { ...change('server-a', null), lost: 3000, outageMs: 3000, steadySinceMs: 3000 };
  t.like(judge({ client1: 'server-a', within: '1s' }, [back])[0], { verdict: 'fail' });
});

test('what answers in time but is lost again later has not held in time', (t) => {
  t.like(judge(inTime, [{ ...change('server-b', 20), steadySinceMs: 1500 }])[0], {
    verdict: 'fail',
    seen: `server-b at ${v4} held at 1.5s, deadline 1s`,
  });
});

test('a step about a client that asks nothing does not hold', (t) => {
  t.like(judge(inTime, [])[0], { verdict: 'fail', seen: 'no query from that client to that service' });
});

test('what the gaps between probes could decide is inconclusive, whichever side it was measured on', (t) => {
  const with20 = (after: string, switchMs: number): readonly ObservedChange[] => [
    { ...change(after, switchMs), maxSendGapMs: 20 },
  ];
  for (const switchMs of [990, 1010])
    t.like(judge(inTime, with20('server-b', switchMs)), [{ verdict: 'inconclusive', measured: switchMs }]);
  t.like(judge(inTime, with20('server-b', 970)), [{ verdict: 'pass' }]);
  t.like(judge(inTime, with20('server-b', 1030)), [{ verdict: 'fail' }]);
  t.like(judge(inTime, with20('server-c', 1000)), [{ verdict: 'fail' }], 'a wrong answer is wrong at any time');
});

test('a machine that kept processes waiting may have made it late, never early', (t) => {
  const noise = { ...quiet, stealMs: 300, cpuPressureMs: 100 };
  t.like(judge(inTime, [change('server-b', 1300)], { noise })[0], { verdict: 'inconclusive' });
  t.like(judge(inTime, [change('server-b', 1500)], { noise })[0], { verdict: 'fail' });
  t.like(judge(inTime, [change('server-b', 990)], { noise })[0], { verdict: 'pass' });
});

test('a wrong answer is inconclusive only where nothing settled on a machine that was too busy', (t) => {
  const noise = { ...quiet, stealMs: 6000 };
  const seen = { settled: false, settleMs: 10_000, noise };
  t.like(judge(inTime, [change('server-a', null)], seen)[0], { verdict: 'inconclusive' });
  t.like(judge(inTime, [change('server-a', null)], { ...seen, settled: true })[0], { verdict: 'fail' });
  t.like(judge(inTime, [change('server-a', null)], { ...seen, noise: quiet })[0], { verdict: 'fail' });
});

test('an outage and a loss have limits, for every flow that is answered in the end', (t) => {
  const seen = { ...change('server-b', 20), maxSendGapMs: 2 };
  t.deepEqual(judge({ outage: '100ms' }, [seen]), [
    { text: 'after fail server-a, no outage is longer than 100ms', verdict: 'pass', measured: 15 },
  ]);
  t.like(judge({ outage: '10ms' }, [seen]), [{ verdict: 'fail', seen: '15ms for client1 at 192.0.2.53' }]);
  t.like(judge({ outage: '16ms' }, [seen]), [{ verdict: 'inconclusive' }]);
  t.like(
    judge({ outage: '0ms' }, [{ ...seen, outageMs: 0, lost: 0 }]),
    [{ verdict: 'pass' }],
    'nothing lost is no matter of timing',
  );
  t.like(
    judge({ outage: '0ms', lost: 0 }, [change(null, null)]),
    [{ verdict: 'pass' }, { verdict: 'pass' }],
    'who is cut off in the end is for an expectation of its own',
  );
  t.like(judge({ lost: 15 }, [seen]), [{ verdict: 'pass', measured: 15 }]);
  t.regex(judge({ lost: 3 }, [seen, { ...seen, service: 'web' }])[0]?.seen ?? '', /^15 for client1 at dns \(192/);
  t.like(judge({ minLost: 15, minOutage: '10ms' }, [seen]), [
    { verdict: 'pass', text: 'after fail server-a, an outage is longer than 10ms', measured: 15 },
    { verdict: 'pass', text: 'after fail server-a, a flow loses 15 or more probes', measured: 15 },
  ]);
  t.like(judge({ minLost: 16, minOutage: '1s' }, [seen]), [
    { verdict: 'fail', seen: 'no more than 15' },
    { verdict: 'fail', seen: 'no more than 15' },
  ]);
  t.deepEqual(
    judge({ minLost: 1, minOutage: '1ms' }, []).map(({ verdict }) => verdict),
    ['fail', 'fail'],
    'what nobody asks hurts nobody',
  );
  t.like(judge({ outage: '0ms', lost: 0 }, []), [
    { verdict: 'fail', seen: 'no client asks' },
    { verdict: 'fail', seen: 'no client asks' },
  ]);
});

test('probes that a busy machine may have lost are inconclusive', (t) => {
  const seen = { ...change('server-b', 20), lost: 3, sent: 2000 };
  t.like(judge({ lost: 0 }, [seen], { noise: { ...quiet, cpuPressureMs: 10 } }), [
    { verdict: 'inconclusive', measured: 3 },
  ]);
  t.like(
    judge({ lost: 0 }, [seen, change('server-b', 20, v6)], { noise: { ...quiet, cpuPressureMs: 10 } }),
    [{ verdict: 'fail' }],
    'one flow lost more than that',
  );
});

test('answers are stable when the last ones of every flow are all by one instance for so long', (t) => {
  const text = 'after fail server-a, answers stay as they are for 1s';
  t.deepEqual(judge({ stable: '1s' }, [change('server-b', 200)]), [{ text, verdict: 'pass', measured: 1800 }]);
  t.like(
    judge({ stable: '1s' }, [
      change('server-b', 200),
      { ...change('server-b', 200, v6), steadySinceMs: 1600, wrong: 3 },
    ]),
    [{ text, verdict: 'fail', seen: `client1 at ${v6} only for the last 400ms`, measured: 400 }],
  );
  t.like(judge({ stable: '1s' }, [change(null, null)]), [{ verdict: 'pass' }], 'silence is as stable as any answer');
  t.like(judge({ stable: '1s' }, []), [{ verdict: 'fail', seen: 'no client asks' }]);
});

test('losses on a machine that was too busy say nothing of stability; answers by another instance do', (t) => {
  const late = { ...change('server-b', 200), steadySinceMs: 1600 };
  const noise = { ...quiet, stealMs: 1500 };
  t.like(judge({ stable: '1s' }, [late], { noise }), [{ verdict: 'inconclusive' }]);
  t.like(judge({ stable: '1s' }, [{ ...late, wrong: 1 }], { noise }), [{ verdict: 'fail' }]);
});

test('who moves is counted by client, or named, all and nobody else', (t) => {
  const moved = [
    change('server-b', 20),
    change('server-b', 20, v6),
    { ...change('server-a', null), client: 'client2' },
  ];
  t.like(judge({ moved: 1 }, moved), [
    { text: 'after fail server-a, no more than 1 client moves', verdict: 'pass', measured: 1 },
  ]);
  t.like(judge({ moved: 0 }, moved), [{ verdict: 'fail', seen: 'client1 moved' }]);
  t.like(judge({ moved: ['client1'] }, moved), [
    { text: 'after fail server-a, client1 moves and no other client', verdict: 'pass' },
  ]);
  t.like(judge({ moved: ['client1', 'client2'] }, moved), [
    { text: 'after fail server-a, client1, client2 move and no other client', verdict: 'fail', seen: 'client1 moved' },
  ]);
  t.like(judge({ moved: [] }, moved), [{ text: 'after fail server-a, no client moves', verdict: 'fail' }]);
  t.like(judge({ moved: ['client1'] }, []), [{ verdict: 'fail', seen: 'no client moved' }]);
});

test('who is named twice need move only once', (t) => {
  t.like(judge({ moved: ['client1', 'client1'] }, [change('server-b', 20)]), [{ verdict: 'pass' }]);
});

test('who moves without need is counted by client', (t) => {
  const stray = { ...change('server-b', 20), isCollateral: true };
  t.like(judge({ collateral: 0 }, [stray, { ...stray, address: v6 }]), [
    { verdict: 'fail', seen: '1: client1', measured: 1 },
  ]);
  t.like(judge({ collateral: 0 }, [change('server-b', 20)]), [{ verdict: 'pass', measured: 0 }]);
});

test('second answers are counted over all flows', (t) => {
  const twice = { ...change('server-b', 20), duplicates: 2 };
  t.like(judge({ duplicates: 3 }, [twice, { ...twice, address: v6 }]), [
    {
      text: 'after fail server-a, no more than 3 queries are answered twice',
      verdict: 'fail',
      seen: '4',
      measured: 4,
    },
  ]);
  t.like(judge({ duplicates: 4 }, [twice, { ...twice, address: v6 }]), [{ verdict: 'pass' }]);
});

test('connections must have been open to show that they do not break', (t) => {
  t.like(judge({ brokenFlows: 0 }, [change('server-b', 20)]), [{ verdict: 'fail', seen: 'no connection was open' }]);
  t.like(
    judge({ brokenFlows: 0 }, [change('server-b', 20)], { connections: { open: 2, broken: 0, risk: 0, each: [] } }),
    [{ text: 'after fail server-a, no more than 0 TCP connections break', verdict: 'pass' }],
  );
  t.like(
    judge({ brokenFlows: 0 }, [change('server-b', 20)], { connections: { open: 2, broken: 1, risk: 0, each: [] } }),
    [{ verdict: 'fail', seen: '1 of 2', measured: 1 }],
  );
});

test('so many connections must break, of those that were open', (t) => {
  const after = [change('server-b', 20)];
  t.like(judge({ minBrokenFlows: 1 }, after), [{ verdict: 'fail', seen: '0 of 0' }]);
  t.like(judge({ minBrokenFlows: 2 }, after, { connections: { open: 4, broken: 2, risk: 0, each: [] } }), [
    { text: 'after fail server-a, 2 or more TCP connections break', verdict: 'pass', measured: 2 },
  ]);
  t.like(judge({ minBrokenFlows: 3 }, after, { connections: { open: 4, broken: 2, risk: 0, each: [] } }), [
    { verdict: 'fail', seen: '2 of 4', measured: 2 },
  ]);
});

test('limits of one are said in the singular', (t) => {
  const expect = { lost: 1, duplicates: 1, moved: 1, collateral: 1, brokenFlows: 1 };
  t.deepEqual(
    judge(expect, [change('server-b', 20)]).map(({ text }) => text.replace('after fail server-a, ', '')),
    [
      'no flow loses more than 1 probe',
      'no more than 1 query is answered twice',
      'no more than 1 client moves',
      'no more than 1 client moves without need',
      'no more than 1 TCP connection breaks',
    ],
  );
});

/** What several flows of client1 saw, the first one worst. */
function over(each: readonly ObservedChange[], risk = 1e-7): ObservedChange {
  return overFlows(
    { ways: 2, risk },
    each.map((flow, nth) => ({ ...flow, sourcePort: 40_000 + nth })),
  );
}

const unmoved: ObservedChange = { ...change('server-a', null), outageMs: 0, lost: 0, fates: {} };
const out: ObservedChange = { ...unmoved, outageMs: 3700, lost: 3700, steadySinceMs: 3700, sent: 4000 };

test('an outage of some flows is that of the worst of them, however many felt nothing', (t) => {
  t.like(judge({ outage: '1s' }, [over([unmoved, unmoved, out])])[0], {
    verdict: 'fail',
    measured: 3700,
    seen: `3.7s for client1 at ${v4} (1 of 3 flows)`,
  });
  t.like(judge({ lost: 100 }, [over([unmoved, out, out])])[0], {
    verdict: 'fail',
    seen: `3700 for client1 at ${v4} (2 of 3 flows)`,
  });
  t.like(judge({ client1: 'server-a', within: '1s' }, [over([unmoved, out])])[0], {
    verdict: 'fail',
    seen: `server-a at ${v4} held at 3.7s, deadline 1s (1 of 2 flows)`,
  });
  t.like(judge({ stable: '1s' }, [over([unmoved, { ...out, watchedMs: 4000 }])])[0], { verdict: 'fail' });
});

test('flows that nobody answers are an outage where others of the same client are answered', (t) => {
  const cut = { ...unmoved, after: null, outageMs: null, lost: 90 };
  t.like(judge({ outage: '1s' }, [over([unmoved, cut])])[0], {
    verdict: 'fail',
    seen: `no end for client1 at ${v4} (1 of 2 flows)`,
  });
  t.like(
    judge({ outage: '1s' }, [over([cut, cut])])[0],
    { verdict: 'pass' },
    'who is cut off as a whole is so on purpose',
  );
});

test('one instance that is expected where flows are answered by two is no pass', (t) => {
  const moved = { ...unmoved, after: 'server-b', switchMs: 3 };
  t.like(judge(inTime, [over([moved, unmoved])])[0], { verdict: 'fail', seen: `server-a at ${v4} (1 of 2 flows)` });
  t.like(judge({ client1: ['server-a', 'server-b'] }, [over([moved, unmoved])])[0], { verdict: 'pass' });
  t.like(judge({ moved: [] }, [over([unmoved, moved])])[0], { verdict: 'fail' });
});

test('what flows cannot tell of every equal way is inconclusive and says so, unless they tell of a failure', (t) => {
  const few = 0.125;
  const because =
    /2 flows of client1 to 192\.0\.2\.53 for 2 equal next hops: with a probability of up to 13% one of them carried none/;
  for (const expect of [
    { outage: '1s' },
    { lost: 5 },
    { moved: [] },
    { collateral: 0 },
    { client1: 'server-a' },
  ] as const) {
    const [verdict] = judge(expect, [over([unmoved, unmoved], few)]);
    t.is(verdict?.verdict, 'inconclusive', JSON.stringify(expect));
    t.regex(verdict?.seen ?? '', because);
  }
  t.like(judge({ outage: '1s' }, [over([unmoved, out], few)])[0], { verdict: 'fail' });
  t.like(judge({ brokenFlows: 0 }, [unmoved], { connections: { open: 4, broken: 0, risk: few, each: [] } })[0], {
    verdict: 'inconclusive',
  });
  t.like(judge({ brokenFlows: 0 }, [unmoved], { connections: { open: 4, broken: 1, risk: few, each: [] } })[0], {
    verdict: 'fail',
  });
});

/** An outage of 250 ms, with the noise that fell into it. */
function outageWith(noise: NoiseWithin, sendGapMs = 5): ObservedChange {
  return {
    ...unmoved,
    outageMs: 250,
    lost: 240,
    sent: 900,
    steadySinceMs: 250,
    outageBounds: { leastMs: 248, mostMs: 252, sendGapMs, noise },
  };
}

test('an outage whose least is still above its bound fails, however busy the machine was before and after it', (t) => {
  const noise = { ...quiet, stealMs: 400, cpuPressureMs: 3000 };
  const busy = { stealMs: 0, cpuPressureMs: 250, waitedMs: 40 };
  t.like(judge({ outage: '100ms' }, [outageWith(busy)], { noise })[0], {
    verdict: 'fail',
    seen: `250ms for client1 at ${v4}`,
  });
  t.like(judge({ outage: '100ms' }, [outageWith({ ...busy, waitedMs: 140 })], { noise })[0], {
    verdict: 'inconclusive',
    seen: `250ms for client1 at ${v4}, of which the machine may have caused up to 155ms`,
  });
  t.like(
    judge({ outage: '100ms' }, [outageWith({ ...busy, stealMs: 100 })], { noise })[0],
    { verdict: 'inconclusive' },
    "time that was stolen was nobody's",
  );
  t.like(
    judge({ outage: '100ms' }, [outageWith(busy, 40)], { noise })[0],
    { verdict: 'inconclusive' },
    'the agent itself was late',
  );
  t.like(
    judge({ outage: '100ms' }, [outageWith({ ...busy, waitedMs: null })], { noise })[0],
    { verdict: 'inconclusive' },
    'nobody says who waited',
  );
  t.like(
    judge({ outage: '100ms' }, [outageWith({ stealMs: 0, cpuPressureMs: 20, waitedMs: 500 })], { noise })[0],
    { verdict: 'fail' },
    'no more was waited than anybody waited',
  );
});

test('a bound that an outage keeps with all that its probes leave open is kept on a busy machine too', (t) => {
  const busy = { stealMs: 100, cpuPressureMs: 250, waitedMs: 250 };
  t.like(judge({ outage: '252ms' }, [{ ...outageWith(busy), maxSendGapMs: 80 }])[0], { verdict: 'pass' });
  t.like(judge({ outage: '251ms' }, [outageWith(busy)])[0], { verdict: 'inconclusive' });
});

test('what the timer of a watcher took by itself is no noise, however busy the machine was', (t) => {
  const busy = { stealMs: 0, cpuPressureMs: 2500, waitedMs: 2900 };
  const { outageBounds, ...seen } = outageWith(busy, 60);
  const byTimers: ObservedChange = {
    ...seen,
    ...(outageBounds && { outageBounds: { ...outageBounds, timersMs: 150 } }),
  };
  t.like(judge({ outage: '149ms' }, [byTimers])[0], { verdict: 'fail' });
  t.like(judge({ outage: '150ms' }, [byTimers])[0], {
    verdict: 'inconclusive',
    seen: `250ms for client1 at ${v4}, of which the machine may have caused up to 102ms`,
  });
  t.is(judge({ minLost: 1 }, [byTimers])[0]?.verdict, 'pass');
  t.is(judge({ minLost: 200 }, [byTimers])[0]?.verdict, 'inconclusive');
  t.is(judge({ minLost: 1 }, [outageWith(busy, 60)])[0]?.verdict, 'inconclusive', 'nobody knows of a timer');
});
