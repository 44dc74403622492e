import test from 'ava';
import fc from 'fast-check';
import { readTopology } from '../../../src/topology/read.js';
import type { Problem } from '../../../src/topology/model/problem.js';

/*
 * Whatever a file contains, it is answered with problems or a topology. The size of each input is about 100 kB or
 * more; something quadratic in it runs into the time limit.
 */

function problemsIn(text: string): readonly Problem[] {
  const reading = readTopology(text, 'lab.yml');
  return 'problems' in reading ? reading.problems : [];
}

const codesIn = (text: string): readonly string[] => [...new Set(problemsIn(text).map(({ code }) => code))];
const times = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

/** A line of routers with a client and a server at each. */
function bigTopology(routers: number): string {
  return [
    'name: big\nnodes:\n',
    times(routers, (i) => `  r${i}: {kind: router}\n  c${i}: {kind: host}\n  s${i}: {kind: host}\n`),
    'links:\n',
    times(routers, (i) => `  - [c${i}, r${i}]\n  - [s${i}, r${i}]\n${i === 0 ? '' : `  - [r${i - 1}, r${i}]\n`}`),
    'anycast:\n  dns:\n    addresses: [192.0.2.53]\n    instances:\n',
    times(routers, (i) => `      - s${i}\n`),
    'expect:\n',
    times(routers, (i) => `  c${i}: s${i}\n`),
  ].join('');
}

test('a topology of 5,000 nodes is read', (t) => {
  t.timeout(20_000);
  const reading = readTopology(bigTopology(1_667), 'big.yml');
  t.is('topology' in reading ? reading.topology.nodes.length : 0, 5_001);
});

test('5,000 nodes with a slip on every line are answered with the first hundred problems', (t) => {
  t.timeout(20_000);
  const problems = problemsIn(bigTopology(1_667).replaceAll('kind: host', 'kind: hots'));
  t.is(problems.length, 101);
  t.like(problems[0], { code: 'BAD_VALUE', hint: 'did you mean "host"?' });
  t.like(problems[100], { code: 'MORE_PROBLEMS', message: 'and 3234 more problems from here on' });
});

const nonsense: readonly (readonly [string, string, string])[] = [
  ['open brackets', '['.repeat(100_000), 'YAML_SYNTAX'],
  ['open braces', '{'.repeat(100_000), 'YAML_SYNTAX'],
  ['question marks', '? '.repeat(50_000), 'YAML_SYNTAX'],
  ['dashes', '- '.repeat(50_000), 'YAML_SYNTAX'],
  ['anchors and tags', '&a !b '.repeat(16_000), 'YAML_SYNTAX'],
  ['deepening lines', times(400, (i) => `${' '.repeat(i)}&a\n${' '.repeat(i)}- !b\n`), 'YAML_SYNTAX'],
  ['control characters', '\u0001'.repeat(100_000), 'YAML_SYNTAX'],
  ['null characters', '\0'.repeat(100_000), 'YAML_SYNTAX'],
  ['one word', 'x'.repeat(100_000), 'WRONG_TYPE'],
  ['one long list', `[${'x,'.repeat(50_000)}]`, 'WRONG_TYPE'],
  ['one key over and over', 'name: x\n'.repeat(12_500), 'DUPLICATE_KEY'],
  ['unknown keys', times(10_000, (i) => `nodes${i}: 1\n`), 'UNKNOWN_KEY'],
  ['nodes that are none', `name: x\nnodes: {${times(10_000, (i) => `a${i}: 1, `)}}`, 'WRONG_TYPE'],
  [
    'links to nothing',
    `name: x\nnodes: {a: {kind: router}}\nlinks: [${times(
      10_000,
      (i) => `[a, b${i}],
    `,
    )}]`,
    'UNKNOWN_NODE',
  ],
  [
    'the same link',
    `name: x\nnodes: {a: {kind: router}, b: {kind: router}}\nlinks: [${'["a:e1", "b:e1"], '.repeat(6_000)}]`,
    'DUPLICATE_INTERFACE',
  ],
  [
    'the same prefix',
    `name: x\nnodes: {a: {kind: router}, b: {kind: router}}\nlinks: [${'{endpoints: [a, b], prefix: 192.0.2.0/24}, '.repeat(2_500)}]`,
    'PREFIX_OVERLAP',
  ],
  ['the same fault', `name: x\nnodes: {a: {kind: router}}\nscenario: [${'{fail: a}, '.repeat(10_000)}]`, 'BAD_STEP'],
  ['too much of it', '# comment\n'.repeat(110_000), 'FILE_TOO_LARGE'],
];

for (const [name, text, code] of nonsense) {
  test(`nonsense is answered: ${name}`, (t) => {
    t.timeout(20_000);
    t.true(codesIn(text).includes(code), codesIn(text).join(' '));
    for (const { message, hint } of problemsIn(text)) t.true(message.length < 300 && hint.length < 500, message);
  });
}

test('an alias bomb is refused, not expanded', (t) => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${times(25, (i) => {
    const [from, to] = ['abcdefghijklmnopqrstuvwxyz'.charAt(i), 'abcdefghijklmnopqrstuvwxyz'.charAt(i + 1)];
    return `${to}: &${to} [${`*${from}, `.repeat(9)}]\n`;
  })}`;
  t.deepEqual(codesIn(bomb), ['YAML_ALIAS']);
});

test('a thousand islands with a thousand services are told apart', (t) => {
  t.timeout(20_000);
  const text = [
    'name: x\nnodes:\n',
    times(1_000, (i) => `  r${i}: {kind: router}\n  c${i}: {kind: host}\n  s${i}: {kind: host}\n`),
    'links:\n',
    times(1_000, (i) => `  - [r${i}, c${i}]\n  - [r${i}, s${i}]\n`),
    'anycast:\n',
    times(1_000, (i) => `  x${i}: {addresses: [192.0.${i >> 8}.${i & 255}], instances: [s${i}]}\n`),
  ].join('');
  t.true(codesIn(text).includes('UNREACHABLE'));
});

const punctuation = fc.string({
  unit: fc.constantFrom(...Array.from('[]{},:?-#&*!|>\'"%@` \n\tab1~<=.')),
  maxLength: 400,
});
const words = fc.constantFrom(
  'name',
  'title',
  'nodes',
  'links',
  'anycast',
  'expect',
  'scenario',
  'play',
  'kind',
  'host',
  'router',
  'switch',
  'frr',
  'sysctls',
  'exec',
  'endpoints',
  'cost',
  'mtu',
  'prefix',
  'addresses',
  'instances',
  'announce',
  'fail',
  'restore',
  'how',
  'within',
  'nobody',
  'a',
  'b',
  'a/b',
  'a:eth1',
  's@a',
  '192.0.2.1',
  '192.0.2.0/24',
  '__proto__',
  'constructor',
  '1s',
  'toString',
  'topology',
  '',
);
const scalar = fc.oneof(words, words, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.string());
const { document } = fc.letrec((tie) => ({
  document: fc.dictionary(words, tie('value'), { maxKeys: 9 }),
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(words, tie('value'), { maxKeys: 5 }),
  ),
}));

/** Text that readers other than a topology's would understand: JSON is YAML, and dictionaries become maps. */
const structured = document.map((value) => JSON.stringify(value));

for (const [name, texts] of [
  ['any text', fc.string({ unit: 'binary', maxLength: 300 })],
  ['YAML punctuation', punctuation],
  ['the words of topologies in any structure', structured],
] as const) {
  test(`never throws: ${name}`, (t) => {
    t.timeout(60_000);
    fc.assert(
      fc.property(texts, (text) => {
        const reading = readTopology(text, 'lab.yml');
        if ('topology' in reading) return reading.topology.nodes.length > 0;
        return (
          reading.problems.length > 0 &&
          reading.problems.every(
            ({ line, column, message, hint }) => line > 0 && column > 0 && message !== '' && hint !== '',
          )
        );
      }),
      { numRuns: 1_000 },
    );
    t.pass();
  });
}
