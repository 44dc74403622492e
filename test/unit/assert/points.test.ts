import test from 'ava';
import { judgeDiagnosis, pointsExpected, pointsReached, withPoints } from '../../../src/assert/points.js';
import { topologyOf, twoEqualWays } from '../plan/plan-of.js';

const points = (rest: string): number => pointsExpected(topologyOf(`${twoEqualWays}${rest}`));

test('a file that expects nothing has no points', (t) => {
  t.is(points(''), 0);
  t.is(points('scenario: [{fail: server-a}, {restore: server-a}]'), 0);
});

test('each client, or set of clients, of an expectation is a point, and so is each route', (t) => {
  t.is(points('expect: {client1: server-a}'), 1);
  t.is(
    points(
      'expect: {all: [server-a, server-b], client1: {service: server-a}, path: {client1: [router1]}, cost: {client1: 2}, rtt: {all: 1s}}',
    ),
    5,
  );
  t.is(
    points(
      'expect: {fib: {router1: {service: router2, 198.51.100.0/24: none}, router2: {service: server-a}}, rib: {router1: {service: router2}}}',
    ),
    4,
  );
  t.is(points('expect: {client1: {server-a: 50% +- 5%, server-b: 50% +- 5%}}'), 1, 'shares are judged together');
});

test('limits and stability of a change are a point each; how long it may take, and how sure it must be, are none', (t) => {
  t.is(
    points(
      'scenario: [{fail: server-a, expect: {client1: server-b, within: 2s, stable: 1s, outage: 1s, lost: 0, duplicates: 0, brokenFlows: 0, moved: [client1], collateral: 0, confidence: 95%}}]',
    ),
    8,
  );
});

test('a look that must be stable has its points for what must be so', (t) => {
  t.is(
    points(
      'scenario: [{expect: {client1: server-a, stable: 1s}}, {wait-for: {client1: server-a, stable: 1s}}, {wait-for: settled}]',
    ),
    3,
  );
});

test('what is repeated counts in every round', (t) => {
  t.is(
    points(
      'scenario: [{repeat: 3, steps: [{fail: server-a, expect: {client1: server-b}}, {restore: server-a, expect: {client1: server-a, lost: 0}}]}]',
    ),
    9,
  );
});

test('a probe has a point for all that is expected of it', (t) => {
  t.is(
    points(
      'scenario: [{probe: http, expect: {status: {client1: 200}, output: {client1: server-a}, fate: {client1: answered}, lost: 0}}]',
    ),
    4,
  );
});

test('each verdict says what it is worth, where the file says so', (t) => {
  const graded = (rest: string) => topologyOf(`${twoEqualWays}expect: {client1: server-a}\n${rest}`);
  const verdict = (text: string) => ({ text, verdict: 'pass' as const });
  const steps = [{ verdicts: [verdict('step 1')] }, { verdicts: [verdict('step 2')] }];
  const seen = {
    verdicts: [verdict('first'), ...steps.flatMap(({ verdicts }) => verdicts), verdict('not played')],
    steps,
  };
  const worth = (rest: string) =>
    withPoints(graded(rest), seen, verdict('cause')).map(({ text, points: each }) => [text, each]);
  const scenario = 'scenario: [{fail: server-a, expect: {client1: server-b}, points: 5}, {restore: server-a}]';
  t.deepEqual(worth(`points: 2\n${scenario}\ncause: {is: server-a, points: 3}`), [
    ['first', 2],
    ['step 1', 5],
    ['step 2', 1],
    ['not played', undefined],
    ['cause', 3],
  ]);
  t.true(
    worth('cause: {is: server-a}').every(([, each]) => each === undefined),
    'all are worth one',
  );
});

test('expectations are worth what the file says, and the right diagnosis, too', (t) => {
  const rest = `
expect: {client1: server-a}
points: 2
scenario:
  - {fail: server-a, expect: {client1: server-b, outage: 1s}, points: 5}
  - {restore: server-a, expect: {client1: server-a}}
cause: {is: [router1/router2, dns@server-a], points: 3}
`;
  t.is(points(rest), 2 + 5 * 2 + 1 + 3);
  const topology = topologyOf(`${twoEqualWays}${rest}`);
  const came = (verdict: 'pass' | 'fail') => ({ text: '', verdict });
  const [held, failed] = [came('pass'), came('fail')];
  const seen = (first: readonly (typeof held)[], ...steps: readonly (readonly (typeof held)[])[]) => ({
    verdicts: [...first, ...steps.flat()],
    steps: steps.map((verdicts) => ({ verdicts })),
  });
  t.is(pointsReached(topology, seen([held], [held, held], [held]), held), points(rest));
  t.is(pointsReached(topology, seen([held], [held, failed], [failed]), failed), 2 + 5);
  t.is(pointsReached(topology, seen([failed]), held), 3, 'a lab that broke off leaves what was reached');
});

test('a diagnosis is right by any name of the cause', (t) => {
  const said = (diagnosis: string | undefined) =>
    judgeDiagnosis({ points: 1, cause: { is: ['router1/router2', 'dns@server-a'], points: 3 }, diagnosis });
  for (const right of ['router1/router2', ' Router2 / router1', 'dns@server-a'])
    t.is(said(right)?.verdict, 'pass', right);
  t.deepEqual(said('server-a'), { text: 'the diagnosis names the cause', verdict: 'fail', seen: '"server-a"' });
  t.is(said(undefined)?.seen, 'no diagnosis');
  t.is(judgeDiagnosis(undefined), undefined);
  t.is(judgeDiagnosis({ points: 1, cause: undefined, diagnosis: 'server-a' }), undefined);
});
