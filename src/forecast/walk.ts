import type { Hops, Walk, WalkEnd } from './forecast-model.js';

/** More hops than any way of a lab has. */
export const MOST_HOPS = 64;
/** More ways of equal cost are not told apart. */
const MOST_WAYS = 32;

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

/** A way from its first router on: the nodes on it, the instance last. */
export function wholeWay(path: readonly string[], { instance, through }: WalkEnd): readonly string[] {
  const whole = [...path, ...through];
  return whole.at(-1) === instance ? whole : [...whole, instance];
}

/** Every way that packets may take, those with the fewest hops first. */
export function waysOf({ start, hops }: Walk): readonly (readonly string[])[] {
  const ended: (readonly string[])[] = [];
  let open: readonly (readonly string[])[] = start === undefined ? [] : [[start]];
  for (let hop = 0; hop < MOST_HOPS && open.length > 0; hop++) {
    const further: (readonly string[])[] = [];
    for (const path of open) {
      const { ends, next } = hops(path.at(-1) ?? '');
      for (const end of ends) ended.push(wholeWay(path, end));
      for (const { node } of next) if (!path.includes(node)) further.push([...path, node]);
    }
    open = further.slice(0, MOST_WAYS);
  }
  return ended;
}
