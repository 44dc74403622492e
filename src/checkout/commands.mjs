// What `npm run lab`, `npm test`, `npm run bench` and `npm run build` do, each after making the checkout ready.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt, prepareForPackage } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { explainSwallowedFlags, wantsNoColor } from './npm-flags.mjs';
import { interruptible, Stop } from './stop.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * @typedef {readonly string[]} Words
 * @typedef {(args: Words) => Promise<number | undefined>} Command an exit status, or undefined to leave it to what runs
 */

/** @param {AbortSignal} signal */
async function makeReady(signal) {
  await ensureInstalled(root, signal);
  await ensureBuilt(root, signal);
}

/**
 * Runs the command line in this very process: starting Node a second time would cost more than all of this file.
 *
 * @type {Command}
 */
async function lab(args) {
  const isNpm = process.env['NEARCAST_COMMAND'] === undefined;
  const refusal = isNpm ? explainSwallowedFlags(args, process.env) : undefined;
  if (refusal !== undefined) throw new Stop(2, refusal);
  if (wantsNoColor(process.env)) process.env['NO_COLOR'] = '1';
  await interruptible(makeReady);
  process.argv = [process.execPath, 'lab', ...args];
  await import(pathToFileURL(join(root, 'dist', 'bin.js')).href);
  return undefined;
}

/** @type {Command} */
async function test(args) {
  try {
    return await interruptible(async (signal) => {
      await makeReady(signal);
      const { runSuite } = await import('./suite.mjs');
      return runSuite(root, args, signal);
    });
  } catch (error) {
    // A reader of only the last line must not take a suite that could not start for one that passed.
    if (!(error instanceof Stop)) throw error;
    console.error(`nearcast: ${error.message}`);
    console.log('0 passed, 1 failed');
    return error.status;
  }
}

/** @type {Command} */
async function bench(args) {
  return interruptible(async (signal) => {
    await makeReady(signal);
    const { run } = await import('./run.mjs');
    const argv = /** @type {const} */ ([process.execPath, '--import=tsx', join(root, 'test', 'bench', 'main.ts')]);
    return run([...argv, ...args], { cwd: root, signal, output: 'inherit', graceMs: 3_000 });
  });
}

/** @type {Command} */
async function build(args) {
  await interruptible(async (signal) => {
    await makeReady(signal);
    if (args.includes('--types')) await prepareForPackage(root, signal);
  });
  return 0;
}

/** @type {ReadonlyMap<string, Command>} */
const commands = new Map([
  ['lab', lab],
  ['test', test],
  ['bench', bench],
  ['build', build],
]);

/**
 * @param {unknown} error
 * @returns {Stop | undefined} an end that the reader can do something about
 */
function asStop(error) {
  if (error instanceof Stop) return error;
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code !== 'EACCES' && error.code !== 'EROFS') return undefined;
  const why = 'this checkout is not installed and built as its sources are now, and you cannot write to it';
  return new Stop(3, `${why} (${error.message}); run \`npm run build\` as its owner, or clone it for yourself`);
}

/**
 * Runs one command of the checkout.
 *
 * @param {Words} argv the command and its words
 * @returns {Promise<number | undefined>} exit status; undefined when the command line sets it itself
 */
export async function runCheckout([name = '', ...args]) {
  const command = commands.get(name);
  if (command === undefined) {
    console.error(`usage: node src/checkout.mjs ${[...commands.keys()].join('|')} [words ...]`);
    return 2;
  }
  try {
    return await command(args);
  } catch (error) {
    const stop = asStop(error);
    if (stop === undefined) throw error;
    console.error(stop.status > 128 ? 'nearcast: interrupted' : `nearcast: ${stop.message}`);
    return stop.status;
  }
}
