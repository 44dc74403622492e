import test from 'ava';
import { isLeftOut, requiredParts } from '../../support/parts.js';

test('what a run has to have: what it is told, else everything in CI, and nothing elsewhere', (t) => {
  t.deepEqual(requiredParts({}), []);
  t.deepEqual(requiredParts({ CI: 'true' }), ['docker', 'browser', 'tshark', 'haproxy', 'node-versions', 'scenarios']);
  t.deepEqual(requiredParts({ CI: 'true', NEARCAST_TEST_PARTS: 'tshark' }), ['tshark']);
  t.deepEqual(requiredParts({ NEARCAST_TEST_PARTS: 'docker, tshark' }), ['docker', 'tshark']);
  t.deepEqual(requiredParts({ CI: 'true', NEARCAST_TEST_PARTS: '' }), []);
  t.throws(() => requiredParts({ NEARCAST_TEST_PARTS: 'dokcer' }), { message: /no part "dokcer".*docker/ });
});

test('a run goes without a part if it names others, and not otherwise', (t) => {
  t.false(isLeftOut('scenarios', {}));
  t.false(isLeftOut('scenarios', { CI: 'true' }));
  t.false(isLeftOut('scenarios', { NEARCAST_TEST_PARTS: 'tshark scenarios' }));
  t.true(isLeftOut('scenarios', { CI: 'true', NEARCAST_TEST_PARTS: 'docker, tshark' }));
});
