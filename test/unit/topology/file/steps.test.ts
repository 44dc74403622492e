import test from 'ava';
import { parseDuration } from '../../../../src/support/duration.js';
import type { Step } from '../../../../src/topology/model/step.js';
import { topologyOf, twoEqualWays } from '../../plan/plan-of.js';

const stepsOf = (steps: string): readonly Step[] => topologyOf(`${twoEqualWays}scenario: [${steps}]\n`).scenario;
const titles = (steps: string): readonly string[] => stepsOf(steps).map(({ kind, title }) => `${kind}: ${title}`);

test('a change is told as people say it', (t) => {
  t.deepEqual(
    titles(
      '{fail: server-a}, {restore: server-a}, {drain: server-a}, {restore: server-a}, {fail: server-b, how: drain}, {impair: router1/router2, loss: 1%}',
    ),
    [
      'change: fail server-a',
      'change: restore server-a',
      'change: drain server-a',
      'change: restore server-a',
      'change: drain server-b',
      'change: impair router1/router2',
    ],
  );
});

test('what is not said of a fault is what its target mostly fails by', (t) => {
  const hows = stepsOf(
    '{fail: server-a}, {fail: router1/router2}, {fail: service@server-b}, {restore: server-a}, {drain: router3}, {impair: router1/router3, delay: 10ms}',
  ).flatMap((step) => (step.kind === 'change' ? step.parts.map(({ how }) => how) : []));
  t.deepEqual(hows, ['crash', 'down', 'stop', undefined, 'drain', 'impair']);
});

test('a fault has the settings that are said, and no others', (t) => {
  const [flap, impaired] = stepsOf(
    '{fail: router1/router2, how: flap, period: 2s, for: 10s}, {impair: router1/router3, delay: 10ms, loss: 1%}',
  );
  t.deepEqual(flap?.kind === 'change' ? flap.parts[0]?.settings : undefined, { periodMs: 2000, forMs: 10_000 });
  t.deepEqual(impaired?.kind === 'change' ? Object.keys(impaired.parts[0]?.settings ?? {}) : undefined, ['impairment']);
});

test('several things at the same moment are one step', (t) => {
  const [step] = stepsOf('{together: [{fail: server-a}, {drain: server-b}], expect: {client1: nobody}}');
  t.like(step, {
    kind: 'change',
    title: 'fail server-a, drain server-b',
    parts: [
      { action: 'fail', target: 'server-a', how: 'crash' },
      { action: 'fail', target: 'server-b', how: 'drain' },
    ],
  });
  t.is(step?.expect.answers.length, 1);
});

test('what is repeated is written out, round by round', (t) => {
  t.deepEqual(
    titles('{repeat: 2, steps: [{fail: server-a}, {restore: server-a}]}, {expect: {client1: [server-a, server-b]}}'),
    [
      'change: fail server-a',
      'change: restore server-a',
      'change: fail server-a',
      'change: restore server-a',
      'expect: expect',
    ],
  );
});

test('to wait is for routing to settle, or for what is expected', (t) => {
  const [settled, seen] = stepsOf(
    '{wait-for: settled, expect: {within: 3s}}, {wait-for: {all: server-a, within: 4s, stable: 1s}}',
  );
  t.like(settled, { kind: 'wait-for', title: 'wait for routing to settle', settled: true, expect: { withinMs: 3000 } });
  t.like(seen, { kind: 'wait-for', settled: false, expect: { withinMs: 4000, stableMs: 1000 } });
  t.deepEqual(seen?.expect.answers[0]?.clients, { label: 'all', names: ['client1'] });
});

test('a probe asks from all clients, once, where nothing is said', (t) => {
  const [probe] = stepsOf('{probe: dns}');
  t.like(probe, { kind: 'probe', title: 'probe dns from all' });
  t.deepEqual(probe?.kind === 'probe' ? probe.probe : undefined, {
    kind: 'dns',
    from: { label: 'all', names: ['client1'] },
    to: undefined,
    port: undefined,
    send: undefined,
    httpPath: undefined,
    httpMethod: undefined,
    cookies: false,
    flows: 1,
    sourcePorts: undefined,
    command: undefined,
    timeoutMs: 1000,
  });
});

test('a probe has as many flows as source ports, and a command more time than a packet', (t) => {
  const [http, command, words] = stepsOf(
    '{probe: http, from: client1, to: service, path: /health, method: POST, cookies: true, sourcePorts: [40000, 40001], timeout: 2s}, {probe: command, command: "ping -c1 x"}, {probe: command, command: [ping, -c1, x]}',
  );
  t.like(http, {
    title: 'probe http from client1 to service',
    probe: { httpPath: '/health', httpMethod: 'POST', cookies: true, flows: 2, timeoutMs: parseDuration('2s') },
  });
  t.like(command, { probe: { timeoutMs: 10_000 } });
  t.deepEqual(command?.kind === 'probe' ? command.probe.command : undefined, ['sh', '-c', 'ping -c1 x']);
  t.deepEqual(words?.kind === 'probe' ? words.probe.command : undefined, ['ping', '-c1', 'x']);
});
