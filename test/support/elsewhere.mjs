// Preloaded into a child (`node --import`): Node as if it ran on another system, NEARCAST_TEST_PLATFORM. Whatever exists on Linux alone, or is
// no part of Node, is recorded in NEARCAST_TEST_TOUCHED and refused: native libraries, /proc and /sys, other programs.
import { Buffer } from 'node:buffer';
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const touched = process.env['NEARCAST_TEST_TOUCHED'] ?? '';
const append = fs.appendFileSync;

/** @param {string} what @returns {never} */
function refuse(what) {
  append(touched, `${what}\n`);
  throw Object.assign(new Error(`${what}: not on ${process.platform}`), { code: 'ENOENT' });
}

/** @param {unknown} path */
function isLinuxOnly(path) {
  const text = path instanceof URL ? path.pathname : Buffer.isBuffer(path) ? path.toString() : path;
  return typeof text === 'string' && /^\/(?:proc|sys)(?:\/|$)/.test(text);
}

/** @param {Record<string, unknown>} library */
function guardFiles(library) {
  for (const [name, original] of Object.entries(library)) {
    if (typeof original !== 'function' || /^[A-Z_]/.test(name)) continue;
    library[name] = Object.assign(
      /** @this {unknown} @param {...unknown} args */
      function guarded(...args) {
        if (args.slice(0, 2).some(isLinuxOnly)) refuse(`${name} ${String(args[0])}`);
        return /** @type {unknown} */ (Reflect.apply(original, this, args));
      },
      original,
    );
  }
}

guardFiles(/** @type {any} */ (fs));
guardFiles(/** @type {any} */ (fs.promises));
for (const name of /** @type {const} */ ([
  'spawn',
  'spawnSync',
  'exec',
  'execSync',
  'execFile',
  'execFileSync',
  'fork',
]))
  /** @type {any} */ (childProcess)[name] = (/** @type {string} */ program) => refuse(`${name} ${program}`);
process.dlopen = (_module, file) => refuse(`dlopen ${file}`);
for (const name of ['getuid', 'geteuid', 'getgid', 'getegid', 'getgroups', 'setuid', 'setgid'])
  if (process.env['NEARCAST_TEST_PLATFORM'] === 'win32') Reflect.deleteProperty(process, name);
Object.defineProperty(process, 'platform', { value: process.env['NEARCAST_TEST_PLATFORM'] });
syncBuiltinESMExports();
