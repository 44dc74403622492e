import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { listBundled, topologyNamed } from '../../src/index.js';
import { commandsOf, parseGuide } from '../../src/guide/guide.js';
import { guideNamed, measuredTests } from '../../src/guide/guide-files.js';
import { refused } from '../support/documents.js';
import { outputDifference } from '../support/guide-output.js';
import { ok, run } from '../support/lab-cli.js';
import { LOSES_A_FLAG, layQuickNpm, pathWithQuickNpm, withoutBanner } from '../support/quick-npm.js';
import { checkout, sandboxForFile } from '../support/sandbox.js';

const sandbox = sandboxForFile();
const bin = join(sandbox.folder, 'bin');
const COLUMNS = 80;
/** Labs wait more than they work; more of them at once would only wait for each other. */
const GUIDES_AT_ONCE = 2;

test.before('npm, without its second of start-up', () => {
  layQuickNpm(bin);
});

/** Each guide in a state folder of its own, so that `npm run lab who` finds the one lab that is meant. */
async function follow(t: ExecutionContext, name: string): Promise<void> {
  const states = `${sandbox.states}-${name}`;
  const env = { PATH: pathWithQuickNpm(bin), NEARCAST_STATE_DIR: states };
  const guide = parseGuide((await guideNamed(name)).markdown);
  try {
    for (const { lines, output, fails } of commandsOf(guide)) {
      for (const [index, line] of lines.entries()) {
        const { status, stdout, stderr } = await run(sandbox, ['-c', line], {
          command: ['sh'],
          env,
          deadlineMs: 120_000,
        });
        const isLast = index === lines.length - 1;
        t.is(status === 0, !(fails && isLast), `${line}\n${stdout}${stderr}`);
        if (isLast && output !== undefined) t.is(outputDifference(output, withoutBanner(stdout)), undefined, line);
      }
    }
    t.false(existsSync(states), 'whoever follows it to the end has taken everything down');
  } finally {
    await run(sandbox, ['down', '--all'], { env });
  }
}

/** AVA wants to know all tests at once. */
const names = readdirSync(join(checkout, 'docs', 'labs'))
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.slice(0, -'.md'.length))
  .sort();
const free = Array.from({ length: GUIDES_AT_ONCE }, () => Promise.resolve());

for (const [index, name] of names.entries()) {
  test(`the guide of ${name} can be followed word by word`, async (t) => {
    t.timeout(600_000);
    const place = index % GUIDES_AT_ONCE;
    const turn = (free[place] ?? Promise.resolve()).then(() => follow(t, name));
    free[place] = turn.catch(() => undefined);
    await turn;
  });

  test(`the guide of ${name} has all its parts, and fits into a terminal`, async (t) => {
    const { markdown } = await guideNamed(name);
    const { blocks } = parseGuide(markdown);
    t.regex(markdown, new RegExp(`^# ${name}: .+\n\n\\*\\*Goal\\.\\*\\* `));
    t.deepEqual(
      blocks.flatMap((block) => (block.kind === 'heading' && block.level === 2 ? [block.text] : [])),
      ['Steps', 'Questions', 'What if'],
    );
    const questions = blocks.filter((block) => block.kind === 'heading' && block.level === 3);
    const answers = blocks.filter(({ kind }) => kind === 'answer');
    t.true(questions.length >= 2 && answers.length === questions.length, 'each question has an answer');
    t.true(blocks.some(({ kind }) => kind === 'picture'));
    const lines = commandsOf({ blocks }).flatMap((block) => block.lines);
    t.deepEqual(
      lines.filter((line) => LOSES_A_FLAG.test(line)),
      [],
    );
    if ((await topologyNamed(name)).scenario.length > 0)
      t.true(markdown.includes(`npm run lab test ${name}`), 'how it is proven');

    const printed = await ok(t, sandbox, ['guide', name]);
    t.deepEqual(
      printed.split('\n').filter((line) => line.length > COLUMNS),
      [],
    );
    t.notRegex(printed, /details>|npm run lab/);
    const withAnswers = await ok(t, sandbox, ['guide', name, '--answers']);
    t.true(withAnswers.length > printed.length);
    const [first = ''] = answers.flatMap((each) => (each.kind === 'answer' ? [each.question] : []));
    t.true(withAnswers.lastIndexOf(first.slice(0, 30)) > withAnswers.indexOf('What if'), 'answers come last');
  });
}

test('every bundled topology has a guide, and every one with a scenario a time that was measured', async (t) => {
  const bundled = await listBundled();
  t.deepEqual(
    names,
    bundled.map(({ name }) => name),
  );
  const withScenario = await Promise.all(
    names.map(async (name) => ((await topologyNamed(name)).scenario.length > 0 ? [name] : [])),
  );
  t.deepEqual(Object.keys((await measuredTests()).testMs).sort(), withScenario.flat());
  t.is((await refused(t, sandbox, ['guide', 'figur1'], 2)).code, 'TOPOLOGY_NOT_FOUND');
});

test('what a guide shows is compared, but for times and costs', (t) => {
  const shown = ['CLIENT  RTT', 'client1 0.1 ms', '...', 'pass  client1'];
  t.is(outputDifference(shown, 'CLIENT   RTT\nclient1  25 ms\n\nmore\npass  client1\n'), undefined);
  t.is(
    outputDifference(['a  b -> c: 12 ms of outage, 8 of 35 probes lost'], 'a  b -> c: no outage, 0 of 3 probes lost'),
    undefined,
  );
  t.is(outputDifference(['a', '...'], 'a\nb'), undefined);
  for (const [guide, printed] of [
    [['a'], 'b'],
    [['a'], 'a\nb'],
    [['a', '...', 'c'], 'a\nb'],
    [['a', '...', 'c', '...'], 'a\nb'],
    [['a', 'b'], 'a'],
  ] as const)
    t.is(typeof outputDifference(guide, printed), 'string', guide.join());
});
