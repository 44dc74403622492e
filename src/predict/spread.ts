import type { Walk } from '../forecast/forecast-model.js';
import { MOST_HOPS, wholeWay } from '../forecast/walk.js';

/** A smaller share of a client's flows than this is taken for a loop without an exit. */
const LEAST_SHARE = 1e-6;

/** Which part of a client's flows reaches each instance, as far as hashes are even. */
export function sharesOf({ start, hops }: Walk): ReadonlyMap<string, number> {
  const reached = new Map<string, number>();
  let here = new Map(start === undefined ? [] : [[start, 1]]);
  for (let hop = 0; hop < MOST_HOPS && here.size > 0; hop++) {
    const next = new Map<string, number>();
    for (const [node, share] of here) {
      if (share < LEAST_SHARE) continue;
      const { ends, next: onward } = hops(node);
      for (const { instance } of ends) reached.set(instance, (reached.get(instance) ?? 0) + share / ends.length);
      const sum = onward.reduce((total, { weight }) => total + weight, 0);
      for (const each of onward) next.set(each.node, (next.get(each.node) ?? 0) + (share * each.weight) / sum);
    }
    here = next;
  }
  return reached;
}

/** For each instance the first of the ways with the fewest hops: the nodes on it, the instance last. */
export function pathsOf({ start, hops }: Walk): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>();
  const toNode = new Map<string, readonly string[]>(start === undefined ? [] : [[start, [start]]]);
  for (const [node, path] of toNode) {
    const { ends, next } = hops(node);
    for (const end of ends) if (!paths.has(end.instance)) paths.set(end.instance, wholeWay(path, end));
    for (const each of next) if (!toNode.has(each.node)) toNode.set(each.node, [...path, each.node]);
  }
  return paths;
}

/** How many equal ways lead to each instance. */
export function wayCountsOf({ start, hops }: Walk): ReadonlyMap<string, number> {
  const known = new Map<string, ReadonlyMap<string, number>>();
  const countFrom = (node: string, trail: ReadonlySet<string>): ReadonlyMap<string, number> => {
    const found = known.get(node);
    if (found !== undefined) return found;
    const counts = new Map<string, number>();
    if (trail.has(node)) return counts;
    const { ends, next } = hops(node);
    for (const { instance } of ends) counts.set(instance, (counts.get(instance) ?? 0) + 1);
    const here = new Set([...trail, node]);
    for (const each of next) {
      for (const [instance, count] of countFrom(each.node, here))
        counts.set(instance, (counts.get(instance) ?? 0) + count);
    }
    known.set(node, counts);
    return counts;
  };
  return start === undefined ? new Map() : countFrom(start, new Set());
}
