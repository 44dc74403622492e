import test from 'ava';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { yamlText } from '../../../../src/topology/foreign/yaml-text.js';

test('what is written reads back as it was', (t) => {
  const texts = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'yes',
      '1',
      '0x10',
      '1e3',
      'a: b',
      '- x',
      '2001:db8::1/64',
      'r1:eth1',
      'a\nb\n',
      'a\n\n  b',
      ' a\nb',
      'a\n\n',
      '#x',
      '.5',
      '~',
    ),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, texts, fc.integer(), fc.boolean(), tie('list'), tie('map')),
    list: fc.array(tie('tree'), { maxLength: 4 }),
    map: fc.dictionary(
      fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
      tie('tree'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  }));
  t.notThrows(() => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('name', 'nodes', 'links', '1'), tree, { minKeys: 1, noNullPrototype: true }),
        (value) => {
          t.deepEqual(load(yamlText(value)), value);
        },
      ),
      { numRuns: 200 },
    );
  });
});

test('what fits in a line is in one, and a script keeps its lines', (t) => {
  t.is(
    yamlText({
      name: 'small',
      nodes: {
        r1: { kind: 'router', frr: { file: 'r1/frr.conf' } },
        r2: { kind: 'host', exec: ['for i in 1 2\ndo echo $i\ndone\n'] },
      },
      links: [['r1:eth1', 'r2:eth1']],
    }),
    `name: small
nodes:
  r1: {kind: router, frr: {file: r1/frr.conf}}
  r2:
    kind: host
    exec:
      - |
        for i in 1 2
        do echo $i
        done
links:
  - [r1:eth1, r2:eth1]
`,
  );
});
