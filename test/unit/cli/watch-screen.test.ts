import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { watchScreen } from '../../../src/cli/look/watch-screen.js';
import { networkOfPlan } from '../../../src/picture/network.js';
import { planLab } from '../../../src/plan/plan.js';
import { topologyNamed } from '../../../src/topology/named.js';
import type { Moment } from '../../../src/view/moments.js';
import { predictedCourses } from '../../../src/view/subject.js';

/** What `watch` shows of a lab, without its colours. */
async function screenOf(name: string, columns: number, rows: number): Promise<readonly string[]> {
  const plan = planLab(await topologyNamed(name));
  const crash = {
    target: 'server-a',
    how: 'crash',
    text: 'server-a loses power',
    nodes: ['server-a'],
    links: [],
  } as const;
  const log: Moment[] = [
    { kind: 'courses', atMs: 0, courses: predictedCourses(plan, []) },
    { kind: 'fault', atMs: 100, node: null, text: 'fail server-a' },
    { kind: 'faults', atMs: 100, faults: [crash], predicted: null },
  ];
  return watchScreen({ title: name, network: networkOfPlan(plan), log, columns, rows, prompt: 'f: fail' }).map((line) =>
    stripVTControlCharacters(line),
  );
}

test('the network, who answers, what is broken, and events fit into a usual terminal', async (t) => {
  const lines = await screenOf('figure3', 80, 24);
  t.true(lines.length <= 24 && lines.every((line) => line.length <= 80));
  const text = lines.join('\n');
  t.regex(
    text,
    /┃ server-a x[^]*x server-a loses power[^]*client1 +192\.0\.2\.53 +server-a[^]*fail server-a\nf: fail$/,
  );
});

test('where there is no room the network gives way, and then the last of those who are answered', async (t) => {
  const lines = await screenOf('catchments', 60, 24);
  t.true(lines.length <= 24 && lines.every((line) => line.length <= 60), lines.join('\n'));
  t.regex(lines.join('\n'), /x server-a loses power\nCLIENT[^]*\nand \d+ lines more\n\n[^]*fail server-a\nf: fail$/);
});
