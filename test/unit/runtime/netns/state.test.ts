import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { LabStates } from '../../../../src/runtime/netns/state.js';

test('a folder for labs that stayed empty goes when labs are listed, any other stays', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nc-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const states = new LabStates(join(folder, 's'));
  mkdirSync(states.folder, { mode: 0o700 });
  t.deepEqual(states.list(), []);
  t.false(existsSync(states.folder));

  mkdirSync(states.folder, { mode: 0o700 });
  writeFileSync(join(states.folder, 'notes'), '');
  t.deepEqual(states.list(), []);
  t.true(existsSync(states.folder));
});
