import test from 'ava';
import { beginSession, CollidedSessions } from '../../../../src/agent/routing/collided-sessions.js';
import type { LackingSession } from '../../../../src/protocol/lacking.js';
import { planOf, twoSystems } from '../../plan/plan-of.js';

const plan = planOf(twoSystems('192.0.2.53'));
const sessionOf = (name: string, neighbor: string) => {
  const found = plan.nodes
    .find((node) => node.name === name)
    ?.routing?.bgp?.sessions.find((session) => session.neighbor === neighbor);
  if (found === undefined) throw new Error(`${name} has no session with ${neighbor}`);
  return found;
};
const between = sessionOf('router1', 'router2');
const lacking = (node: string, neighbor: string, state: string, reason: string | null): LackingSession => {
  const { neighborAddress, neighborAsn, family } = sessionOf(node, neighbor);
  const trouble = { cause: 'not-established', state, reason } as const;
  return { kind: 'session', node, neighbor, neighborAddress, neighborAsn, family, trouble };
};
const one = (reason: string | null, state = 'Idle') => lacking('router1', 'router2', state, reason);
const other = (reason: string | null, state = 'Idle') => lacking('router2', 'router1', state, reason);

test('a session that collided is begun again by one end, once both lie idle at two looks', (t) => {
  const sessions = new CollidedSessions(plan);
  t.deepEqual(sessions.look([one('Peer closed the session'), other('No AFI/SAFI activated for peer')]), []);
  t.deepEqual(sessions.look([one('Peer closed the session'), other('No AFI/SAFI activated for peer')]), [
    { node: 'router1', session: between },
  ]);
});

test('what an earlier look saw is no look of its own', (t) => {
  const sessions = new CollidedSessions(plan);
  const seen = [one('Peer closed the session'), other(null, 'Active')];
  sessions.look(seen);
  t.deepEqual(sessions.look(seen), []);
});

test('an end that is setting up a connection is left alone', (t) => {
  for (const state of ['Connect', 'OpenSent', 'OpenConfirm']) {
    const sessions = new CollidedSessions(plan);
    sessions.look([one('Peer closed the session'), other(null, state)]);
    t.deepEqual(sessions.look([one('Peer closed the session'), other(null, state)]), [], state);
  }
});

test('an end that thinks the session is up is left alone', (t) => {
  const sessions = new CollidedSessions(plan);
  sessions.look([one('Peer closed the session')]);
  t.deepEqual(sessions.look([one('Peer closed the session')]), []);
});

test('a session that waits for a route is left alone', (t) => {
  const sessions = new CollidedSessions(plan);
  const waiting = 'Waiting for NHT';
  sessions.look([one(waiting), other(waiting)]);
  t.deepEqual(sessions.look([one(waiting), other(waiting)]), []);
});

test('to begin it leaves the configuration as it was', (t) => {
  const lines = beginSession(65001, between);
  t.is(lines.filter((line) => line === `neighbor ${between.neighborAddress} activate`).length, 1);
  t.true(
    lines.indexOf(`neighbor ${between.neighborAddress} timers connect 1`) >
      lines.indexOf(`no neighbor ${between.neighborAddress} activate`),
  );
  t.is(lines.at(-1), `neighbor ${between.neighborAddress} activate`);
});
