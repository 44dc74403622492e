import test from 'ava';
import { watcherTimers } from '../../../../src/agent/step/watcher-timers.js';
import { resolveFault } from '../../../../src/fault/resolve-fault.js';
import type { FaultKind } from '../../../../src/topology/model/fault.js';
import { nothingBroken } from '../../../../src/forecast/condition.js';
import { bundledPlan } from '../../plan/plan-of.js';

test('an outage is the timers of a watcher where nothing else can have ended it', (t) => {
  const plan = bundledPlan('session');
  const instance = { service: { name: 'own' }, host: { name: 'server-a' }, timersSince: (ms: number) => 1000 - ms };
  const lab = { plan, condition: nothingBroken(), instances: [instance] };
  const timers = (
    parts: readonly (readonly [string, FaultKind, ('fail' | 'restore')?])[],
    before: string | null = 'server-a',
    more: object = {},
  ): number =>
    watcherTimers(
      { ...lab, ...more } as unknown as Parameters<typeof watcherTimers>[0],
      parts.map(([target, how, action = 'fail']) => ({ part: { action }, fault: resolveFault(plan, target, how) })),
      100,
    )({ service: 'own' }, before);
  t.is(timers([['own@server-a', 'stop']]), 900);
  t.is(
    timers([
      ['own@server-a', 'hang'],
      ['shared@server-a', 'stop'],
    ]),
    900,
  );
  t.is(timers([['own@server-a', 'stop']], 'server-b'), 0, 'another one answered');
  t.is(timers([['own@server-a', 'stop']], null), 0);
  t.is(timers([['shared@server-a', 'stop']]), 0, 'it was not stopped');
  t.is(timers([['own@server-a', 'withdraw']]), 0, 'no watcher is needed for that');
  t.is(
    timers([
      ['own@server-a', 'stop'],
      ['router1/server-a', 'down'],
    ]),
    0,
  );
  t.is(timers([['own@server-a', 'stop', 'restore']]), 0);
  t.is(timers([['own@server-a', 'stop']], 'server-a', { plan: { ...plan, forecast: 'off' } }), 0);
});
