import test from 'ava';
import { withoutDashes } from '../../../src/cli/enter.js';
import { parsed, startedBy, type CommandLine } from './run-main.js';

const verbs = [
  'up',
  'grade',
  'down',
  'list',
  'inspect',
  'who',
  'counts',
  'events',
  'logs',
  'probe',
  'fail',
  'drain',
  'impair',
  'restore',
  'publish',
  'config',
  'exec',
  'shell',
  'vtysh',
  'validate',
  'predict',
  'plan',
  'diff',
  'generate',
  'topologies',
  'graph',
  'view',
  'watch',
  'completion',
  'schema',
  'setup',
  'doctor',
];

const parse = (words: readonly string[], script?: string): Promise<CommandLine> =>
  startedBy(script, () => parsed(words));

/** The lines under `Examples:` of a help text. */
function examplesOf({ stdout }: CommandLine): readonly string[] {
  const [, examples = ''] = stdout.split('\nExamples:\n');
  return examples
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The words of a line as a shell hands them over. */
function shellWords(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

test.serial('help lists every verb, each with a line about it', async (t) => {
  const { status, stdout } = await parse(['--help']);
  t.is(status, 0);
  for (const verb of verbs) t.regex(stdout, new RegExp(`^  ${verb}\\b.*  [A-Z].*`, 'm'), verb);
});

for (const verb of ['', ...verbs]) {
  test.serial(`nearcast ${verb} --help: its examples can be typed as they stand`, async (t) => {
    const help = await parse([verb, '--help'].filter((word) => word !== ''));
    t.is(help.status, 0);
    const examples = examplesOf(help);
    t.not(examples.length, 0);
    for (const example of examples) {
      const [program, ...words] = shellWords(example);
      t.is(program, 'nearcast', example);
      const { status, stderr, started } = await parse(words);
      t.is(stderr, '', example);
      t.is(status, 0, example);
      t.is(started?.verb, verb === '' ? words[0] : verb, example);
    }
  });
}

test.serial(
  'in a checkout examples begin with npm run lab, with -- where npm would take a flag for itself',
  async (t) => {
    t.deepEqual(examplesOf(await parse(['down', '--help'], 'lab')), [
      'npm run lab down',
      'npm run lab down figure3',
      'npm run lab -- down --all',
    ]);
    const dig = examplesOf(await parse(['exec', '--help'], 'lab')).find((example) => example.includes('dig'));
    t.regex(dig ?? '', /^npm run lab -- exec client1 dig \+nsid /);
    t.true(
      examplesOf(await parse(['capture', '--help'], 'lab')).includes(
        'npm run -s lab -- capture router1 --output - | wireshark -k -i -',
      ),
      'npm would print its own lines into it',
    );
    t.regex((await parse(['--help'], 'lab')).stdout, /^Usage: npm run lab /);
  },
);

test.serial('words and flags reach their verb', async (t) => {
  const { started } = await parse([
    'fail',
    'router1/server-a',
    '--lab',
    'mine',
    '--how',
    'down',
    '--timeout',
    '3s',
    '--json',
  ]);
  t.deepEqual(started, {
    verb: 'fail',
    words: ['router1/server-a'],
    flags: { lab: 'mine', how: 'down', timeout: '3s', json: true },
  });
  t.like((await parse(['probe', '--kind', 'dns', '--source-ports', '40000,40001'])).started, {
    words: [undefined],
    flags: { kind: 'dns', sourcePorts: '40000,40001' },
  });
  t.like((await parse(['validate', 'a.yml', 'b.yml'])).started, { words: [['a.yml', 'b.yml']] });
});

test.serial('the lab is named by --lab, too, where it is an argument', async (t) => {
  t.like((await parse(['who', '--lab', 'mine', '--client', 'client1'])).started, {
    words: ['mine'],
    flags: { client: 'client1' },
  });
  t.like((await parse(['config', '--lab', 'mine', 'router1'])).started, { words: ['router1', 'mine'] });
  t.is((await parse(['who', '--lab'])).status, 2);
  t.is((await parse(['up', '--lab', 'mine', 'figure1'])).status, 2, 'which has no lab yet');
});

test.serial('what follows the node is the program of exec and vtysh, its flags included', async (t) => {
  t.like((await parse(['exec', '--lab', 'mine', 'client1', 'ip', '--json', 'route'])).started, {
    words: ['client1', ['ip', '--json', 'route']],
    flags: { lab: 'mine' },
  });
  t.like((await parse(['vtysh', 'router1', '-c', 'show ip route'])).started, {
    words: ['router1', ['-c', 'show ip route']],
  });
});

test.serial('a program may stand behind --, as in: exec client1 -- ip route', async (t) => {
  t.like((await parse(['exec', 'client1', '--', 'ip', 'route'])).started, {
    words: ['client1', ['--', 'ip', 'route']],
  });
  t.deepEqual(withoutDashes(['--', 'ip', 'route']), ['ip', 'route']);
  t.deepEqual(withoutDashes(['ip', '--', 'route']), ['ip', '--', 'route']);
});

test.serial('a wrong command line is status 2 and says what is wrong; with --json as one document', async (t) => {
  for (const [verb, rest, what] of [
    ['upp', ['figure3'], /unknown command 'upp'[^]*up/],
    ['up', [], /missing required argument 'topology'/],
    ['who', ['--cleint', 'client1'], /unknown option '--cleint'[^]*--client/],
    ['down', ['a', 'b'], /too many arguments/],
    ['fail', ['server-a', '--how'], /argument missing/],
  ] as const) {
    const words = [verb, ...rest];
    const plain = await parse(words);
    t.is(plain.status, 2, words.join(' '));
    t.is(plain.started, undefined);
    t.is(plain.stdout, '');
    t.regex(plain.stderr, what);
    const json = await parse([verb, '--json', ...rest]);
    t.is(json.status, 2);
    const { error } = JSON.parse(json.stdout) as { error: { code: string; message: string; hint: string } };
    t.deepEqual([error.code, error.hint], ['USAGE', 'nearcast --help']);
    t.notRegex(error.message, /^error:/);
  }
});
