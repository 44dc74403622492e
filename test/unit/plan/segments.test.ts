import test from 'ava';
import type { PlanLink } from '../../../src/plan/model.js';
import { segmentsOf } from '../../../src/plan/segments.js';

/** `a/b` is a link; interfaces are numbered from eth1 on each node, in the order of the links. */
function links(...ids: readonly string[]): readonly PlanLink[] {
  const used = new Map<string, number>();
  return ids.map((id, index) => {
    const [a = '', b = ''] = id.split('/').map((node) => {
      used.set(node, (used.get(node) ?? 0) + 1);
      return node;
    });
    const end = (node: string) => ({ node, interface: `eth${used.get(node) ?? 0}` });
    return { id, ends: [end(a), end(b)], cost: index + 1, impairment: undefined };
  });
}

const shown = (all: readonly PlanLink[], ...switches: readonly string[]): readonly string[] =>
  segmentsOf(all, new Set(switches)).map(
    ({ index, switched, switchedIndex, members }) =>
      `${index}${switched ? ` switched ${switchedIndex}` : ''}: ${members.map((each) => `${each.node}:${each.interface}=${each.cost}`).join(' ')}`,
  );

test('without switches every link is a segment of two', (t) => {
  t.deepEqual(shown(links('a/b', 'b/c', 'a/b')), [
    '0: a:eth1=1 b:eth1=1',
    '1: b:eth2=2 c:eth1=2',
    '2: a:eth2=3 b:eth3=3',
  ]);
});

test('all that switches join is one segment, with the cost of each link, at the place of its first link', (t) => {
  t.deepEqual(shown(links('a/b', 'a/s1', 's2/b', 'c/d', 's1/s2', 's2/c'), 's1', 's2'), [
    '0: a:eth1=1 b:eth1=1',
    '1 switched 0: a:eth2=2 b:eth2=3 c:eth2=6',
    '2: c:eth1=4 d:eth1=4',
  ]);
});

test('switches that are not linked to each other are segments of their own, numbered by themselves', (t) => {
  t.deepEqual(shown(links('a/s1', 'a/b', 'b/s2'), 's1', 's2'), [
    '0 switched 0: a:eth1=1',
    '1: a:eth2=2 b:eth1=2',
    '2 switched 1: b:eth2=3',
  ]);
});

test('a node with two links into one segment is in it twice', (t) => {
  t.deepEqual(shown(links('a/s1', 'a/s1'), 's1'), ['0 switched 0: a:eth1=1 a:eth2=2']);
  t.deepEqual(shown([]), []);
});
