// The tests as plain JavaScript, made once for a run: a process that translates its sources itself takes half a second
// longer to start, and each test file has one. In a whole run, the unit tests of a layer share a process.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
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

const unitTests = join('test', 'unit');
const groupNamespace = 'unit-tests-of';
const avaNamespace = 'ava-of';

/**
 * Bundles the unit tests of each layer as one file, `test/unit/codec.test.js`. The title of each test begins with what its
 * own file would have added: `link-state › ...`.
 *
 * @param {string} root
 * @param {ReadonlyMap<string, readonly string[]>} groups layer -> test files
 * @returns {import('esbuild').Plugin}
 */
function groupedByLayer(root, groups) {
  const layerOf = new Map([...groups].flatMap(([layer, files]) => files.map((file) => [file, layer])));
  return {
    name: 'grouped-by-layer',
    setup(bundling) {
      bundling.onResolve({ filter: new RegExp(`^${groupNamespace}:`) }, ({ path }) => ({
        path: path.slice(groupNamespace.length + 1),
        namespace: groupNamespace,
      }));
      bundling.onLoad({ filter: /.*/, namespace: groupNamespace }, ({ path }) => ({
        contents: (groups.get(path) ?? []).map((file) => `import ${JSON.stringify(file)};`).join('\n'),
        resolveDir: root,
      }));
      bundling.onResolve({ filter: /^ava$/, namespace: 'file' }, ({ importer }) =>
        layerOf.has(importer) ? { path: importer, namespace: avaNamespace } : undefined,
      );
      bundling.onLoad({ filter: /.*/, namespace: avaNamespace }, ({ path }) => {
        const folder = join(root, unitTests, layerOf.get(path) ?? '');
        const place = relative(folder, path)
          .replace(/\.test\.ts$/, '')
          .split(sep);
        return {
          contents: [
            "import test from 'ava';",
            `import { titled } from ${JSON.stringify(join(root, 'test', 'support', 'titled.ts'))};`,
            `export default titled(test, ${JSON.stringify([...place, ''].join(' › '))});`,
          ].join('\n'),
          resolveDir: root,
        };
      });
    },
  };
}

/**
 * Layer -> its unit tests.
 *
 * @param {string} root
 * @param {readonly string[]} files
 * @returns {Map<string, readonly string[]>}
 */
function unitTestsByLayer(root, files) {
  /** @type {Map<string, readonly string[]>} */
  const groups = new Map();
  for (const file of files) {
    const [layer = '..', ...rest] = relative(join(root, unitTests), file).split(sep);
    if (layer === '..' || rest.length === 0) continue;
    groups.set(layer, [...(groups.get(layer) ?? []), file]);
  }
  return groups;
}

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
 * @param {{readonly whole: boolean}} how whether all tests run, and those of a layer may share a process
 * @returns {Promise<string>} the folder, relative to the root; `test/x.test.ts` is its `test/x.test.js`
 */
export async function bundleTests(root, { whole }) {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    if (name.startsWith(folderPrefix) && Date.now() - statSync(path).mtimeMs > keepMs)
      rmSync(path, { recursive: true, force: true });
  }
  const folder = mkdtempSync(join(root, folderPrefix));
  const files = testFiles(root);
  const groups = unitTestsByLayer(root, whole ? files : []);
  const grouped = new Set([...groups.values()].flat());
  const esbuild = await import('esbuild');
  try {
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: [
        ...files
          .filter((file) => !grouped.has(file))
          .map((file) => ({ in: file, out: relative(root, file).replace(/\.ts$/, '') })),
        ...[...groups.keys()].map((layer) => ({
          in: `${groupNamespace}:${layer}`,
          out: join(unitTests, `${layer}.test`),
        })),
      ],
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
      plugins: [groupedByLayer(root, groups), ownAddress],
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
