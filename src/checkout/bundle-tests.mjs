// The tests as plain JavaScript, made once for a run: a process that translates its sources itself takes half a second
// longer to start, and each of some two hundred test files has one.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Stop } from './stop.mjs';

const folderPrefix = '.tests-';
/** What a run that was killed left is no longer in use by then. */
const keepMs = 24 * 60 * 60_000;

/**
 * Tests find files beside themselves: each module keeps the address of its source.
 *
 * @type {import('esbuild').Plugin}
 */
const ownAddress = {
  name: 'own-address',
  setup(bundling) {
    bundling.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: `const sourceUrl = ${JSON.stringify(pathToFileURL(path).href)}; ${await readFile(path, 'utf8')}`,
    }));
  },
};

/** @param {string} root */
function testFiles(root) {
  const files = readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * Bundles every test file, with what they share in chunks, into a folder of this run.
 *
 * @param {string} root of the checkout
 * @returns {Promise<string>} the folder, relative to the root; `test/x.test.ts` is its `test/x.test.js`
 */
export async function bundleTests(root) {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    if (name.startsWith(folderPrefix) && Date.now() - statSync(path).mtimeMs > keepMs)
      rmSync(path, { recursive: true, force: true });
  }
  const folder = mkdtempSync(join(root, folderPrefix));
  const esbuild = await import('esbuild');
  try {
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: testFiles(root),
      outdir: folder,
      outbase: root,
      bundle: true,
      splitting: true,
      packages: 'external',
      platform: 'node',
      target: 'node20',
      format: 'esm',
      keepNames: true,
      sourcemap: 'linked',
      sourcesContent: false,
      define: { 'import.meta.url': 'sourceUrl' },
      plugins: [ownAddress],
      logLevel: 'warning',
    });
  } catch (error) {
    removeTests(folder);
    throw new Stop(3, 'the tests cannot be translated: they have the errors shown above', { cause: error });
  } finally {
    await esbuild.stop();
  }
  return relative(root, folder);
}

/** @param {string} folder */
export function removeTests(folder) {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * A word for AVA, where it names test files: `test/unit/**` is `.tests-x/test/unit/**`.
 *
 * @param {string} folder
 * @param {string} word
 */
export function inTests(folder, word) {
  if (!/^(?:\.\/)?test(?:\/|$)/.test(word)) return word;
  return `${folder}/${word.replace(/^\.\//, '').replace(/\.ts$/, '.js')}`;
}
