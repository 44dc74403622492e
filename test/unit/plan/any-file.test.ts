import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import fc from 'fast-check';
import { planLab } from '../../../src/plan/plan.js';
import { renderLab } from '../../../src/render/render.js';
import type { Attach } from '../../../src/topology/file/own-frr.js';
import { readTopology } from '../../../src/topology/read.js';
import { anyTopology } from '../../support/any-topology.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const ymlIn = (folder: string) =>
  readdirSync(`${root}${folder}`)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => `${root}${folder}/${name}`);
const files = [
  ...ymlIn('topologies'),
  ...ymlIn('docs/examples'),
  ...readdirSync(`${root}test/golden`)
    .map((name) => `${root}test/golden/${name}/topology.yml`)
    .filter((path) => existsSync(path)),
];
const texts = files.map((path) => readFileSync(path, 'utf8'));
const strange = [
  '0',
  '1',
  '-1',
  '65535',
  '65536',
  '4294967295',
  '4294967296',
  '9007199254740993',
  '1e9',
  '0.1',
  '~',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  'host',
  'router',
  'switch',
  '"::"',
  '0.0.0.0',
  '255.255.255.255',
  '172.16.0.0/31',
  '"2001:db8::/127"',
  '192.0.2.53',
  'true',
  '1ms',
  '99999999s',
  'nobody',
  'all',
  'lo',
  'eth0',
  'router1',
  'client1',
];

interface Change {
  readonly kind: 'delete' | 'double' | 'swap' | 'replace';
  readonly at: number;
  readonly to: number;
  readonly word: string;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('delete', 'double', 'swap', 'replace', 'replace'),
  at: fc.nat(400),
  to: fc.nat(400),
  word: fc.constantFrom(...strange),
});

function changed(text: string, { kind, at, to, word }: Change): string {
  const lines = text.split('\n');
  const [here, there] = [at % lines.length, to % lines.length];
  const [line = '', other = ''] = [lines[here], lines[there]];
  if (kind === 'delete') lines.splice(here, 1);
  if (kind === 'double') lines.splice(here, 0, line);
  if (kind === 'swap') [lines[here], lines[there]] = [other, line];
  if (kind === 'replace') {
    const words = line.split(/([\w.:/"%-]+)/);
    const place = 2 * (to % Math.max(1, (words.length - 1) / 2)) + 1;
    lines[here] = words.map((part, index) => (index === place ? word : part)).join('');
  }
  return lines.join('\n');
}

/** Whether the file is valid; if so, it can be planned and rendered, or this throws. */
function planned(text: string): boolean {
  const attach: Attach = (path) => ({ path, text: 'interface eth1\n ip address 10.9.8.7/24\nrouter ospf\n' });
  const reading = readTopology(text, 'any.yml', attach);
  if ('problems' in reading) return false;
  const plan = planLab(reading.topology);
  return Object.keys(renderLab(plan).nodes).length === plan.nodes.length;
}

test('what is valid can be planned and rendered, whatever was done to the file', (t) => {
  const generated = fc.integer({ min: 1, max: 10_000 }).map(anyTopology);
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...texts), generated),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      (text, changes) => {
        planned(changes.reduce(changed, text));
      },
    ),
    { numRuns: 400 },
  );
  t.true(texts.every(planned), 'and the files themselves are valid');
});

/** A router, an instance, and so many clients on one switch. */
const crowd = (clients: number, prefix: string) => `
name: crowd
nodes:
  router1: {kind: router}
  server-a: {kind: host}
  sw1: {kind: switch}
${Array.from({ length: clients }, (_, index) => `  c${String(index)}: {kind: host}\n`).join('')}
links:
  - [router1, server-a]
  - {endpoints: [router1, sw1]${prefix}}
${Array.from({ length: clients }, (_, index) => `  - [c${String(index)}, sw1]\n`).join('')}
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a]}
`;

test('a segment has as many members as it has addresses, and not one more', (t) => {
  t.true(planned(crowd(1021, '')));
  const reading = readTopology(crowd(1022, ''), 'crowd.yml');
  t.deepEqual('problems' in reading && reading.problems.map(({ code, message, hint }) => ({ code, message, hint })), [
    {
      code: 'TOO_MANY',
      message: "1023 interfaces on this segment, but nearcast's own networks have 1022 addresses",
      hint: 'give one of its links a larger prefix, such as  prefix: "172.16.0.0/16"',
    },
  ]);
  t.true(planned(crowd(1022, ', prefix: 172.16.0.0/16')), "in a network of the file's own");
});
