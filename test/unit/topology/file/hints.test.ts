import test from 'ava';
import { topologyJsonSchema } from '../../../../src/topology/file/json-schema.js';
import { hintAt } from '../../../../src/topology/file/shape.js';
import { readTopology } from '../../../../src/topology/read.js';

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | boolean;
}

const root = JSON.parse(topologyJsonSchema()) as Schema;

/** Every path of the schema; `x` is a name that the file gives, 0 is an entry of a list. */
function pathsBelow(schema: Schema, path: readonly (string | number)[]): readonly (readonly (string | number)[])[] {
  const { $ref } = schema;
  if ($ref !== undefined) return pathsBelow(root.$defs?.[$ref.replace('#/$defs/', '')] ?? {}, path);
  const parts: [string | number, Schema][] = Object.entries(schema.properties ?? {});
  if (typeof schema.additionalProperties === 'object') parts.push(['x', schema.additionalProperties]);
  if (typeof schema.items === 'object') parts.push([0, schema.items]);
  return [
    ...(schema.anyOf ?? []).flatMap((each) => pathsBelow(each, path)),
    ...parts.flatMap(([step, each]) => [[...path, step], ...pathsBelow(each, [...path, step])]),
  ];
}

test('wherever a value is wrong, the hint says what would be right there', (t) => {
  const paths = pathsBelow(root, []);
  t.true(paths.length > 300, String(paths.length));
  const without = paths.filter((path) => hintAt(path) === 'docs/topology.md describes it');
  t.deepEqual(
    without.map((path) => path.join('.')),
    [],
  );
});

function problemsOf(links: string, scenario: string): readonly string[] {
  const reading = readTopology(
    `name: a\nnodes: {c: {kind: host}, r: {kind: router}, s: {kind: host}}\nlinks: [[c, r], ${links}]\n` +
      `anycast: {dns: {addresses: [192.0.2.53], instances: [s]}}\nscenario: ${scenario}\n`,
    'a.yml',
  );
  return 'problems' in reading ? reading.problems.map(({ message, hint }) => `${message}: ${hint}`) : [];
}

test('a number without a unit, and an expectation beside its step, are told what to write', (t) => {
  t.deepEqual(problemsOf('{endpoints: [s, r], delay: 20}', '[]'), [
    '"delay" must be text, not the number 20: write it with its unit: 20ms',
  ]);
  t.deepEqual(problemsOf('[s, r]', '[{fail: s, within: 2s}]'), [
    'unknown key "within": put it under "expect":  expect: {within: ...}',
  ]);
});
