import test from 'ava';
import { parseYaml } from '../../../src/topology/file/yaml.js';
import { fileFormats, readFormat, type FileFormat } from '../../../src/topology/formats.js';

const containerlab = 'name: lab\ntopology:\n  nodes: {a: {}}\n';

test('a nearcast file is read as its own tree, and so is what no format claims', (t) => {
  for (const text of ['name: lab\nnodes: {a: {kind: router}}\n', 'key: [', ''])
    t.deepEqual(readFormat(text, 'lab.yml'), parseYaml(text));
});

test('a format that is known but cannot be read is refused where it shows', (t) => {
  const { root, findings } = readFormat(containerlab, 'lab.yml');
  t.is(root, undefined);
  t.deepEqual(
    findings.map(({ code, offset }) => [code, offset]),
    [['FOREIGN_FORMAT', containerlab.indexOf('topology')]],
  );
});

test('one more entry of the list reads it, by its text or by the name of its file', (t) => {
  const tree = parseYaml('name: imported\nnodes: {}\n');
  const entry = (recognizes: FileFormat['recognizes']): FileFormat => ({ name: 'other', recognizes, read: () => tree });
  const byText = [...fileFormats, entry(({ text }) => text.includes('topology:'))];
  t.is(readFormat(containerlab, 'lab.yml', byText), tree);
  const byName = [entry(({ path }) => path.endsWith('lab.conf')), ...fileFormats];
  t.is(readFormat('pc1[0]="A"\n', 'kathara/lab.conf', byName), tree);
  t.not(readFormat('name: lab\n', 'lab.yml', byName), tree);
});
