import test from 'ava';
import { up } from '../../src/index.js';
import { anySystems } from '../support/any-systems.js';
import { contractSandbox, settled, topologyOf } from '../support/contract.js';
import { catchments } from '../support/documents.js';

contractSandbox();

for (const seed of [3, 7, 13, 21]) {
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
