// The build: one esbuild run into dist/, when the sources changed. Files reach dist/ by renaming, chunks before the
// entry files that import them, so that a process that starts or loads a part meanwhile finds a whole build; chunks of
// earlier builds stay for a day, for processes that still run from them.
import { chmodSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describeSources, hashSources, listSources } from './fingerprint.mjs';
import { Stop } from './stop.mjs';

const buildDeadlineMs = 60_000;
const keepOldChunksMs = 24 * 60 * 60_000;
const entryPoints = { index: 'src/index.ts' };
/** Programs in one CommonJS file each, of which compiled code is kept, and what begins each of them. */
const programs = { bin: 'src/bin.ts', agent: 'src/agent/main.ts' };
const start = 'src/start/start.ts';
const starts = { bin: start, agent: start };
/** Files without chunks, which also go into an image with the Node of that image's distribution. */
const agentEntry = {
  'identity-worker': 'src/agent/service/identity-worker.ts',
  'http-server': 'src/agent/service/http-server.ts',
  relay: 'src/relay/relay.ts',
};
/** What a browser runs: the page of a view, which loads some of it later; and, in one file, what replays a report. */
const pageEntry = { 'view-page': 'src/view/page/main.tsx' };
const replayEntry = { 'view-replay': 'src/view/page/replay.tsx' };
const entries = { ...entryPoints, ...agentEntry, ...pageEntry, ...replayEntry };
const entryFiles = [
  ...Object.keys({ ...entries, ...starts }).map((name) => `${name}.js`),
  ...Object.keys(programs).map((name) => `${name}.cjs`),
];
/** The sources that programs and pages begin with. */
export const entrySources = [...Object.values(entries), ...Object.values(programs)];
/** Packages that cannot be bundled (native code), or are big and rarely needed. */
const external = ['koffi', 'esbuild', '@resvg/resvg-js'];
/**
 * What dockerode loads at once for things that nearcast never does (BuildKit sessions, and SSH, which is left to the
 * user's own ssh with its keys and settings): 120 of its 140 ms. A name that is used all the same is a clear error.
 */
const unused = Object.fromEntries(
  ['@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs', 'ssh2'].map((name) => [name, './src/checkout/unused.cjs']),
);
/** Bundled CommonJS packages call `require` for Node's own modules. */
const banner =
  "import { createRequire as createRequireForBundle } from 'node:module';\n" +
  'const require = createRequireForBundle(import.meta.url);';

/** Where CommonJS files say which they are: `start.ts` reads the first line. */
const hashPlace = '0'.repeat(64);
const programBanner = `// ${hashPlace}\nconst moduleUrl = require('node:url').pathToFileURL(__filename).href;`;

/** @param {string} root */
function pathsOf(root) {
  const dist = join(root, 'dist');
  return { dist, stamp: join(dist, '.stamp.json'), mutex: join(dist, '.build.lock') };
}

/**
 * @param {string} path
 * @returns {import('./fingerprint.mjs').Fingerprint | undefined}
 */
function readStamp(path) {
  try {
    /** @type {unknown} */
    const stamp = JSON.parse(readFileSync(path, 'utf8'));
    return /** @type {import('./fingerprint.mjs').Fingerprint} */ (stamp);
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @param {import('./fingerprint.mjs').Fingerprint} fingerprint
 */
function writeStamp(root, fingerprint) {
  const { stamp } = pathsOf(root);
  const draft = `${stamp}.${String(process.pid)}`;
  writeFileSync(draft, JSON.stringify(fingerprint));
  renameSync(draft, stamp);
}

/** @param {string} root */
async function isBuilt(root) {
  const { dist, stamp: stampPath } = pathsOf(root);
  const stamp = readStamp(stampPath);
  if (stamp === undefined || !entryFiles.every((name) => existsSync(join(dist, name)))) return false;
  const sources = listSources(root);
  const files = describeSources(sources);
  if (stamp.files === files) return true;
  if (stamp.hash !== (await hashSources(root, sources))) return false;
  try {
    writeStamp(root, { files, hash: stamp.hash });
  } catch {
    // A checkout that cannot be written works as well; it only reads its sources again next time.
  }
  return true;
}

/**
 * Writes into the first line of each program a hash of it.
 *
 * @param {string} draft
 */
async function writeHashes(draft) {
  const { createHash } = await import('node:crypto');
  for (const name of Object.keys(programs)) {
    const path = join(draft, `${name}.cjs`);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(hashPlace, createHash('sha256').update(text).digest('hex')));
  }
}

/**
 * Moves a finished build into dist/, entry files last, and removes what is long out of use.
 *
 * @param {string} dist
 * @param {string} draft
 */
function publish(dist, draft) {
  const isEntry = (/** @type {string} */ name) => entryFiles.includes(name);
  const made = readdirSync(draft).sort((a, b) => Number(isEntry(a)) - Number(isEntry(b)));
  chmodSync(join(draft, 'bin.js'), 0o755);
  for (const name of made) renameSync(join(draft, name), join(dist, name));
  const kept = new Set(made);
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    if (/\.kept(?:\.\d+)?$/.test(name)) rmSync(path, { force: true });
    if (kept.has(name) || !/\.js(?:\.map)?$/.test(name)) continue;
    if (Date.now() - statSync(path).mtimeMs > keepOldChunksMs) rmSync(path, { force: true });
  }
}

/**
 * Says what of dist/ is not part of a package: what the entry files do not lead to (chunks of earlier builds), and what
 * is only for a checkout.
 *
 * @param {string} dist
 */
function leaveOutOfPackage(dist) {
  const used = new Set(entryFiles);
  for (const name of used) {
    for (const [, chunk = ''] of readFileSync(join(dist, name), 'utf8').matchAll(/"\.\/([\w-]+\.js)"/g))
      used.add(chunk);
  }
  const unusedFiles = readdirSync(dist).filter((name) => name.endsWith('.js') && !used.has(name));
  writeFileSync(join(dist, '.npmignore'), ['.*', '*.map', '*.kept', '*.kept.*', ...unusedFiles, ''].join('\n'));
}

/**
 * @param {string} root
 * @param {AbortSignal} signal
 */
async function build(root, signal) {
  const { dist } = pathsOf(root);
  const sources = listSources(root);
  const fingerprint = { files: describeSources(sources), hash: await hashSources(root, sources) };
  // The lock is held, so every draft that is here was left by a build that was killed.
  for (const name of readdirSync(dist)) {
    if (name.startsWith('.draft-')) rmSync(join(dist, name), { recursive: true, force: true });
  }
  const draft = join(dist, `.draft-${String(process.pid)}`);
  const esbuild = await import('esbuild');
  try {
    /** @type {import('esbuild').BuildOptions} */
    const common = {
      absWorkingDir: root,
      outdir: draft,
      bundle: true,
      platform: 'node',
      format: 'esm',
      minifyWhitespace: true,
      minifySyntax: true,
      sourcemap: 'linked',
      legalComments: 'none',
      external,
      alias: unused,
      banner: { js: banner },
      logLevel: 'warning',
    };
    /** @type {import('esbuild').BuildOptions} */
    const page = {
      ...common,
      platform: 'browser',
      target: 'es2022',
      minifyIdentifiers: true,
      keepNames: false,
      jsx: 'automatic',
      jsxImportSource: 'preact',
      loader: { '.css': 'text' },
      alias: {},
      banner: {},
    };
    const bundles = [
      esbuild.build({ ...common, entryPoints, splitting: true, target: 'node20' }),
      esbuild.build({ ...common, entryPoints: agentEntry, target: 'node18' }),
      esbuild.build({ ...common, entryPoints: starts, target: 'node18', banner: {} }),
      esbuild.build({
        ...common,
        entryPoints: programs,
        target: 'node18',
        format: 'cjs',
        outExtension: { '.js': '.cjs' },
        define: { 'import.meta.url': 'moduleUrl' },
        // `import()` needs a loader that a vm.Script has only as an experiment, and not with kept code.
        supported: { 'dynamic-import': false },
        banner: { js: programBanner },
      }),
      esbuild.build({ ...page, entryPoints: pageEntry, splitting: true, chunkNames: 'page-[name]-[hash]' }),
      esbuild.build({ ...page, entryPoints: replayEntry }),
    ];
    // One that goes on when the other has failed would make the draft anew behind its removal.
    await Promise.allSettled(bundles);
    await Promise.all(bundles);
    signal.throwIfAborted();
    await writeHashes(draft);
    publish(dist, draft);
    writeStamp(root, fingerprint);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && 'errors' in error) {
      throw new Stop(3, 'the build failed: the sources have the errors shown above', { cause: error });
    }
    throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
    await esbuild.stop();
  }
}

/**
 * Makes sure that dist/ is built from the sources as they are. Costs one stat for each source file when it is.
 *
 * @param {string} root
 * @param {AbortSignal} signal
 */
export async function ensureBuilt(root, signal) {
  if (await isBuilt(root)) return;
  const { withLock } = await import('./lock.mjs');
  await withLock(pathsOf(root).mutex, { deadlineMs: buildDeadlineMs, signal }, async () => {
    if (!(await isBuilt(root))) await build(root, signal);
  });
}

/**
 * Makes dist/ ready to be packed: emits the library's type declarations into dist/types, and says what is not part of a
 * package.
 *
 * @param {string} root
 * @param {AbortSignal} signal
 */
export async function prepareForPackage(root, signal) {
  const { dist } = pathsOf(root);
  leaveOutOfPackage(dist);
  // It may contain types of sources that are gone.
  rmSync(join(dist, 'types'), { recursive: true, force: true });
  const config = join(dist, '.tsconfig.types.json');
  const compilerOptions = {
    noEmit: false,
    // What the check of the checkout remembers says nothing of what was emitted.
    incremental: false,
    tsBuildInfoFile: null,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: '../src',
    outDir: 'types',
  };
  writeFileSync(
    config,
    JSON.stringify({
      extends: '../tsconfig.json',
      compilerOptions,
      files: ['../src/index.ts'],
      include: ['../src/**/*.d.ts'],
    }),
  );
  try {
    const { run } = await import('./run.mjs');
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const status = await run([process.execPath, compiler, '--project', config], { cwd: root, signal });
    if (status !== 0) throw new Stop(1, `${basename(compiler)} could not emit the type declarations (see above)`);
  } finally {
    rmSync(config, { force: true });
  }
}
