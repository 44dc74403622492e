// What a build was made from. Comparing sizes and times of some 150 files costs a few milliseconds; where only times
// differ (a fresh checkout of the same commit, a copied folder) the content decides.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const otherSources = ['package.json', 'package-lock.json', 'tsconfig.json'];

/**
 * @typedef {object} Source
 * @property {string} path relative to the checkout
 * @property {number} size
 * @property {number} mtimeMs
 *
 * @typedef {object} Fingerprint
 * @property {string} files one line for each file: path, size, time
 * @property {string} hash of every path and content
 */

/**
 * Every file that a build depends on, in a fixed order.
 *
 * @param {string} root
 * @returns {readonly Source[]}
 */
export function listSources(root) {
  return [...walk(root, 'src'), ...otherSources].sort().flatMap((path) => {
    // A file can go between listing and looking: an editor saves by renaming.
    const stats = statSync(`${root}/${path}`, { throwIfNoEntry: false });
    return stats === undefined ? [] : [{ path, size: stats.size, mtimeMs: stats.mtimeMs }];
  });
}

/**
 * The files below a folder. Every start of a lab waits for this: plain string joining is several times faster here than
 * node:path on a recursive listing.
 *
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function walk(root, folder) {
  return readdirSync(`${root}/${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return walk(root, path);
    return entry.isFile() ? [path] : [];
  });
}

/** @param {readonly Source[]} sources */
export function describeSources(sources) {
  return sources.map(({ path, size, mtimeMs }) => `${path} ${String(size)} ${String(mtimeMs)}`).join('\n');
}

/**
 * @param {string} root
 * @param {readonly Source[]} sources
 */
export async function hashSources(root, sources) {
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  for (const { path } of sources) {
    const content = readFileSync(join(root, path));
    hash.update(`${path} ${String(content.length)}\n`).update(content);
  }
  return hash.digest('hex');
}
