import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { expectWords } from '../../../src/topology/model/expectation.js';
import { agentProbeKinds, stepProbeKinds } from '../../../src/topology/model/probe-kind.js';
import { attachTo } from '../../../src/topology/attach.js';
import { readTopology } from '../../../src/topology/read.js';
import { yamlBlocks } from '../../support/readme.js';
import { checkout } from '../../support/sandbox.js';

const docs = join(checkout, 'docs');
const examples = join(docs, 'examples');
const pages = [
  join(checkout, 'README.md'),
  ...readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(docs, name)),
];
/** The nodes, links and services of the small network that docs/scenarios.md draws. */
const [network = ''] = readFileSync(join(examples, 'scenario.yml'), 'utf8').split(/^expect:$/m);

/** A block as the whole file that it is, or is a part of; undefined where it is neither a network nor about one. */
function fileOf(block: string): string | undefined {
  const has = (key: string): boolean => new RegExp(`^${key}:`, 'm').test(block);
  if (has('nodes'))
    return `${has('name') ? '' : 'name: example\n'}${block}${has('links') ? '' : linksTo('router1', block)}`;
  // A file that `grade` takes has a name of its own, and no network.
  return (has('scenario') || has('expect')) && !has('name') ? `${network}\n${block}` : undefined;
}

/** Where a page shows nodes alone, all others hang on this one. */
function linksTo(router: string, block: string): string {
  const others = [...block.matchAll(/^ {2}([\w-]+):/gm)].flatMap(([, name = '']) => (name === router ? [] : [name]));
  return `\nlinks: [${others.map((name) => `[${name}, ${router}]`).join(', ')}]\n`;
}

for (const page of pages) {
  const files = yamlBlocks(page).flatMap((block) => fileOf(block) ?? []);
  if (files.length === 0) continue;
  test(`the ${String(files.length)} topologies and scenarios of ${page.slice(checkout.length)} are valid`, (t) => {
    for (const file of files) {
      const reading = readTopology(file, page, attachTo(page));
      t.deepEqual(
        'problems' in reading ? reading.problems.map(({ line, message }) => `${String(line)}: ${message}`) : [],
        [],
        file,
      );
    }
  });
}

test('the examples are valid', (t) => {
  const names = readdirSync(examples).filter((name) => name.endsWith('.yml'));
  t.true(names.includes('scenario.yml'));
  for (const name of names) t.true('topology' in readTopology(readFileSync(join(examples, name), 'utf8'), name), name);
});

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .replaceAll('`', '')
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function anchorsOf(page: string): ReadonlySet<string> {
  const text = readFileSync(page, 'utf8').replaceAll(/^```[^]*?^```$/gm, '');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
  return new Set([...headings, ...[...text.matchAll(/<a id="([\w-]+)">/g)].map(([, id = '']) => id)]);
}

/** The links of a page to files of the checkout that lead nowhere. */
function brokenLinks(page: string): readonly string[] {
  return [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([\w-]+))?\)/g)].flatMap(
    ([link, path = '', anchor]) => {
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(target)) return [link];
      return anchor === undefined || anchorsOf(target).has(anchor) ? [] : [link];
    },
  );
}

test('every link between the pages leads to a file and a heading that exist', (t) => {
  const decisions = readdirSync(join(docs, 'decisions')).map((name) => join(docs, 'decisions', name));
  for (const page of [...pages, ...decisions, join(checkout, 'CONTRIBUTING.md')])
    t.deepEqual(brokenLinks(page), [], page);
});

test('the README leads to an index of docs/, which lists every page', (t) => {
  const index = join(docs, 'README.md');
  t.true(readFileSync(join(checkout, 'README.md'), 'utf8').includes('](docs/README.md)'));
  const text = readFileSync(index, 'utf8');
  for (const page of pages.slice(1).filter((each) => each !== index))
    t.true(text.includes(`](${page.slice(docs.length + 1)})`), page);
});

test('docs/scenarios.md describes every expectation and every kind of probe, and docs/probes.md those of the agent', (t) => {
  const rowsOf = (page: string): string =>
    readFileSync(join(docs, page), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .join('\n');
  for (const word of [...expectWords, ...stepProbeKinds]) t.true(rowsOf('scenarios.md').includes(`\`${word}\``), word);
  for (const kind of agentProbeKinds) t.true(rowsOf('probes.md').includes(`| \`${kind}\` |`), kind);
});
