// The labs of a test file that did not come to its end, because the run was interrupted or its process died. Each file takes
// its own labs down; it tells where they are before it makes the first.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The folder, in that of the translated tests, with a file for each sandbox. `test/support/sandbox.ts` writes them. */
const recordsFolder = 'sandboxes';
const downDeadlineMs = 60_000;
/** In a sandbox: where its labs are, and those of tests that have theirs by themselves. */
const states = /^s(?:-|$)/;

/**
 * @typedef {object} SandboxRecord
 * @property {string} folder
 * @property {number} [uid] whose labs these are
 * @property {Readonly<Record<string, string>>} env in which nearcast finds them
 */

/**
 * Removes what is left of the sandboxes of a run: their labs, then their folders.
 *
 * @param {string} root of the checkout
 * @param {string} testsFolder of the run
 * @returns {void}
 */
export function endSandboxes(root, testsFolder) {
  const records = join(testsFolder, recordsFolder);
  if (!existsSync(records)) return;
  for (const name of readdirSync(records)) {
    /** @type {unknown} */
    const record = JSON.parse(readFileSync(join(records, name), 'utf8'));
    const { folder, uid, env } = /** @type {SandboxRecord} */ (record);
    if (!existsSync(folder)) continue;
    const user = uid === undefined ? {} : { uid, gid: uid };
    for (const own of readdirSync(folder).filter((each) => states.test(each))) {
      spawnSync(process.execPath, [join(root, 'dist', 'bin.js'), 'down', '--all'], {
        ...user,
        cwd: '/',
        env: { ...process.env, ...env, NEARCAST_STATE_DIR: join(folder, own) },
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: downDeadlineMs,
      });
    }
    rmSync(folder, { recursive: true, force: true });
  }
}
