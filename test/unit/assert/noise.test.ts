import test from 'ava';
import fc from 'fast-check';
import { compare, marginOf, marginText, wasOverloaded } from '../../../src/assert/noise.js';

const calm = { gapMs: 2, disturbanceMs: 0 };

test('a bound is kept or broken where the gap between two probes could not have decided', (t) => {
  t.deepEqual(
    [97.9, 98, 98.1, 100, 102, 102.1].map((ms) => compare(ms, 100, calm)),
    ['kept', 'kept', 'undecided', 'undecided', 'undecided', 'broken'],
  );
});

test('nothing lost is no matter of timing, whatever the bound', (t) => {
  t.is(compare(0, 0, { gapMs: 50, disturbanceMs: 1000 }), 'kept');
  t.is(compare(1, 0, calm), 'undecided');
  t.is(compare(Infinity, 1e9, { gapMs: 50, disturbanceMs: 1000 }), 'broken');
});

test('what the machine kept processes from can only have made it longer: it excuses, and never condemns', (t) => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e4, noNaN: true }),
      fc.double({ min: 0, max: 1e4, noNaN: true }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 1e4, noNaN: true }),
      (measuredMs, boundMs, gapMs, disturbanceMs) => {
        const undisturbed = compare(measuredMs, boundMs, { gapMs, disturbanceMs: 0 });
        const disturbed = compare(measuredMs, boundMs, { gapMs, disturbanceMs });
        t.is(disturbed === 'kept', undisturbed === 'kept');
        if (disturbed === 'broken') t.is(undisturbed, 'broken');
      },
    ),
  );
});

test('time that was stolen, and time spent waiting for a CPU where the kernel tells it, add up', (t) => {
  t.deepEqual(marginOf({ stealMs: 5, cpuPressureMs: 7 }, 2), { gapMs: 2, disturbanceMs: 12 });
  t.deepEqual(marginOf({ stealMs: 5, cpuPressureMs: null }, 2), { gapMs: 2, disturbanceMs: 5 });
});

test('a margin is told without what there was none of', (t) => {
  t.is(marginText(calm), 'with up to 2ms between two probes');
  t.is(
    marginText({ gapMs: 2, disturbanceMs: 12 }),
    'with up to 2ms between two probes, and processes waiting for a CPU for 12ms',
  );
});

test('a machine is too busy where processes waited for more than half of the time', (t) => {
  t.false(wasOverloaded({ stealMs: 250, cpuPressureMs: 250 }, 1000));
  t.true(wasOverloaded({ stealMs: 251, cpuPressureMs: 250 }, 1000));
  t.true(wasOverloaded({ stealMs: 501, cpuPressureMs: null }, 1000));
  t.false(wasOverloaded({ stealMs: 0, cpuPressureMs: null }, 0));
});
