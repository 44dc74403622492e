import type { Hops, Walk } from './forecast-model.js';

export const noHops: Hops = { ends: [], next: [] };

/** Where nothing leads. */
export const noWalk: Walk = { start: undefined, hops: () => noHops, answering: new Set(), isStable: true };

/** All instances that packets may reach from a node on. */
export function reachedBy(start: string, hops: Walk['hops']): ReadonlySet<string> {
  const reached = new Set<string>();
  const visited = new Set([start]);
  for (const node of visited) {
    const { ends, next } = hops(node);
    for (const { instance } of ends) reached.add(instance);
    for (const each of next) visited.add(each.node);
  }
  return reached;
}
