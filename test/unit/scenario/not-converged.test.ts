import test from 'ava';
import type { Lacking } from '../../../src/protocol/lacking.js';
import { notConverged } from '../../../src/scenario/not-converged.js';
import { planOf, twoEqualWays } from '../plan/plan-of.js';

const route: Lacking = { kind: 'route', node: 'router1', destination: '192.0.2.53/32', state: 'missing' };
const session: Lacking = {
  kind: 'session',
  node: 'router1',
  neighbor: 'router2',
  neighborAddress: '10.0.0.1',
  neighborAsn: 65_002,
  family: 'ipv4',
  trouble: { cause: 'not-established', state: 'Active', reason: null },
};
const plan = planOf(twoEqualWays);
const error = (lacking: readonly Lacking[], ofPlan = plan) =>
  notConverged({ converged: false, convergeMs: 1, lacking }, 20_000, ofPlan);

test('what did not converge is told, the first five things by name', (t) => {
  const { code, message } = error([route, { kind: 'quiet', quietMs: 2000 }, route, route, route, session, session]);
  t.is(code, 'NOT_CONVERGED');
  t.regex(message, /^routing did not converge within 20 s: router1: no route to 192\.0\.2\.53\/32; routes, links/);
  t.regex(message, /; and 2 more$/);
});

test('the hint of what did not converge follows from what is lacking, and from lines of the file', (t) => {
  const ownLines = planOf(
    twoEqualWays.replace('router1:  {kind: router}', 'router1: {kind: router, frr: "ip protocol ospf route-map x"}'),
  );
  t.regex(error([route]).hint ?? '', /short of CPU time/);
  t.regex(error([route, session]).hint ?? '', /the "frr:" lines at both ends of that session/);
  t.true(ownLines.nodes.some(({ routing }) => routing?.extraLines !== undefined));
  t.regex(error([route], ownLines).hint ?? '', /forecast: off .* --no-forecast/);
  t.regex(error([session], ownLines).hint ?? '', /both ends of that session/);
  t.regex(error([route], { ...ownLines, forecast: 'off' }).hint ?? '', /short of CPU time/);
});
