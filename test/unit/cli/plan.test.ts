import test from 'ava';
import { main } from '../../../src/cli/main.js';
import { captured } from './run-main.js';

interface PlanDocument {
  readonly machines: readonly {
    readonly name: string;
    readonly cores: number;
    readonly memoryMb: number;
    readonly nodes: readonly string[];
    readonly predictedMemoryMb: number;
    readonly linksBetween: number;
  }[];
  readonly linksBetween: readonly string[];
}

test.serial('plan says which machine gets which nodes, and which links lead from one to another', async (t) => {
  const words = ['plan', 'figure2', '--machines', 'small=2c2g,large=8c16g'];
  const { result, stdout } = await captured(() => main(words));
  t.is(result, 0);
  t.regex(stdout, /^figure2 would have 7 nodes and 6 links on 2 machines; 1 link leads from one to another$/m);
  t.regex(stdout, /^small +2 +2\.0 GB +0\.1 GB +1 +1$/m);
  const json = await captured(() => main([...words, '--json']));
  const { machines, linksBetween } = JSON.parse(json.stdout) as PlanDocument;
  t.deepEqual(
    machines.map(({ name, cores, memoryMb }) => [name, cores, memoryMb]),
    [
      ['small', 2, 2048],
      ['large', 8, 16_384],
    ],
  );
  t.is(machines.flatMap(({ nodes }) => nodes).length, 7);
  t.is(linksBetween.length, 1);
});

test.serial('machines that are alike are written once, and without any it is about this machine', async (t) => {
  const alike = await captured(() => main(['plan', 'bgp-triangle', '--machines', '3x4c8g', '--json']));
  t.deepEqual(
    (JSON.parse(alike.stdout) as PlanDocument).machines.map(({ name }) => name),
    ['machine1', 'machine2', 'machine3'],
  );
  const here = await captured(() => main(['plan', 'figure3', '--runtime', 'netns']));
  t.regex(here.stdout, /^figure3 would have 7 nodes and 6 links on one machine$/m);
});

test.serial('what is no machine, and machines that are too small, are refused', async (t) => {
  const none = await captured(() => main(['plan', 'figure2', '--machines', '3x4c']));
  t.is(none.result, 2);
  t.regex(none.stderr, /"3x4c" is no machine[\s\S]*such as 4x16c64g/);
  const twice = await captured(() => main(['plan', 'figure2', '--machines', 'a=1c1g,a=1c1g']));
  t.is(twice.result, 2);
  const small = await captured(() => main(['plan', 'catchments', '--machines', '2x1c1g']));
  t.is(small.result, 3);
  t.regex(small.stderr, /machine1 would need about \d+ MB of memory, and has 1024 MB/);
});
