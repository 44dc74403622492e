import test from 'ava';
import { Command } from 'commander';
import { complete, type Names } from '../../../src/cli/completion/complete.js';
import { namesFor, namesOfLabs } from '../../../src/cli/completion/names.js';

const program = new Command('nearcast');
program.command('up <topology>').description('Deploy').option('--name <lab>', 'its name').option('--json', 'as JSON');
program.command('graph [topology|lab]');
program.command('validate <topology...>');
program.command('fail <target>').option('--how <fault>', 'the kind').option('--lab <lab>', 'which');
program.command('hidden', { hidden: true });

const known: Readonly<Record<string, readonly string[]>> = {
  topology: ['figure1', 'flap'],
  lab: ['mine'],
  target: ['router1', 'router1:eth1'],
  '--how': ['crash', 'freeze'],
};
const names: Names = (what, { flags }) =>
  Promise.resolve(
    flags.get('--lab') === 'empty' ? [] : (known[what] ?? []).map((value) => ({ value, about: `a ${what}` })),
  );
const completed = async (...words: readonly string[]): Promise<readonly string[]> =>
  (await complete(program, words, names)).map(({ value }) => value);

test('the first word is a verb that is not hidden', async (t) => {
  t.deepEqual(await completed(''), ['up', 'graph', 'validate', 'fail', 'help']);
  t.deepEqual(await completed('f'), ['fail']);
  t.deepEqual((await complete(program, ['u'], names))[0], { value: 'up', about: 'Deploy' });
});

test('a word with a hyphen is a flag of the verb', async (t) => {
  t.deepEqual(await completed('up', '--'), ['--name', '--json', '--help']);
  t.deepEqual(await completed('fail', 'router1', '--h'), ['--how', '--help']);
});

test('a flag takes its own values, a switch takes none', async (t) => {
  t.deepEqual(await completed('fail', 'router1', '--how', ''), ['crash', 'freeze']);
  t.deepEqual(await completed('up', '--json', 'fi'), ['figure1']);
});

test('an argument takes the names of its kind, and what was said before decides which', async (t) => {
  t.deepEqual(await completed('up', 'f'), ['figure1', 'flap']);
  t.deepEqual(await completed('up', 'figure1', ''), [], 'there is one argument');
  t.deepEqual(await completed('validate', 'figure1', 'fl'), ['flap'], 'there are any number');
  t.deepEqual(await completed('graph', ''), ['figure1', 'flap', 'mine']);
  t.deepEqual(await completed('fail', 'router1:'), ['router1:eth1']);
  t.deepEqual(await completed('fail', '--lab', 'empty', ''), []);
  t.deepEqual(await completed('unknown', ''), ['up', 'graph', 'validate', 'fail', 'help']);
});

test('--how takes the faults that the target can have', async (t) => {
  const hows = async (...words: readonly string[]): Promise<readonly string[]> =>
    (await namesFor('--how', { verb: 'fail', words, flags: new Map() })).map(({ value }) => value);
  t.deepEqual(await hows('router1/router2'), ['down', 'silence', 'impair', 'flap']);
  t.deepEqual(await hows('ospfd@router1'), ['kill']);
  t.true((await hows()).includes('kill') && (await hows()).includes('crash'));
});

test('with several labs, the names of all are offered, each once, with the labs that have it', (t) => {
  const one = {
    name: 'one',
    candidates: [
      { value: 'a', about: 'router' },
      { value: 'b', about: 'host' },
    ],
  };
  const two = { name: 'two', candidates: [{ value: 'b', about: 'router' }, { value: 'c' }] };
  t.deepEqual(namesOfLabs([one, two]), [
    { value: 'a', about: 'router in one' },
    { value: 'b', about: 'host in one, router in two' },
    { value: 'c', about: 'two' },
  ]);
  t.deepEqual(namesOfLabs([one]), one.candidates);
  t.deepEqual(namesOfLabs([]), []);
});
