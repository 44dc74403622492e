// What a build was made from. Comparing sizes and times of some 150 files costs a few milliseconds; where only times
// differ (a fresh checkout of the same commit, a copied folder) the content decides.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

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
  const inFolder = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(relative(root, entry.parentPath), entry.name));
  return [...inFolder, ...otherSources].sort().flatMap((path) => {
    // A file can go between listing and looking: an editor saves by renaming.
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    return stats === undefined ? [] : [{ path, size: stats.size, mtimeMs: stats.mtimeMs }];
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
