import test from 'ava';
import { checkout } from '../../support/sandbox.js';
import { listSources, resolveImport } from '../../support/sources.js';

const sources = listSources(checkout);

test('the command line loads only words and flags before it knows the verb', (t) => {
  const isWords =
    /^src\/(?:bin|errors|cli\/(?:main|help|run|output|options\/verb|look\/add-look-verbs|exchange\/add-exchange-verbs)|support\/[\w-]+)\.m?ts$/;
  const loaded = new Set(['src/bin.ts']);
  for (const path of loaded) {
    const { imports = [] } = sources.find((source) => source.path === path) ?? {};
    for (const { specifier, typeOnly, lazy } of imports) {
      const found = typeOnly || lazy ? undefined : resolveImport(path, specifier);
      if (found !== undefined) loaded.add(found);
    }
  }
  t.true(loaded.has('src/cli/main.ts'));
  t.deepEqual(
    [...loaded].filter((path) => !isWords.test(path)),
    [],
    'a verb loads its own code when it is called',
  );
});
