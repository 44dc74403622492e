import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { completionScript } from '../../src/cli/completion/scripts.js';

/** Says what it was asked in a file, and knows three targets. */
const standIn = `#!/bin/sh
printf '<%s>' "$@" >"$(dirname "$0")/asked"
printf 'router1:eth1\\tan end\\nrouter1:eth2\\tan end\\n'
`;

test('bash completes what is behind a colon, and runs nothing that is typed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "nearcast's completion-"));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const program = join(folder, 'nearcast');
  writeFileSync(program, standIn);
  chmodSync(program, 0o755);
  const typed = 'nearcast fail $(touch harm) router1:e';
  const { stdout } = await execa(
    'bash',
    [
      '-c',
      `${completionScript('bash', program)}
COMP_LINE=$1 COMP_POINT=\${#1}
_nearcast
printf '%s\\n' "\${COMPREPLY[@]}"
cat asked
test ! -e harm`,
      'bash',
      typed,
    ],
    { cwd: folder },
  );
  t.deepEqual(stdout.split('\n'), ['eth1', 'eth2', '<complete><--><fail><$(touch><harm)><router1:e>']);
});
