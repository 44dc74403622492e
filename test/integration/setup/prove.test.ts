import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { LabError } from '../../../src/errors.js';
import type { FrrInstallation } from '../../../src/setup/installation.js';
import { proveFrr } from '../../../src/setup/frr.js';

/** A folder of programs that say a version, or fail as the dynamic loader does. */
async function copyOf(programs: Readonly<Record<string, string>>): Promise<FrrInstallation & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'nearcast-prove-'));
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return {
    source: 'private',
    version: undefined,
    daemonsDir: folder,
    vtysh: join(folder, 'vtysh'),
    libraryPath: folder,
    binDirs: [folder],
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const sound = { zebra: 'echo zebra version 8.4.4', ospfd: 'echo ospfd version 8.4.4', vtysh: 'echo usage' };

test('a copy without dig is sound: where the machine has dig, apt fetches no second one', async (t) => {
  await using copy = await copyOf(sound);
  t.is(await proveFrr(copy), '8.4.4');
});

test('a dig that does not load makes a copy unsound, and the library is named', async (t) => {
  const broken =
    'echo "dig: error while loading shared libraries: libuv.so.1: cannot open shared object file" >&2; exit 127';
  await using copy = await copyOf({ ...sound, dig: broken });
  const error = await t.throwsAsync(proveFrr(copy), { instanceOf: LabError });
  t.regex(error.message, /dig.*libuv\.so\.1/);
});
