import test from 'ava';
import { requiredParts } from '../../support/parts.js';

test('what a run has to have: what it is told, else everything in CI, and nothing elsewhere', (t) => {
  t.deepEqual(requiredParts({}), []);
  t.deepEqual(requiredParts({ CI: 'true' }), ['docker', 'browser', 'tshark', 'node-versions']);
  t.deepEqual(requiredParts({ CI: 'true', NEARCAST_TEST_PARTS: 'tshark' }), ['tshark']);
  t.deepEqual(requiredParts({ NEARCAST_TEST_PARTS: 'docker, tshark' }), ['docker', 'tshark']);
  t.deepEqual(requiredParts({ CI: 'true', NEARCAST_TEST_PARTS: '' }), []);
  t.throws(() => requiredParts({ NEARCAST_TEST_PARTS: 'dokcer' }), { message: /no part "dokcer".*docker/ });
});
