import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { completionScript } from '../../src/cli/completion/scripts.js';

/** Notes with which words it was called; asked for candidates, it knows one end of a link, and one service. */
const standIn = `#!/bin/sh
printf '<%s>' "$@" >>"$(dirname "$0")/called"
echo >>"$(dirname "$0")/called"
case "$*" in complete*service@*) printf 'service@server-a\\tan instance\\n' ;; complete*) printf 'router1:eth1\\tan end\\n' ;; esac
`;

/** What a terminal types, line by line, into an interactive bash that has the completion. */
const typed = [
  'source ./completion',
  'nearcast fail router1:e\t',
  'nearcast fail service@\t',
  'nearcast fail service@ser\t',
  // Not ^U: where bash has not read it yet, the terminal itself takes that, and drops the line.
  'nearcast fail $(touch harm) router1:e\t\u0001#',
  "COMP_WORDBREAKS=$' \\t\\n'",
  'nearcast fail router1:e\t',
  'nearcast fail service@ser\t',
  'exit',
];

test('bash completes what is behind a colon or an @, and runs nothing that is typed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "nearcast's completion-"));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const program = join(folder, 'nearcast');
  writeFileSync(program, standIn);
  chmodSync(program, 0o755);
  writeFileSync(join(folder, 'completion'), completionScript('bash', program));
  const { stdout } = await execa('script', ['-qec', 'bash --norc --noprofile -i', '/dev/null'], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, TERM: 'dumb' },
    input: typed.map((line) => `${line}\n`).join(''),
    timeout: 30_000,
  });
  const called = readFileSync(join(folder, 'called'), 'utf8').trimEnd().split('\n');
  t.deepEqual(
    called,
    [
      '<complete><--><fail><router1:e>',
      '<fail><router1:eth1>',
      '<complete><--><fail><service@>',
      '<fail><service@server-a>',
      '<complete><--><fail><service@ser>',
      '<fail><service@server-a>',
      '<complete><--><fail><$(touch><harm)><router1:e>',
      '<complete><--><fail><router1:e>',
      '<fail><router1:eth1>',
      '<complete><--><fail><service@ser>',
      '<fail><service@server-a>',
    ],
    stdout,
  );
  t.false(existsSync(join(folder, 'harm')));
});
