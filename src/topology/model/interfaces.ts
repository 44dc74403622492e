import type { Link } from './topology.js';

/**
 * The interface names at both ends of every link, in the order of `links`. An end that names its interface keeps it;
 * the others of a node are eth1, eth2, ... in the order of the links, without the names that are taken.
 */
export function assignInterfaces(links: readonly Link[]): readonly (readonly [string, string])[] {
  const taken = new Map<string, Set<string>>();
  for (const end of links.flatMap(({ ends }) => ends)) {
    if (end.interface === undefined) continue;
    const names = taken.get(end.node);
    if (names === undefined) taken.set(end.node, new Set([end.interface]));
    else names.add(end.interface);
  }
  const last = new Map<string, number>();
  const nextFree = (node: string): string => {
    let number = (last.get(node) ?? 0) + 1;
    while (taken.get(node)?.has(`eth${number}`)) number++;
    last.set(node, number);
    return `eth${number}`;
  };
  return links.map(({ ends: [a, b] }) => [a.interface ?? nextFree(a.node), b.interface ?? nextFree(b.node)]);
}
