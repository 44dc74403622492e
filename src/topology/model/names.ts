import { expectWords } from './expectation.js';
import { quote } from './finding.js';
import type { Link } from './topology.js';

const namePattern = /^[a-zA-Z](?:[a-zA-Z0-9-]{0,28}[a-zA-Z0-9])?$/;
const reservedWords: ReadonlySet<string> = new Set(
  ['nobody', 'none', 'all', 'self', ...expectWords].map((word) => word.toLowerCase()),
);

/** Why a text cannot name a topology, node or service; `undefined` where it can. */
export function nameProblem(name: string): { readonly message: string; readonly hint: string } | undefined {
  if (reservedWords.has(name.toLowerCase())) {
    return {
      message: `${quote(name)} is a reserved word`,
      hint: `choose another name: nobody, none, all, self and the words of "expect" (${expectWords.join(', ')}) are reserved`,
    };
  }
  if (namePattern.test(name)) return undefined;
  return {
    message: `${quote(name)} is not a valid name`,
    hint: 'a name is up to 30 letters, digits and hyphens, begins with a letter and does not end in a hyphen',
  };
}

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

/** How a zone is named everywhere: in lower case, with the dot at its end. */
export function zoneName(written: string): string {
  const name = written.toLowerCase();
  return name.endsWith('.') ? name : `${name}.`;
}

/** Whether this names a zone: labels of letters, digits, hyphens and underscores, or the root. */
export function isZoneName(name: string): boolean {
  return name === '.' || (name.length <= 254 && /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/.test(name));
}
