import test from 'ava';
import { parseYaml } from '../../../src/topology/file/yaml.js';
import { fileFormats, nowhere, readFormat, type FileFormat } from '../../../src/topology/formats.js';

const other = 'name: lab\nnetwork:\n  nodes: {a: {}}\n';

test('a nearcast file is read as its own tree, and so is what no format claims', (t) => {
  for (const text of ['name: lab\nnodes: {a: {kind: router}}\n', 'key: [', ''])
    t.deepEqual(readFormat(text, 'lab.yml'), parseYaml(text));
});

test('one more entry of the list reads it, by its text or by the name of its file', (t) => {
  const tree = parseYaml('name: imported\nnodes: {}\n');
  const entry = (recognizes: FileFormat['recognizes']): FileFormat => ({ name: 'other', recognizes, read: () => tree });
  const byText = [entry(({ text }) => text.includes('network:')), ...fileFormats];
  t.is(readFormat(other, 'lab.yml', nowhere, byText), tree);
  const byName = [entry(({ path }) => path.endsWith('lab.conf')), ...fileFormats];
  t.is(readFormat('pc1[0]="A"\n', 'kathara/lab.conf', nowhere, byName), tree);
  t.not(readFormat('name: lab\n', 'lab.yml', nowhere, byName), tree);
});
