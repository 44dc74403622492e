import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import ts from 'typescript';
import { checkout } from './sandbox.js';

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  /** Loaded when a statement is reached, not with the file. */
  readonly lazy: boolean;
}

export interface Source {
  /** From the root of the checkout: `src/plan/plan.ts`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Every property access without a call's arguments: `process.exit`, `Date.now`. */
  readonly accesses: ReadonlySet<string>;
  readonly defaultExport: boolean;
  /** Comparisons with the name of a runtime. */
  readonly runtimeBranches: readonly string[];
  readonly moduleLets: readonly string[];
}

/** What the tests of the architecture ask of one file. */
export function parse(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const accesses = new Set<string>();
  const runtimeBranches: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      imports.push({ specifier: node.moduleSpecifier.text, typeOnly, lazy: false });
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      imports.push({ specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly, lazy: false });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier !== undefined && ts.isStringLiteral(specifier))
        imports.push({ specifier: specifier.text, typeOnly: false, lazy: true });
    } else if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      accesses.add(`${node.expression.text}.${node.name.text}`);
    }
    if (ts.isBinaryExpression(node) && /^(.*[=!]==)? ?'(?:netns|docker)'$/s.test(node.getText(file)))
      runtimeBranches.push(node.getText(file));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return {
    path,
    lines: text.split('\n').length - 1,
    imports,
    accesses,
    runtimeBranches,
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

/** The file an import leads to, as a path from the root; undefined for packages and Node's modules. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = normalize(join(dirname(from), specifier)).replace(/\.js$/, '.ts');
  return existsSync(join(checkout, `${path}x`)) ? `${path}x` : path;
}

/** Every file of src/ in the checkout at `root`, in the order of their paths. */
export function listSources(root: string): readonly Source[] {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:tsx?|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
    .map((path) => parse(path, readFileSync(join(root, path), 'utf8')));
}
