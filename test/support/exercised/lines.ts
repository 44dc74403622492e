import type { Construct } from './evidence.js';

/** A line of a node's FRRouting configuration, and the constructs one of which must be exercised for the line to be; none if it says nothing about routing. */
export interface ConfiguredLine {
  readonly file: string;
  readonly text: string;
  readonly isPartOf: readonly Construct[];
}

/** Lines that end a block are no lines: they say nothing. */
const END = /^\s*(?:exit|exit-address-family|!|end)?\s*$/;
const OSPF_TIMERS = /ospf6? (?:dead-interval|hello-interval|retransmit-interval|bfd)/;
const BGP_TIMERS = /^neighbor \S+ (?:timers|advertisement-interval|bfd)/;

/** The lines of one daemon's file, each with what it is part of. A block's head is part of all that its lines are. */
export function configuredLines(node: string, file: string, text: string): readonly ConfiguredLine[] {
  const lines: { text: string; isPartOf: readonly Construct[]; heads: readonly number[] }[] = [];
  const open: { readonly indent: number; readonly line: number; readonly head: string }[] = [];
  const all = text.split('\n');
  const entries = entriesOf(all);
  for (const raw of all) {
    const indent = raw.length - raw.trimStart().length;
    if (END.test(raw)) continue;
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const words = raw.trim();
    const heads = open.map(({ line }) => line);
    const isPartOf = constructsOf(
      file,
      open.map(({ head }) => head),
      words,
      entries,
    ).map((each) => `${node} ${each}`);
    lines.push({ text: raw, isPartOf, heads });
    if (opensBlock(words)) open.push({ indent, line: lines.length - 1, head: words });
  }
  lines.forEach(({ isPartOf, heads }) => {
    for (const head of heads) {
      const line = lines[head];
      if (line !== undefined) line.isPartOf = [...line.isPartOf, ...isPartOf];
    }
  });
  return lines.map(({ text: shown, isPartOf }) => ({ file, text: shown.trim(), isPartOf }));
}

function opensBlock(words: string): boolean {
  return /^(?:interface|router|route-map|address-family|bfd$|profile) ?/.test(words);
}

function constructsOf(file: string, heads: readonly string[], words: string, entries: Entries): readonly Construct[] {
  switch (file) {
    case 'ospfd.conf':
      return inOspf('ipv4', heads, words);
    case 'ospf6d.conf':
      return inOspf('ipv6', heads, words);
    case 'bgpd.conf':
      return inBgp(heads, words, entries);
    default:
      return [];
  }
}

function inOspf(family: 'ipv4' | 'ipv6', [head = '']: readonly string[], words: string): readonly Construct[] {
  const device = /^interface (\S+)$/.exec(head)?.[1];
  if (device !== undefined) return OSPF_TIMERS.test(words) ? [`notice ${device}`] : [`ospf ${family} ${device}`];
  if (/^ospf6? router-id/.test(words)) return [`ospf ${family}`];
  // What a router announces for instances that are linked to it.
  const prefix = /prefix-list announce\S* seq \d+ permit (\S+)/.exec(words)?.[1];
  return prefix === undefined ? [] : [`origin ${prefix}`];
}

/** Which sessions have a route map, and which addresses prefix lists permit. */
interface Entries {
  readonly sessionsOfMap: ReadonlyMap<string, readonly string[]>;
  readonly originated: readonly string[];
  /** The lines of each entry of a route map, by its head. */
  readonly matches: ReadonlyMap<string, readonly string[]>;
}

function entriesOf(all: readonly string[]): Entries {
  const sessionsOfMap = new Map<string, string[]>();
  const matches = new Map<string, string[]>();
  let head: string | undefined;
  for (const raw of all) {
    const words = raw.trim();
    const [, neighbor, map] = /^neighbor (\S+) route-map (\S+) (?:in|out)$/.exec(words) ?? [];
    if (neighbor !== undefined && map !== undefined)
      sessionsOfMap.set(map, [...(sessionsOfMap.get(map) ?? []), neighbor]);
    if (words.startsWith('route-map ')) matches.set((head = words), []);
    else if (words === 'exit') head = undefined;
    else if (head !== undefined && words.startsWith('match ')) matches.get(head)?.push(words);
  }
  const originated = all.flatMap((raw) => /prefix-list originate permit (\S+)/.exec(raw)?.[1] ?? []);
  return { sessionsOfMap, originated, matches };
}

function inBgp([router = '', family = '']: readonly string[], words: string, entries: Entries): readonly Construct[] {
  const list = /^(?:ip|ipv6) prefix-list (\S+) permit (\S+)$/.exec(words);
  if (list !== null) return list[1] === 'originate' ? [`origin ${list[2] ?? ''}`] : [`bgp ${familyIn(words)}`];
  const [, map = ''] = /^route-map (\S+) /.exec(router || words) ?? [];
  if (map !== '') return inRouteMap(map, router || words, entries);
  if (!router.startsWith('router bgp')) return [];
  const neighbor = /^neighbor (\S+) /.exec(words)?.[1];
  if (neighbor !== undefined) {
    if (/ description /.test(words)) return [];
    return [BGP_TIMERS.test(words) ? `notice ${neighbor}` : `session ${neighbor}`];
  }
  if (/^(?:maximum-paths|bgp bestpath as-path)/.test(words))
    return family === '' ? ['multipath ipv4', 'multipath ipv6'] : [`multipath ${familyIn(family)}`];
  if (/^redistribute /.test(words)) return entries.originated.map((prefix) => `origin ${prefix}`);
  return /^bgp router-id/.test(words) ? ['bgp ipv4', 'bgp ipv6'] : [];
}

/** An entry for the addresses of services alone is used by every route to one; others by routes of which no verdict tells. */
function inRouteMap(map: string, head: string, { sessionsOfMap, originated, matches }: Entries): readonly Construct[] {
  const [match = '', ...others] = matches.get(head) ?? [];
  if (map === 'originate')
    return originated.filter((prefix) => familyIn(match) === familyIn(prefix)).map((prefix) => `origin ${prefix}`);
  const isForServices = / permit /.test(head) && /prefix-list anycast$/.test(match) && others.length === 0;
  return isForServices ? (sessionsOfMap.get(map) ?? []).map((neighbor) => `session ${neighbor}`) : [];
}

function familyIn(words: string): 'ipv4' | 'ipv6' {
  return /ipv6|:/.test(words) ? 'ipv6' : 'ipv4';
}
