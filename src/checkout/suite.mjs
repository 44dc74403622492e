// `npm test`: the tests, and types, lint, format and unused code beside them, in the time in which tests wait. With words after `--`
// only AVA runs, with those words: `npm test -- test/unit --match='*flag*'`.
import { join } from 'node:path';
import { bundleTests, inTests, removeTests } from './bundle-tests.mjs';
import { createIdleSessions, idleNiceness } from './priority.mjs';
import { run } from './run.mjs';
import { endSandboxes } from './sandboxes.mjs';
import { createTapReader, formatTally } from './tap.mjs';

/**
 * @typedef {import('./tap.mjs').Tally} Tally
 * @typedef {object} Check
 * @property {string} title
 * @property {readonly string[]} path of its program, inside node_modules
 * @property {readonly string[]} args
 */

/** @type {readonly Check[]} */
const checks = [
  { title: 'types (tsc)', path: ['typescript', 'bin', 'tsc'], args: ['--noEmit', '--pretty', 'false'] },
  {
    title: 'types of the page (tsc)',
    path: ['typescript', 'bin', 'tsc'],
    args: ['--noEmit', '--pretty', 'false', '--project', 'src/view/page'],
  },
  { title: 'lint (eslint)', path: ['eslint', 'bin', 'eslint.js'], args: ['.', '--max-warnings', '0'] },
  {
    title: 'format (prettier)',
    path: ['prettier', 'bin', 'prettier.cjs'],
    args: ['.', '--check', '--cache', '--log-level', 'warn'],
  },
  { title: 'unused code (knip)', path: ['knip', 'bin', 'knip.js'], args: ['--no-progress'] },
];
const runner = ['ava', 'entrypoints', 'cli.mjs'];
/** AVA flags that need its own output, and end without a count or never. */
const ownOutputFlags = new Set(['--tap', '-t', '--watch', '-w', '--help', '--version', 'debug', 'reset-cache']);

/**
 * @param {string} root
 * @param {readonly string[]} path
 * @returns {readonly [string, string]}
 */
function nodeProgram(root, path) {
  return [process.execPath, join(root, 'node_modules', ...path)];
}

/**
 * @typedef {object} Checked
 * @property {boolean} passed
 * @property {string} said in one line, and what the check printed
 */

/**
 * Runs a check as a session of its own (`detached`), when nothing else wants the processor: some tests measure time.
 *
 * @param {string} root
 * @param {Check} check
 * @param {AbortSignal} signal
 * @param {import('./priority.mjs').IdleSessions} sessions
 * @returns {Promise<Checked>}
 */
async function runCheck(root, { title, path, args }, signal, sessions) {
  let output = '';
  let own = 0;
  const collect = (/** @type {string} */ chunk) => {
    output += chunk;
  };
  const status = await run(['nice', '-n', String(idleNiceness), ...nodeProgram(root, path), ...args], {
    cwd: root,
    signal,
    detached: true,
    output: 'pipe',
    onStart: (pid) => {
      own = pid;
      sessions.add(pid);
    },
    onOutput: collect,
    onErrorOutput: collect,
  });
  sessions.remove(own);
  const said = [`${title}: ${status === 0 ? 'passed' : 'failed'}`, output.trimEnd()].join('\n').trimEnd();
  console.log(said);
  return { passed: status === 0, said };
}

/**
 * Runs AVA with `args` on translated tests.
 *
 * @param {string} root
 * @param {readonly string[]} args
 * @param {Omit<import('./run.mjs').RunOptions, 'cwd' | 'graceMs' | 'env'>} options
 * @returns {Promise<number>} its exit status
 */
async function runAva(root, args, options) {
  const folder = await bundleTests(root, { whole: args.every((arg) => arg === '--tap') });
  try {
    const words = args.map((word) => inTests(folder, word));
    const env = { NEARCAST_BUNDLED_TESTS: folder };
    return await run([...nodeProgram(root, runner), ...words], { ...options, cwd: root, graceMs: 3_000, env });
  } finally {
    endSandboxes(root, join(root, folder));
    removeTests(join(root, folder));
  }
}

/**
 * @param {string} root
 * @param {readonly string[]} args
 * @param {AbortSignal} signal
 * @returns {Promise<Tally & {failures: readonly string[]}>}
 */
async function runTests(root, args, signal) {
  const reader = createTapReader((line) => {
    console.log(line);
  });
  const status = await runAva(root, ['--tap', ...args], {
    signal,
    output: 'pipe',
    onOutput: (chunk) => {
      reader.push(chunk);
    },
    onErrorOutput: (chunk) => process.stderr.write(chunk),
  });
  const tally = reader.end();
  if (status === 0 || tally.failed > 0) return tally;
  console.log(`tests (ava): ended with status ${String(status)} although no test failed`);
  return { ...tally, failed: 1 };
}

/**
 * Runs the whole suite, or the tests that `args` select, and prints what failed and the count as the last line.
 *
 * @param {string} root
 * @param {readonly string[]} args for AVA
 * @param {AbortSignal} signal
 * @returns {Promise<number>} exit status
 */
export async function runSuite(root, args, signal) {
  if (args.some((arg) => ownOutputFlags.has(arg))) {
    return runAva(root, args, { signal, output: 'inherit' });
  }
  const whole = args.length === 0;
  if (!whole) console.log('Only the selected tests run; types and lint are part of a plain `npm test`.');
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  const sessions = createIdleSessions();
  const checking = Promise.all(whole ? checks.map((check) => runCheck(root, check, either, sessions)) : []);
  console.log('tests (ava):');
  const testing = runTests(root, args, either).then(async (tally) => {
    await sessions.hurry();
    return tally;
  });
  const [tests, results] = await Promise.all([testing, checking]).catch((/** @type {unknown} */ error) => {
    // Without tests there is no count, and nothing to check for.
    ending.abort(error);
    throw error;
  });
  const failedParts = [
    ...checks.filter((_, i) => results[i]?.passed === false).map(({ title }) => title),
    ...(tests.failed > 0 ? [`tests (ava): ${formatTally(tests)}`] : []),
  ];
  if (failedParts.length > 0) console.log(`\nFailed: ${failedParts.join('; ')}`);
  // Once more, at the end, where they are seen without scrolling.
  for (const { passed, said } of results) if (!passed) console.log(said);
  for (const title of tests.failures) console.log(`  ✖ ${title}`);
  const total = {
    passed: tests.passed + results.filter(({ passed }) => passed).length,
    failed: tests.failed + results.filter(({ passed }) => !passed).length,
    skipped: tests.skipped,
  };
  console.log(formatTally(total));
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}
