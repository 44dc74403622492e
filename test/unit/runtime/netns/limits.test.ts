import test from 'ava';
import { leastNeeded, parseLimits } from '../../../../src/runtime/netns/limits.js';
import { bundledPlan } from '../../plan/plan-of.js';

const table = `Limit                     Soft Limit           Hard Limit           Units
Max processes             96365                96365                processes
Max open files            1024                 1048576              files
Max locked memory         8388608              8388608              bytes
`;

test('soft limits are read from the table of the kernel', (t) => {
  t.deepEqual(parseLimits(table), { files: 1024, processes: 96_365 });
  t.deepEqual(parseLimits(table.replaceAll(/96365|1024/g, 'unlimited')), { files: Infinity, processes: Infinity });
});

test('a bigger lab needs more, and every bundled one fits where 1024 files may be open', (t) => {
  const [small, big] = [leastNeeded(bundledPlan('figure2')), leastNeeded(bundledPlan('figure1'))];
  t.true(big.files > small.files && big.processes > small.processes);
  for (const name of ['figure1', 'figure2', 'figure3', 'bfd', 'bgp-triangle', 'flap', 'health'])
    t.true(leastNeeded(bundledPlan(name)).files < 200, name);
});
