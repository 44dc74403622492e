import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { NodeDaemons } from '../../../../src/agent/node/node-daemons.js';

test('whoever asks a daemon that is paused then, or has been, is told nothing instead of waiting', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nearcast-daemons-'));
  const silent = createServer().listen(join(folder, 'zebra.vty'));
  t.teardown(() => {
    silent.close();
    rmSync(folder, { recursive: true });
  });
  await once(silent, 'listening');
  let isFrozen = false;
  const daemons = new NodeDaemons(
    ['zebra'],
    () => folder,
    () => isFrozen,
  );
  const connected = once(silent, 'connection');
  const asked = daemons.show('zebra', 'show version');
  await connected;
  isFrozen = true;
  daemons.hangUp();
  t.is(await asked, undefined);
  t.is(await daemons.show('zebra', 'show version'), undefined);
});
