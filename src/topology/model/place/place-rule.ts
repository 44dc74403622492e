/** Where nodes are to run, when there are several machines: which nodes, and which machines may have them. */
export interface PlaceRule extends PlaceWanted {
  readonly of: PlacedNodes;
}

/** What a machine must be to get a node: one of those named, and with the label. */
export interface PlaceWanted {
  /** Any machine where it is empty. */
  readonly machines: readonly string[];
  readonly label: { readonly key: string; readonly value: string } | undefined;
}

/** One node, all nodes whose names fit a pattern, or all of an autonomous system. */
export type PlacedNodes =
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'system'; readonly asn: number };

/** Reads who is meant as it is written: `site-a`, `eu-*`, `65001`. */
export function readPlacedNodes(text: string): PlacedNodes {
  if (/^\d+$/.test(text)) return { kind: 'system', asn: Number(text) };
  return text.includes('*') ? { kind: 'pattern', pattern: text } : { kind: 'node', name: text };
}

/** Whether a rule is for a node, by its name and its autonomous system. */
export function isPlaced(of: PlacedNodes, name: string, asn: number | undefined): boolean {
  switch (of.kind) {
    case 'node':
      return of.name === name;
    case 'pattern':
      return fits(of.pattern, name);
    case 'system':
      return of.asn === asn;
  }
}

/** Reads `rack=1`; undefined where it is no label. */
export function readLabel(text: string): PlaceWanted['label'] {
  const match = /^([^=\s]+)=(\S+)$/.exec(text);
  return match === null ? undefined : { key: match[1] ?? '', value: match[2] ?? '' };
}

/** `*` stands for any letters, also for none. */
function fits(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
