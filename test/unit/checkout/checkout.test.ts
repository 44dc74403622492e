import test from 'ava';
import { installsSame } from '../../../src/checkout/install.mjs';
import { explainOldNode } from '../../../src/checkout/old-node.mjs';
import { createTapReader, formatTally, parseTestLine } from '../../../src/checkout/tap.mjs';

test('an old Node is refused with one sentence', (t) => {
  t.is(explainOldNode('>=20.19', '20.19.0'), undefined);
  t.is(explainOldNode('>=20.19', '22.1.0'), undefined);
  t.is(explainOldNode('>=20.19', '20.18.3'), 'nearcast needs Node 20.19 or newer; this is Node 20.18.3.');
  t.is(explainOldNode('>=20.19', '18.20.0'), 'nearcast needs Node 20.19 or newer; this is Node 18.20.0.');
});

const locked = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'x' },
    'node_modules/b': { version: '2.0.0', integrity: 'y', optional: true },
  },
};

test('an installation is the same when every package is, optional ones aside', (t) => {
  const a = { version: '1.0.0', integrity: 'x' };
  t.true(installsSame(locked, { packages: { 'node_modules/a': a } }));
  t.true(
    installsSame(locked, { packages: { 'node_modules/a': a, 'node_modules/b': { version: '2.0.0', integrity: 'y' } } }),
  );
});

test('an installation differs by version, content, a missing or a surplus package', (t) => {
  const a = { version: '1.0.0', integrity: 'x' };
  t.false(installsSame(locked, { packages: {} }));
  t.false(installsSame(locked, {}));
  t.false(installsSame(locked, { packages: { 'node_modules/a': { ...a, version: '1.0.1' } } }));
  t.false(installsSame(locked, { packages: { 'node_modules/a': { ...a, integrity: 'z' } } }));
  t.false(installsSame(locked, { packages: { 'node_modules/a': a, 'node_modules/c': a } }));
});

test('lines of TAP', (t) => {
  t.deepEqual(parseTestLine('ok 1 - unit › a - b'), { outcome: 'passed', title: 'unit › a - b' });
  t.deepEqual(parseTestLine('not ok 12 - broken'), { outcome: 'failed', title: 'broken' });
  t.deepEqual(parseTestLine('ok 2 - later # SKIP'), { outcome: 'skipped', title: 'later' });
  t.deepEqual(parseTestLine('not ok 3 - some day # TODO'), { outcome: 'skipped', title: 'some day' });
  t.is(parseTestLine('# ok 1 - a comment'), undefined);
  t.is(parseTestLine('    ok 1 - inside the details of a failure'), undefined);
});

test('TAP is counted in pieces of any size, and failures keep their details', (t) => {
  const tap =
    'TAP version 13\nok 1 - a\nnot ok 2 - b\n    ---\n      message: no\n    ...\n---tty\nok 3 - c # SKIP\n\n1..3\n# tests 3\n# pass 1\n# fail 1\n';
  for (const size of [1, 7, tap.length]) {
    const printed: string[] = [];
    const reader = createTapReader((line) => printed.push(line));
    for (let at = 0; at < tap.length; at += size) reader.push(tap.slice(at, at + size));
    t.deepEqual(reader.end(), { passed: 1, failed: 1, skipped: 1, failures: ['b'] });
    t.true(printed.includes('        message: no'));
    t.false(printed.some((line) => line.includes('# pass')));
  }
});

test('the count, as the last line of a run', (t) => {
  t.is(formatTally({ passed: 3, failed: 0, skipped: 0 }), '3 passed, 0 failed');
  t.is(formatTally({ passed: 3, failed: 1, skipped: 2 }), '3 passed, 1 failed, 2 skipped');
});
