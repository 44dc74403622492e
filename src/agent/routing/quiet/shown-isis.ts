import type { Lacking } from '../../../protocol/lacking.js';

const LEVELS = [1, 2] as const;

/**
 * Adjacencies that are being made, and those that a router has not yet told the others of: it holds back a second link
 * state for 30 s, unless it is told otherwise (`lsp-gen-interval`).
 */
export function isisUnderWay(node: string, neighbors: string, database: string): readonly Lacking[] {
  const where = { node, family: 'ipv4', by: 'isis' } as const;
  const shown = [...neighbors.matchAll(/Interface: (\S+), Level: (\d), State: ([^,\n]+)/g)].map(
    ([, device = '', level = '', state = '']) => ({ device, level: Number(level), state }),
  );
  const beginning = shown.filter(({ state }) => state === 'Initializing');
  if (beginning.length > 0)
    return beginning.map(({ device, state }) => ({
      kind: 'adjacency',
      ...where,
      interface: device,
      wanted: 1,
      states: [state],
    }));
  return LEVELS.flatMap((level): readonly Lacking[] => {
    // A neighbor at a point-to-point link may be one of both levels: 3.
    const adjacent = new Set(
      shown.filter((each) => each.state === 'Up' && (each.level & level) !== 0).map((each) => each.device),
    ).size;
    const told = describedLinks(database, level);
    return told >= adjacent ? [] : [{ kind: 'untold', node, told, adjacent }];
  });
}

/** How many links a router describes in its own link state of a level: the one with a star. */
function describedLinks(database: string, level: number): number {
  const part = database.split(/^IS-IS Level-/m).find((each) => each.startsWith(String(level))) ?? '';
  const own = part.split(/\n(?=\S+\.[0-9a-f]{2}-[0-9a-f]{2} )/).filter((each) => /^\S+\.00-[0-9a-f]{2} +\*/.test(each));
  const words = ['Extended Reachability', 'IS Reachability', 'MT Reachability'];
  const counts = words.map((word) => own.join('\n').split(new RegExp(`^ {2}${word}: `, 'm')).length - 1);
  return Math.max(...counts);
}
