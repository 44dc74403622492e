import type { PlanNode } from '../plan/model.js';
import { exportMap, importMap, mapsOf, stancesOfFile, type Stance } from './route-maps.js';
import { familyOf } from '../support/family.js';

/**
 * The commands after which sessions do what they are to do now: the route maps that this needs, which session uses
 * which, and then without those that are no longer used. Those of the file stay.
 */
export function stanceLines(node: PlanNode, before: readonly Stance[], now: readonly Stance[]): readonly string[] {
  const { asn = 0, sessions = [] } = node.routing?.bgp ?? {};
  const fromFile = mapsOf(node, stancesOfFile(sessions));
  const [had, needed] = [mapsOf(node, before), mapsOf(node, now)];
  const added = [...needed].filter(([name]) => !fromFile.has(name) && !had.has(name));
  const gone = [...had.keys()].filter((name) => !fromFile.has(name) && !needed.has(name));
  const uses = now.flatMap((stance) => {
    const earlier = before.find(({ session }) => session === stance.session);
    const { family, neighborAddress } = stance.session;
    const lines = mapLines(node, stance).filter(
      (line) => earlier === undefined || !mapLines(node, earlier).includes(line),
    );
    if (lines.length === 0) return [];
    return [
      `address-family ${family} unicast`,
      ...lines.map((line) => `neighbor ${neighborAddress} ${line}`),
      'exit-address-family',
    ];
  });
  if (uses.length === 0) return [];
  return [
    ...added.flatMap(([, text]) =>
      text
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ),
    ...[`router bgp ${String(asn)}`, ...uses, 'exit'],
    ...gone.map((name) => `no route-map ${name}`),
  ];
}

/** The lines that apply route maps to a neighbor. */
export function mapLines(node: PlanNode, stance: Stance): readonly string[] {
  const [from, to] = [importMap(node, stance), exportMap(node, stance)];
  return [
    ...(from === undefined ? [] : [`route-map ${from.name} in`]),
    ...(to === undefined ? [] : [`route-map ${to.name} out`]),
  ];
}

/** The commands that let a node announce prefixes besides its own, and no longer those of before. */
export function hijackLines(asn: number, prefixes: readonly string[], before: readonly string[]): readonly string[] {
  const gone = before.filter((prefix) => !prefixes.includes(prefix));
  if (prefixes.length + gone.length === 0) return [];
  const block = (prefix: string, word: string): readonly string[] => [
    `address-family ${familyOf(prefix)} unicast`,
    `${word}network ${prefix}`,
    'exit-address-family',
  ];
  return [
    `router bgp ${String(asn)}`,
    // Who announces what is not its own does not ask whether it is there.
    'no bgp network import-check',
    ...gone.flatMap((prefix) => block(prefix, 'no ')),
    ...prefixes.flatMap((prefix) => block(prefix, '')),
    ...(prefixes.length === 0 ? ['bgp network import-check'] : []),
    'exit',
  ];
}
