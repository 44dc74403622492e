import test from 'ava';
import type { LabNode } from '../../../../src/agent/node/lab-node.js';
import { expectedNeighbors, hastenAdjacencies, lackingAdjacencies } from '../../../../src/agent/routing/adjacency.js';
import { healthy } from '../../../../src/forecast/condition.js';
import { planOf, twoEqualWays } from '../../plan/plan-of.js';

const plan = planOf(twoEqualWays);

/** router1 with these OSPFv3 neighbors, and none of OSPFv2; what is configured in it goes to `configured`. */
function router1(neighbors: readonly object[], configured: string[]): LabNode {
  const own = plan.nodes.find(({ name }) => name === 'router1');
  return {
    name: 'router1',
    plan: own,
    isResponsive: true,
    daemons: {
      ended: () => Promise.resolve([]),
      show: (daemon: string) => Promise.resolve(daemon === 'ospf6d' ? { neighbors } : { neighbors: {} }),
      vty: () =>
        Promise.resolve({
          configure: (lines: readonly string[]) => {
            configured.push(...lines);
            return Promise.resolve();
          },
        }),
    },
  } as unknown as LabNode;
}

test('looking for lacking adjacencies configures nothing; hastening sends hellos where only a hello can help', async (t) => {
  const configured: string[] = [];
  const node = router1(
    [
      { interfaceName: 'eth2', state: 'ExStart' },
      { interfaceName: 'eth3', state: 'Init' },
    ],
    configured,
  );
  const lacking = await lackingAdjacencies(node, expectedNeighbors(plan, healthy));
  t.deepEqual(
    lacking.map((each) => (each.kind === 'adjacency' ? [each.family, each.interface, each.states] : each)),
    [
      ['ipv4', 'eth2', []],
      ['ipv4', 'eth3', []],
      ['ipv6', 'eth2', ['ExStart']],
      ['ipv6', 'eth3', ['Init']],
    ],
  );
  t.deepEqual(configured, [], 'a look does nothing');
  await hastenAdjacencies(node, plan, lacking);
  t.deepEqual(
    configured.filter((line) => line.startsWith('interface')),
    ['interface eth3'],
  );
  t.regex(configured.join('\n'), /ipv6 ospf6 hello-interval \d/);
});
