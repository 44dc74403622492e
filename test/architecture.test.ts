import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Which folders of src/ a folder may import, besides itself, `errors` and `support`. A folder that is not here must be
 * added with a decision; one that does not exist yet is no problem.
 */
const everything = '*';
const allowed: Readonly<Record<string, readonly string[] | typeof everything>> = {
  errors: [],
  support: [],
  topology: [],
  plan: ['topology'],
  render: ['plan', 'topology'],
  protocol: ['topology', 'plan', 'render'],
  setup: [],
  probe: ['protocol', 'plan', 'topology'],
  fault: ['protocol', 'plan', 'topology'],
  agent: ['protocol', 'plan', 'topology', 'render', 'probe', 'fault'],
  runtime: ['protocol', 'plan', 'render', 'topology', 'setup'],
  assert: ['protocol', 'probe', 'plan', 'topology'],
  lab: ['topology', 'plan', 'runtime', 'assert', 'protocol'],
  scenario: ['lab', 'runtime', 'assert', 'protocol', 'render', 'plan', 'topology', 'setup'],
  report: ['scenario', 'assert', 'probe', 'protocol', 'plan', 'topology'],
  web: everything,
  cli: everything,
  bin: ['cli'],
  index: everything,
  checkout: ['setup'],
};

/** Layers that compute the same from the same input: no file, process, network, clock, randomness. */
const pureLayers: ReadonlySet<string> = new Set(['topology', 'plan', 'render', 'assert', 'report']);
/** The edges of pure layers, where files are read. */
const impureFiles: ReadonlySet<string> = new Set([
  'src/topology/load.ts',
  'src/topology/bundled.ts',
  'src/topology/json-schema.ts',
  'src/topology/named.ts',
]);
const pureModules: ReadonlySet<string> = new Set(['node:path', 'node:util', 'node:url']);
const impureExpressions = [/^Date\.now$/, /^Math\.random$/, /^performance\.now$/, /^process\.\w+$/, /^crypto\.\w+$/];
const maxLines = 300;

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

interface Source {
  /** From the root of the checkout: `src/plan/plan.ts`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Every property access without a call's arguments: `process.exit`, `Date.now`. */
  readonly accesses: ReadonlySet<string>;
  readonly defaultExport: boolean;
  readonly moduleLets: readonly string[];
}

function parse(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const accesses = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      imports.push({ specifier: node.moduleSpecifier.text, typeOnly });
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
      imports.push({ specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier !== undefined && ts.isStringLiteral(specifier)) imports.push({ specifier: specifier.text, typeOnly: false });
    } else if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      accesses.add(`${node.expression.text}.${node.name.text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return {
    path,
    lines: text.split('\n').length - 1,
    imports,
    accesses,
    defaultExport: file.statements.some(
      (statement) =>
        ts.isExportAssignment(statement) ||
        (ts.canHaveModifiers(statement) &&
          ts.getModifiers(statement)?.some((modifier) => modifier.getText(file) === 'default') === true),
    ),
    moduleLets: file.statements.flatMap((statement) =>
      ts.isVariableStatement(statement) && /^let\b/.test(statement.declarationList.getText(file))
        ? [statement.declarationList.getText(file)]
        : [],
    ),
  };
}

/** `plan` for src/plan/x/y.ts; `index` for src/index.ts. */
function layerOf(path: string): string {
  const [, first = ''] = path.split('/');
  return first.replace(/\.(?:ts|mjs)$/, '');
}

/** The file an import leads to, as a path from the root; undefined for packages and Node's modules. */
function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return normalize(join(dirname(from), specifier)).replace(/\.js$/, '.ts');
}

function listSources(): readonly Source[] {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
    .map((path) => parse(path, readFileSync(join(root, path), 'utf8')));
}

/** One problem for each import that goes against the order of the layers. */
function findLayerViolations(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, imports }) => {
    const layer = layerOf(path);
    const mayImport = allowed[layer];
    if (mayImport === undefined) return [`${path}: the layer "${layer}" has no rule in test/architecture.test.ts`];
    return imports.flatMap(({ specifier }) => {
      const target = resolveImport(path, specifier);
      // The built entry file, which src/checkout.mjs loads by its path, is no source.
      if (target?.startsWith('src/') !== true) return [];
      const targetLayer = layerOf(target);
      const common = layer === 'errors' ? [layer] : layer === 'support' ? [layer, 'errors'] : [layer, 'errors', 'support'];
      if (layer === 'index' && (targetLayer === 'cli' || targetLayer === 'bin')) return [`${path} imports ${target}`];
      if (mayImport === everything || [...common, ...mayImport].includes(targetLayer)) return [];
      return [`${path} imports ${target}: ${layer} may import ${[...common, ...mayImport].join(', ')}`];
    });
  });
}

/** `netns` for a file of src/runtime/netns/; undefined for the interface and what runtimes share. */
function implementationOf(path: string): string | undefined {
  return /^src\/runtime\/([^/]+)\//.exec(path)?.[1];
}

function findRuntimeViolations(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier }) => {
      if (/^dockerode(?:\/|$)/.test(specifier) && implementationOf(path) !== 'docker') return [`${path} imports ${specifier}`];
      const target = resolveImport(path, specifier);
      const implementation = target === undefined ? undefined : implementationOf(target);
      if (target === undefined || implementation === undefined || implementation === implementationOf(path)) return [];
      return path === 'src/runtime/registry.ts' ? [] : [`${path} imports ${target}: only the registry names runtimes`];
    }),
  );
}

function isPure(path: string): boolean {
  return pureLayers.has(layerOf(path)) && !impureFiles.has(path);
}

/** Why a file is impure by itself. */
function findImpurities({ imports, accesses }: Source): readonly string[] {
  const modules = imports.filter(({ typeOnly }) => !typeOnly).map(({ specifier }) => specifier);
  return [
    ...modules.filter((name) => name.startsWith('node:') && !pureModules.has(name)),
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
    const next = source.imports.filter(({ typeOnly }) => !typeOnly).map(({ specifier }) => resolveImport(path, specifier));
    return next.flatMap((target) => (target === undefined || isPure(target) ? [] : explore(target, here)));
  };
  return sources.filter(({ path }) => isPure(path)).flatMap(({ path }) => explore(path, []));
}

const sources = listSources();

test('a layer imports only the layers before it', (t) => {
  t.deepEqual(findLayerViolations(sources), []);
});

test('runtimes know nothing of each other, and only docker knows dockerode', (t) => {
  t.deepEqual(findRuntimeViolations(sources), []);
});

test('pure layers use no file, process, network, clock or randomness, not even through others', (t) => {
  t.deepEqual(findPurityViolations(sources), []);
});

test('no default exports', (t) => {
  t.deepEqual(sources.filter(({ defaultExport }) => defaultExport).map(({ path }) => path), []);
});

test('no mutable state in modules', (t) => {
  t.deepEqual(sources.flatMap(({ path, moduleLets }) => moduleLets.map((text) => `${path}: ${text}`)), []);
});

test('nothing calls process.exit', (t) => {
  t.deepEqual(sources.filter(({ accesses }) => accesses.has('process.exit')).map(({ path }) => path), []);
});

test(`no file is longer than ${maxLines} lines`, (t) => {
  t.deepEqual(sources.filter(({ lines }) => lines > maxLines).map(({ path, lines }) => `${path}: ${lines}`), []);
});

test('every exception names a file that exists', (t) => {
  const topologyExists = existsSync(join(root, 'src/topology/load.ts'));
  t.deepEqual(topologyExists ? [...impureFiles].filter((path) => !existsSync(join(root, path))) : [], []);
});

test('the rules catch what they are for', (t) => {
  const bad = [
    parse('src/plan/bad.ts', "import { x } from '../agent/lab.js';\nimport { clock } from '../support/clock.js';\n"),
    parse('src/support/clock.ts', 'export const clock = () => Date.now();\n'),
    parse('src/render/bad.ts', "const { readFile } = await import('node:fs/promises');\nlet n = 0;\nexport default n;\n"),
    parse('src/runtime/netns/bad.ts', "import Docker from 'dockerode';\nexport * from '../docker/runtime.js';\n"),
    parse('src/index.ts', "import { main } from './cli/main.js';\n"),
    parse('src/invented/bad.ts', 'export {};\n'),
  ];
  t.is(findLayerViolations(bad).length, 3);
  t.is(findRuntimeViolations(bad).length, 2);
  t.deepEqual(findPurityViolations(bad), [
    'src/plan/bad.ts -> src/support/clock.ts uses Date.now',
    'src/render/bad.ts uses node:fs/promises',
  ]);
  t.deepEqual(bad.map(({ moduleLets, defaultExport }) => moduleLets.length > 0 && defaultExport), [false, false, true, false, false, false]);
});
