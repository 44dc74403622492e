import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { freezerOf } from '../../../../src/agent/system/freezer.js';

const versions = [
  {
    version: 1,
    file: 'sys/fs/cgroup/freezer/freezer.state',
    goes: 'THAWED\n',
    freezing: 'FREEZING\n',
    frozen: 'FROZEN\n',
  },
  {
    version: 2,
    file: 'sys/fs/cgroup/cgroup.events',
    goes: 'populated 1\nfrozen 0\n',
    freezing: 'populated 1\nfrozen 0\n',
    frozen: 'populated 1\nfrozen 1\n',
  },
];

for (const { version, file, goes, freezing, frozen } of versions) {
  test(`a paused container is seen by control groups of version ${String(version)}`, (t) => {
    const root = mkdtempSync(join(tmpdir(), 'nearcast-freezer-'));
    t.teardown(() => {
      rmSync(root, { recursive: true });
    });
    mkdirSync(dirname(join(root, file)), { recursive: true });
    const say = (text: string): void => {
      writeFileSync(join(root, file), text);
    };
    say(goes);
    const isFrozen = freezerOf(root);
    const seen = [goes, freezing, frozen, goes].map((text) => {
      say(text);
      return isFrozen();
    });
    t.deepEqual(seen, [false, false, true, false]);
    rmSync(join(root, file));
    t.false(isFrozen(), 'it has ended');
  });
}

test('where a container has no control groups, nothing of it is ever paused', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'nearcast-freezer-'));
  t.teardown(() => {
    rmSync(root, { recursive: true });
  });
  t.false(freezerOf(root)());
});
