import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Name what you export: named exports keep one name everywhere.',
};
const noModuleState = ['Program > VariableDeclaration', 'Program > ExportNamedDeclaration > VariableDeclaration'].map(
  (selector) => ({
    selector: `${selector}[kind="let"]`,
    message: 'No mutable state in modules: two labs in one process would share it.',
  }),
);
const noProcessExit = {
  selector: 'CallExpression[callee.object.name="process"][callee.property.name="exit"]',
  message: 'Set process.exitCode: process.exit() loses output and skips clean-up.',
};

export default defineConfig(
  { ignores: ['dist/', '.tests-*/', 'node_modules/', 'coverage/'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js', 'ava.config.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', 300],
      'no-console': 'error',
      'no-restricted-syntax': ['error', noDefaultExport, ...noModuleState, noProcessExit],
      'no-shadow': 'off',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
      '@typescript-eslint/array-type': ['error', { default: 'array' }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-shadow': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    // What speaks to people on a terminal, or to the lab's log in the agent's case.
    files: ['src/cli/**', 'src/bin.ts', 'src/checkout.mjs', 'src/checkout/**', 'test/bench/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        ['AbortController', 'AbortSignal', 'URL', 'clearTimeout', 'console', 'process', 'setTimeout'].map((name) => [
          name,
          'readonly',
        ]),
      ),
    },
  },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs', globals: { module: 'readonly' } } },
  {
    // Parsed by Node versions that are too old for anything else.
    files: ['src/checkout.mjs', 'src/checkout/old-node.mjs'],
    rules: { '@typescript-eslint/prefer-nullish-coalescing': 'off' },
  },
  // A test says in one file what one thing promises.
  { files: ['test/**'], rules: { 'max-lines': ['error', 400] } },
  { files: ['eslint.config.js', 'ava.config.mjs'], rules: { 'no-restricted-syntax': 'off' } },
);
