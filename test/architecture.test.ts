import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { everything, layerRules } from './support/layer-rules.js';
import { listSources, parse, resolveImport, type Source } from './support/sources.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Layers that compute the same from the same input: no file, process, network, clock, randomness. */
const pureWords =
  'frr dnssec topology plan placement forecast render export codec measure fault picture predict internet generate assert report';
const pureLayers: ReadonlySet<string> = new Set(pureWords.split(' '));
/** The edges of pure layers, where files are read. */
const impureFiles: ReadonlySet<string> = new Set([
  'src/topology/attach.ts',
  'src/topology/load.ts',
  'src/topology/bundled.ts',
  'src/topology/imported.ts',
  'src/topology/file/json-schema.ts',
  'src/topology/named.ts',
  'src/internet/read.ts',
]);
/** Hashes, and signatures without randomness: a function of key and text (RFC 8032). */
const pureSigners: ReadonlySet<string> = new Set(['src/dnssec/zone-key.ts']);
const pureModules: ReadonlySet<string> = new Set(['node:path', 'node:util', 'node:url']);
const impureExpressions = [/^Date\.now$/, /^Math\.random$/, /^performance\.now$/, /^process\.\w+$/, /^crypto\.\w+$/];
const maxLines = 300;
const maxFiles = 20;

/** The folder by whose rule a file goes: `agent/probe` for src/agent/probe/trace.ts, `index` for src/index.ts. */
function layerOf(path: string): string {
  return path
    .replace(/\.(?:tsx?|mjs|cjs)$/, '')
    .split('/')
    .slice(1, path.split('/').length === 2 ? 2 : -1)
    .join('/');
}

/** One problem for each import that goes against the order of the layers. */
function findLayerViolations(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, imports }) => {
    const layer = layerOf(path);
    const mayImport = layerRules[layer];
    if (mayImport === undefined) return [`${path}: the layer "${layer}" has no rule in test/support/layer-rules.ts`];
    return imports.flatMap(({ specifier }) => {
      const target = resolveImport(path, specifier);
      // The built entry file, which src/checkout.mjs loads by its path, is no source.
      if (target?.startsWith('src/') !== true) return [];
      const targetLayer = layerOf(target);
      const common =
        layer === 'errors' ? [layer] : layer === 'support' ? [layer, 'errors'] : [layer, 'errors', 'support', 'frr'];
      if (layer === 'index' && (targetLayer === 'cli' || targetLayer === 'bin')) return [`${path} imports ${target}`];
      if (mayImport === everything || [...common, ...mayImport].includes(targetLayer)) return [];
      return [`${path} imports ${target}: ${layer} may import ${[...common, ...mayImport].join(', ')}`];
    });
  });
}

/** The built-in service is one of several: who starts its thread, and who answers for what is taken, know it too. */
const identityUsers: ReadonlySet<string> = new Set(['src/agent/main.ts', 'src/agent/fault/hijacker.ts']);

function findDriverViolations(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, imports }) =>
    layerOf(path) === 'agent/service'
      ? []
      : imports
          .map(({ specifier }) => resolveImport(path, specifier))
          .filter((target) => target !== undefined && /^src\/agent\/service\/(?!service-|behalf-)/.test(target))
          .filter(() => !identityUsers.has(path))
          .map((target) => `${path} imports ${target ?? ''}: only its driver knows a service`),
  );
}

/** `netns` for a file of src/runtime/netns/; undefined for the interface and what runtimes share. */
function implementationOf(path: string): string | undefined {
  return /^src\/runtime\/([^/]+)\//.exec(path)?.[1];
}

function findRuntimeViolations(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier }) => {
      if (/^dockerode(?:\/|$)/.test(specifier) && implementationOf(path) !== 'docker')
        return [`${path} imports ${specifier}`];
      const target = resolveImport(path, specifier);
      const implementation = target === undefined ? undefined : implementationOf(target);
      if (target === undefined || implementation === undefined || implementation === implementationOf(path)) return [];
      // A swarm's machines are engines.
      if (implementationOf(path) === 'swarm' && implementation === 'docker') return [];
      return path === 'src/runtime/registry.ts' ? [] : [`${path} imports ${target}: only the registry names runtimes`];
    }),
  );
}

/** Comparisons with the name of a runtime, outside of the folder that knows runtimes. */
function findRuntimeBranches(sources: readonly Source[]): readonly string[] {
  return sources
    .filter(({ path }) => !path.startsWith('src/runtime/'))
    .flatMap(({ path, runtimeBranches }) => runtimeBranches.map((text) => `${path}: ${text}`));
}

function isPure(path: string): boolean {
  return pureLayers.has(layerOf(path).split('/')[0] ?? '') && !impureFiles.has(path);
}

/** Why a file is impure by itself. */
function findImpurities({ path, imports, accesses }: Source): readonly string[] {
  const modules = imports.filter(({ typeOnly }) => !typeOnly).map(({ specifier }) => specifier);
  return [
    ...modules
      .filter((name) => name.startsWith('node:') && !pureModules.has(name))
      .filter((name) => name !== 'node:crypto' || !pureSigners.has(path)),
    ...[...accesses].filter((access) => impureExpressions.some((pattern) => pattern.test(access))),
  ];
}

/** Pure files that are impure, by themselves or through what they import when they run. */
function findPurityViolations(sources: readonly Source[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const explore = (path: string, trail: readonly string[]): readonly string[] => {
    const source = byPath.get(path);
    if (source === undefined || trail.includes(path)) return [];
    const here = [...trail, path];
    const own = findImpurities(source).map((impurity) => `${here.join(' -> ')} uses ${impurity}`);
    if (own.length > 0) return own;
    const next = source.imports
      .filter(({ typeOnly }) => !typeOnly)
      .map(({ specifier }) => resolveImport(path, specifier));
    return next.flatMap((target) => (target === undefined || isPure(target) ? [] : explore(target, here)));
  };
  return sources.filter(({ path }) => isPure(path)).flatMap(({ path }) => explore(path, []));
}

/** One path of imports for every circle of files. */
function findCircles(sources: readonly Source[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const explore = (path: string, trail: readonly string[]): readonly string[] => {
    if (trail.includes(path)) return [[...trail.slice(trail.indexOf(path)), path].join(' -> ')];
    if (done.has(path)) return [];
    const targets = (byPath.get(path)?.imports ?? []).map(({ specifier }) => resolveImport(path, specifier));
    const found = targets.flatMap((target) => (target === undefined ? [] : explore(target, [...trail, path])));
    done.add(path);
    return found;
  };
  return sources.flatMap(({ path }) => explore(path, []));
}

/** Folders whose rules lead back to themselves, unless one lies in the other. */
function findFolderCircles(rules: typeof layerRules): readonly string[] {
  const isNested = (one: string, other: string): boolean =>
    one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
  const next = (folder: string): readonly string[] => {
    const rule = rules[folder] ?? [];
    return rule === everything ? [] : rule.filter((target) => !isNested(folder, target));
  };
  const explore = (folder: string, trail: readonly string[]): readonly string[] =>
    trail.includes(folder)
      ? [[...trail, folder].join(' -> ')]
      : next(folder).flatMap((target) => explore(target, [...trail, folder]));
  return Object.keys(rules).flatMap((folder) => explore(folder, []));
}

const sources = listSources(root);

test('a layer imports only the layers before it', (t) => {
  t.deepEqual(findLayerViolations(sources), []);
});

test('no files import each other in a circle, not even types', (t) => {
  t.deepEqual(findCircles(sources), []);
});

test('the rules of the layers have no circle, and no layer that is not there', (t) => {
  t.deepEqual(findFolderCircles(layerRules), []);
  const layers = new Set(sources.map(({ path }) => layerOf(path)));
  t.deepEqual(
    Object.keys(layerRules).filter((layer) => !layers.has(layer)),
    [],
  );
});

test('the table of CONTRIBUTING has every layer, and no other folder', (t) => {
  const table = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const rows = [...table.matchAll(/^\| `([a-z/]+)\/` \|/gm)].map(([, folder = '']) => folder);
  const layers = Object.keys(layerRules).filter((layer) => !['errors', 'bin', 'index'].includes(layer));
  // What lies below a row is described in it, except in the agent, where each folder has a row of its own.
  const parent = (layer: string): string => (layer.startsWith('agent/') ? layer : (layer.split('/')[0] ?? layer));
  t.deepEqual(
    layers.filter((layer) => !rows.includes(layer) && !rows.includes(parent(layer))),
    [],
  );
  t.deepEqual(
    rows.filter((row) => !layers.includes(row)),
    [],
  );
});

test(`no folder has more than ${maxFiles} files`, (t) => {
  const counts = new Map<string, number>();
  for (const { path } of sources) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  t.deepEqual(
    [...counts].filter(([, count]) => count > maxFiles).map(([folder, count]) => `${folder}: ${String(count)}`),
    [],
  );
});

test('runtimes know nothing of each other, and only docker knows dockerode', (t) => {
  t.deepEqual(findRuntimeViolations(sources), []);
});

test('nothing outside of runtime/ asks which runtime it is: what one can do is a capability', (t) => {
  t.deepEqual(findRuntimeBranches(sources), []);
});

test('a service is known to its driver alone', (t) => {
  t.deepEqual(findDriverViolations(sources), []);
});

test('pure layers use no file, process, network, clock or randomness, not even through others', (t) => {
  t.deepEqual(findPurityViolations(sources), []);
});

test('no default exports', (t) => {
  t.deepEqual(
    sources.filter(({ defaultExport }) => defaultExport).map(({ path }) => path),
    [],
  );
});

test('no mutable state in modules', (t) => {
  t.deepEqual(
    sources.flatMap(({ path, moduleLets }) => moduleLets.map((text) => `${path}: ${text}`)),
    [],
  );
});

test('nothing calls process.exit', (t) => {
  t.deepEqual(
    sources.filter(({ accesses }) => accesses.has('process.exit')).map(({ path }) => path),
    [],
  );
});

test(`no file is longer than ${maxLines} lines`, (t) => {
  t.deepEqual(
    sources.filter(({ lines }) => lines > maxLines).map(({ path, lines }) => `${path}: ${lines}`),
    [],
  );
});

test('every exception names a file that exists', (t) => {
  const topologyExists = existsSync(join(root, 'src/topology/load.ts'));
  t.deepEqual(
    topologyExists
      ? [...impureFiles, ...pureSigners, ...identityUsers].filter((path) => !existsSync(join(root, path)))
      : [],
    [],
  );
});

test('the rules catch what they are for', (t) => {
  const bad = [
    parse('src/plan/bad.ts', "import { x } from '../agent/lab.js';\nimport { clock } from '../support/clock.js';\n"),
    parse('src/support/clock.ts', 'export const clock = () => Date.now();\n'),
    parse(
      'src/render/bad.ts',
      "const { readFile } = await import('node:fs/promises');\nlet n = 0;\nexport default n;\n",
    ),
    parse('src/runtime/netns/bad.ts', "import Docker from 'dockerode';\nexport * from '../docker/runtime.js';\n"),
    parse(
      'src/index.ts',
      "import { main } from './cli/main.js';\nexport const isPlain = record.runtime === 'netns';\n",
    ),
    parse('src/invented/bad.ts', 'export {};\n'),
    parse('src/agent/probe/bad.ts', "import type { Step } from '../step/bad.js';\n"),
    parse('src/agent/step/bad.ts', "import { probe } from '../probe/bad.js';\n"),
    parse('src/agent/fault/bad.ts', "import { LocalCheck } from '../service/local-check.js';\n"),
  ];
  t.is(findLayerViolations(bad).length, 5);
  t.deepEqual(findCircles(bad), ['src/agent/probe/bad.ts -> src/agent/step/bad.ts -> src/agent/probe/bad.ts']);
  t.deepEqual(findFolderCircles({ a: ['b'], b: ['c', 'b/d'], c: [], 'b/d': ['b'] }), []);
  t.true(findFolderCircles({ a: ['b'], b: ['c'], c: ['a'] }).length > 0);
  t.is(findRuntimeViolations(bad).length, 2);
  t.deepEqual(findRuntimeBranches(bad), ["src/index.ts: record.runtime === 'netns'"]);
  t.is(findDriverViolations(bad).length, 1);
  t.deepEqual(findPurityViolations(bad), [
    'src/plan/bad.ts -> src/support/clock.ts uses Date.now',
    'src/render/bad.ts uses node:fs/promises',
  ]);
  t.deepEqual(
    bad.map(({ moduleLets, defaultExport }) => moduleLets.length > 0 && defaultExport),
    [false, false, true, false, false, false, false, false, false],
  );
});

test('unit tests are declared at once: in a whole run those of a layer share a process, and AVA takes none after a wait', (t) => {
  const unit = join(root, 'test', 'unit');
  const waiting = readdirSync(unit, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .filter((path) => /^(?:(?:export )?const .*= )?await /m.test(readFileSync(join(unit, path), 'utf8')));
  t.deepEqual(waiting, []);
});
