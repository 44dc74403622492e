import test from 'ava';
import { readTopology } from '../../../src/topology/read.js';

/** The text at each place a problem points at, up to the end of the word. */
function pointedAt(text: string): readonly string[] {
  const reading = readTopology(text, 'lab.yml');
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  return ('problems' in reading ? reading.problems : []).map(({ line, column }) => {
    const rest = Array.from(lines[line - 1] ?? '')
      .slice(column - 1)
      .join('');
    return /^(?:"[^"]*"|'[^']*'|[\w./@-]+|.)/.exec(rest)?.[0] ?? '';
  });
}

test('a problem points at the key or the value it is about', (t) => {
  t.deepEqual(
    pointedAt(`name: lab
nodes:
  client1: {kind: hots}
  router1:
    kind: router
    colour: red
  'bad name': {kind: router}
links:
  - endpoints:
      - router1
      - "rooter"
    cost: 70000
`),
    ['hots', 'colour', "'bad name'", '"rooter"', '70000'],
  );
});

test('places are right with CRLF, old Mac line ends, a byte order mark and wide characters', (t) => {
  const lines = ['name: lab', 'title: "🦊 é"', 'nodes: {"🦊🦊": {kind: router}, b: {kind: hots}}', 'linsk: []', ''];
  const expected = ['"🦊🦊"', 'hots', 'linsk'];
  for (const end of ['\n', '\r\n', '\r']) t.deepEqual(pointedAt(lines.join(end)), expected, JSON.stringify(end));
  t.deepEqual(pointedAt(`\uFEFF${lines.join('\n')}`), expected);
});

test('a missing key is shown at what lacks it', (t) => {
  t.deepEqual(pointedAt('name: lab\nnodes:\n  router1: {}\nanycast:\n  dns:\n    addresses: [192.0.2.1]\n'), [
    'router1',
    'dns',
  ]);
});

test('problems come in the order of the file, each once', (t) => {
  const reading = readTopology(
    'name: lab\nnodes: {a: {kind: router}}\nlinks:\n  - [a, x]\n  - [a, y]\nfoo: 1\nbar: 2\n',
    'lab.yml',
  );
  const places = 'problems' in reading ? reading.problems.map(({ line, message }) => `${line} ${message}`) : [];
  t.deepEqual(places, [
    '4 there is no node "x"',
    '5 there is no node "y"',
    '6 unknown key "foo"',
    '7 unknown key "bar"',
  ]);
});
