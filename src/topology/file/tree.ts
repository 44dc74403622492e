import { quote } from '../model/finding.js';

/** A YAML document as a tree in which everything knows its place in the text. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

interface YamlScalar {
  readonly kind: 'scalar';
  readonly offset: number;
  readonly value: string | number | boolean | null;
}

interface YamlList {
  readonly kind: 'list';
  readonly offset: number;
  readonly items: readonly YamlNode[];
}

export interface YamlMap {
  readonly kind: 'map';
  readonly offset: number;
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

export interface YamlEntry {
  readonly keyOffset: number;
  readonly value: YamlNode;
}

/** The way to a part of a file: keys and list positions from 0, as in `links`, 2, `cost`. */
export type Path = readonly (string | number)[];

/** The part of a document at a path; `undefined` where there is none. */
export function nodeAt(root: YamlNode, path: Path): YamlNode | undefined {
  let node: YamlNode | undefined = root;
  for (const step of path) node = node === undefined ? undefined : child(node, step);
  return node;
}

/** Where the value at a path stands, or the nearest thing around it that is there. Offset in code units. */
export function valueOffset(root: YamlNode, path: Path): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = nodeAt(root, path.slice(0, depth));
    if (node !== undefined) return depth === path.length ? node.offset : keyOffset(root, path.slice(0, depth));
  }
  return root.offset;
}

/** Where the key of a path stands; for an item of a list, the item. */
export function keyOffset(root: YamlNode, path: Path): number {
  const parent = nodeAt(root, path.slice(0, -1));
  const last = path.at(-1);
  const entry = parent?.kind === 'map' && last !== undefined ? parent.entries.get(String(last)) : undefined;
  return entry?.keyOffset ?? valueOffset(root, path);
}

/** The document as plain data. Objects own their keys and have no prototype to spoil. */
export function toData(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toData);
    case 'map': {
      const entries = Array.from(node.entries, ([key, { value }]): [string, unknown] => [key, toData(value)]);
      return Object.fromEntries(entries);
    }
  }
}

/** A copy without the parts at the given paths, in which all that stays keeps its place in the text. */
export function without(node: YamlNode, paths: readonly Path[]): YamlNode {
  const byStep = new Map<string, Path[]>();
  for (const [step, ...rest] of paths) {
    const key = String(step);
    const group = byStep.get(key);
    if (group === undefined) byStep.set(key, [rest]);
    else group.push(rest);
  }
  const stays = (key: string): boolean => byStep.get(key)?.every((rest) => rest.length > 0) ?? true;
  const pruned = (key: string, value: YamlNode): YamlNode => without(value, byStep.get(key) ?? []);
  if (byStep.size === 0 || node.kind === 'scalar') return node;
  if (node.kind === 'list') {
    return { ...node, items: node.items.flatMap((item, i) => (stays(String(i)) ? [pruned(String(i), item)] : [])) };
  }
  const entries = [...node.entries].filter(([key]) => stays(key));
  return {
    ...node,
    entries: new Map(entries.map(([key, entry]) => [key, { ...entry, value: pruned(key, entry.value) }])),
  };
}

/** A copy with all offsets increased by a number of code units: for a tree that joins one of another text. */
export function shifted(node: YamlNode, by: number): YamlNode {
  const offset = node.offset + by;
  switch (node.kind) {
    case 'scalar':
      return { ...node, offset };
    case 'list':
      return { ...node, offset, items: node.items.map((item) => shifted(item, by)) };
    case 'map': {
      const entries = Array.from(node.entries, ([key, { keyOffset: at, value }]): [string, YamlEntry] => [
        key,
        { keyOffset: at + by, value: shifted(value, by) },
      ]);
      return { ...node, offset, entries: new Map(entries) };
    }
  }
}

function child(node: YamlNode, step: string | number): YamlNode | undefined {
  if (node.kind === 'list') return node.items[Number(step)];
  return node.kind === 'map' ? node.entries.get(String(step))?.value : undefined;
}

/** What the anchors of a document name, and how much its aliases have stood for. */
export class AliasedParts {
  readonly #named = new Map<string, YamlNode>();
  readonly #sizes = new Map<YamlNode, number>();
  #stoodFor = 0;

  constructor(readonly most: number) {}

  /** Remembers a part, whose own parts are known already; `anchor` is empty where it has none. */
  know(anchor: string, node: YamlNode): void {
    this.#sizes.set(node, 1 + partsOf(node).reduce((sum, part) => sum + (this.#sizes.get(part) ?? 1), 0));
    if (anchor !== '') this.#named.set(anchor, node);
  }

  /** What an alias stands for, or why it stands for nothing. */
  named(anchor: string): YamlNode | string {
    const node = this.#named.get(anchor);
    if (node === undefined) return `no anchor before this place is called ${quote(anchor)}`;
    this.#stoodFor += this.#sizes.get(node) ?? 1;
    return this.#stoodFor > this.most ? 'the aliases of this file stand for too much' : node;
  }

  /** A map with what its merge key (`<<`) names: of a key that both have, the map's own counts. */
  merged(entries: ReadonlyMap<string, YamlEntry>): ReadonlyMap<string, YamlEntry> {
    const merge = entries.get('<<')?.value;
    if (merge === undefined) return entries;
    const sources = (merge.kind === 'list' ? merge.items : [merge]).filter((part) => part.kind === 'map');
    const own = [...entries].filter(([key]) => key !== '<<');
    return new Map([...sources.reverse().flatMap((part) => [...part.entries]), ...own]);
  }
}

function partsOf(node: YamlNode): readonly YamlNode[] {
  if (node.kind === 'scalar') return [];
  return node.kind === 'list' ? node.items : [...node.entries.values()].map(({ value }) => value);
}
