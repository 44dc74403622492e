import test from 'ava';
import { silenceTimers } from '../../../../src/agent/step/silence-timers.js';
import { resolveFault } from '../../../../src/fault/resolve-fault.js';
import { nothingBroken } from '../../../../src/forecast/condition.js';
import type { LabPlan } from '../../../../src/plan/model.js';
import type { FaultKind } from '../../../../src/topology/model/fault.js';
import { announcedByRouters, bundledPlan, planOf } from '../../plan/plan-of.js';

type Part = readonly [target: string, how: FaultKind, action?: 'fail' | 'restore'];

function timers(plan: LabPlan, parts: readonly Part[], after: string | null = 'server-c'): readonly number[] {
  const known = silenceTimers(
    { plan, condition: nothingBroken() },
    parts.map(([target, how, action = 'fail']) => ({ part: { action }, fault: resolveFault(plan, target, how) })),
  );
  return (['ipv4', 'ipv6'] as const).map((family) =>
    known({ service: plan.services[0]?.name ?? '', family }, 'server-b', after),
  );
}

const bfd = bundledPlan('bfd');

test('an outage is the dead interval, but for one hello, where nothing else can have ended it', (t) => {
  t.deepEqual(timers(bfd, [['router1/router2', 'silence']]), [900, 3000]);
  t.deepEqual(timers(bfd, [['router1/router2', 'silence'], ['router1/router3', 'silence']]), [900, 3000]); // prettier-ignore
  t.deepEqual(timers(bfd, [['router1:eth3', 'silence']]), [900, 3000]);
});

test('it is not known where BFD, another part of the step or a watcher may end it, or where nobody has moved', (t) => {
  t.deepEqual(timers(bfd, [['router1/server-a', 'silence']]), [0, 0], 'BFD');
  t.deepEqual(timers(bfd, [['router1/router2', 'down']]), [0, 0]);
  t.deepEqual(timers(bfd, [['router1/router2', 'silence', 'restore']]), [0, 0]);
  t.deepEqual(timers(bfd, [['router1/router2', 'silence'], ['server-b', 'crash']]), [0, 0]); // prettier-ignore
  t.deepEqual(timers(bfd, [['client1/router1', 'silence']]), [0, 0], 'no OSPF');
  t.deepEqual(timers(bfd, [['router1/router2', 'silence']], 'server-b'), [0, 0]);
  t.deepEqual(timers(bfd, [['router1/router2', 'silence']], null), [0, 0]);
  t.deepEqual(timers({ ...bfd, forecast: 'off' }, [['router1/router2', 'silence']]), [0, 0]);
  t.deepEqual(timers({ ...bfd, interior: 'isis' }, [['router1/router2', 'silence']]), [0, 0]);
  t.deepEqual(timers(planOf(announcedByRouters), [['router1/router2', 'silence']], 'server-a'), [0, 0]);
  t.deepEqual(timers(bundledPlan('bgp-triangle'), [['router1/router2', 'silence']], 'server-a'), [0, 0]);
});
