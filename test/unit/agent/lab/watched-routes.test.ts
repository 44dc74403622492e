import { openSync } from 'node:fs';
import test from 'ava';
import { WatchedRoutes } from '../../../../src/agent/lab/watched-routes.js';
import type { LabNode } from '../../../../src/agent/node/lab-node.js';

/** A node whose kernel is asked through `routes`, reports news through `news`, and lives at a time that is set. */
function watchedNode(): {
  readonly node: LabNode & { initPid: number; namespace: { generation: number } };
  readonly routes: WatchedRoutes;
  readonly kernel: { asked: number; hasNews: boolean; nowMs: number; opened: number };
} {
  const kernel = { asked: 0, hasNews: false, nowMs: 0, opened: 0 };
  const node = { name: 'router1', initPid: 7, namespace: { generation: 0 } } as unknown as LabNode & {
    initPid: number;
    namespace: { generation: number };
  };
  const routes = new WatchedRoutes(
    {
      of() {
        kernel.asked += 1;
        return new Map();
      },
    },
    {
      open() {
        kernel.opened += 1;
        return openSync('/dev/null', 'r');
      },
      drain() {
        const { hasNews } = kernel;
        kernel.hasNews = false;
        return hasNews;
      },
    },
    () => kernel.nowMs,
  );
  return { node, routes, kernel };
}

test('a kernel is asked for its routes again after it has reported a change, or after a while', (t) => {
  const { node, routes, kernel } = watchedNode();
  routes.of(node);
  routes.of(node);
  t.is(kernel.asked, 1);
  kernel.hasNews = true;
  routes.of(node);
  routes.of(node);
  t.is(kernel.asked, 2);
  kernel.nowMs = 150;
  routes.of(node);
  routes.of(node);
  t.is(kernel.asked, 3);
  routes.close();
});

test('a node that was started again is watched in its new namespace, and one that is down has no routes', (t) => {
  const { node, routes, kernel } = watchedNode();
  routes.of(node);
  node.namespace.generation = 1;
  routes.of(node);
  t.deepEqual([kernel.asked, kernel.opened], [2, 2]);
  node.initPid = 0;
  t.is(routes.of(node).size, 0);
  t.is(kernel.asked, 2);
  routes.close();
});
