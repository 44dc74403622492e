import test from 'ava';
import { generateNetwork, networkText, type NetworkShape } from '../../src/generate/network.js';
import { up } from '../../src/index.js';
import { anySystems } from '../support/any-systems.js';
import { contractSandbox, settled, topologyOf } from '../support/contract.js';
import { catchments } from '../support/documents.js';
import { differencesIn } from '../support/held-against.js';

contractSandbox();

for (const seed of [3, 13]) {
  test.serial(
    `what BGP comes to is what was worked out, with and without faults: generated systems ${String(seed)}`,
    async (t) => {
      const text = anySystems(seed);
      const { lab, result } = await up(topologyOf(text), { runtime: 'netns' });
      t.teardown(() => lab.down());
      for (const [target, how] of [
        ['server-a', undefined],
        ['router1', 'drain'],
        ['router2', 'leak'],
        ['router3', undefined],
      ] as const) {
        t.deepEqual((await lab.fail(target, { ...settled, how })).pending, [], `${target} ${how ?? ''}\n${text}`);
        t.deepEqual((await lab.restore(target, settled)).pending, [], `${target} ${how ?? ''}\n${text}`);
      }
      t.deepEqual(catchments(await lab.who()), catchments(result.answers), text);
    },
  );
}

/** Two that are cheap; `npm run bench -- only=predicted` deploys hundreds. */
for (const [shape, seed] of [
  ['grid', 7],
  ['ases', 2],
] as const satisfies readonly (readonly [NetworkShape, number])[]) {
  test.serial(
    `who answers, over which way and at what cost, is as predicted, with and without failures: ${shape} ${String(seed)}`,
    async (t) => {
      const network = generateNetwork({ seed, shape, size: 5 });
      t.deepEqual(await differencesIn(network, `predicted-${network.name}`), [], networkText(network));
    },
  );
}
