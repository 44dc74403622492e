import test from 'ava';
import { refuseShared } from '../../../../src/runtime/swarm/unshared.js';
import { announcedByRouters, planOf } from '../../plan/plan-of.js';

test('an instance is on the machine of the router that announces it, or the lab is refused with what to write', (t) => {
  const plan = planOf(announcedByRouters);
  const machineOf = (apart: readonly string[]): Record<string, string> =>
    Object.fromEntries(plan.nodes.map(({ name }) => [name, apart.includes(name) ? 'two' : 'one']));
  t.notThrows(() => {
    refuseShared(plan, machineOf(['router2', 'server-b']));
  });
  t.throws(
    () => {
      refuseShared(plan, machineOf(['server-b']));
    },
    { code: 'RUNTIME_UNFIT', message: 'router2 announces for server-b, and they are placed on one and two' },
  );
});
