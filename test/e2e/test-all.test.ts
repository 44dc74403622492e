import test from 'ava';
import { listBundled, topologyNamed } from '../../src/index.js';
import { refused } from '../support/documents.js';
import { document } from '../support/lab-cli.js';
import { isLeftOut } from '../support/parts.js';
import { assertNothingLeft, sandboxForFile } from '../support/sandbox.js';
import { tested } from '../support/step-documents.js';

const sandbox = sandboxForFile();

const scenarios = isLeftOut('scenarios', process.env) ? test.serial.skip : test.serial;

scenarios('the scenario of every bundled topology holds', async (t) => {
  t.timeout(600_000);
  const bundled = (await listBundled()).map(({ name }) => name);
  const read = await Promise.all(bundled.map(async (name) => topologyNamed(name)));
  const { value, status, stderr } = await document(sandbox, ['test', '--all', '--parallel', '2'], {
    deadlineMs: 580_000,
  });
  const { results, ...tally } = tested.parse(value);
  const against = results.flatMap(({ topology, verdicts, error }) => [
    ...(error === undefined ? [] : [`${topology}: ${error.code} ${error.message}`]),
    ...verdicts
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ text, verdict, seen = '' }) => `${topology}: ${verdict}: ${text}: ${seen}`),
  ]);
  t.deepEqual(against, [], stderr);
  t.is(status, 0);
  t.is(tally.passed, results.flatMap(({ verdicts }) => verdicts).length);
  t.deepEqual(
    results.map(({ topology, steps }) => [topology, steps.length]),
    read.filter(({ scenario }) => scenario.length > 0).map(({ name, scenario }) => [name, scenario.length]),
    'in the order of their names, whichever was through first, and each to its end',
  );
  await assertNothingLeft(t, sandbox);
});

test.serial('what is to be tested is said in one way', async (t) => {
  for (const words of [['test', '--all', 'figure1'], ['test'], ['test', 'figure1', '--parallel', 'many']])
    t.is((await refused(t, sandbox, words, 2)).code, 'USAGE', words.join(' '));
});
