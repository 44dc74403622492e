import { randomFrom } from './random.js';

export interface GraphWanted {
  readonly seed: number;
  readonly ases: number;
  readonly links: number;
}

/** The systems at the top, which all peer with each other. */
const TOP = 12;
/** One in so many systems sells transit; the others are at the edge. */
const TRANSIT_EVERY = 7;
const MOST_PROVIDERS = 3;

/**
 * A graph of autonomous systems as the Internet has them, as text in serial-1: a clique at the top; each other system has
 * one to three providers among those above it, chosen by how many customers they have already, so that degrees follow a
 * power law; and peerings for the rest of the links, mostly among those that sell transit. A seed gives the same text
 * wherever it is run.
 */
export function generateAsGraph({ seed, ases, links }: GraphWanted): string {
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const top = Math.min(TOP, ases);
  const transit = Math.max(top, Math.floor(ases / TRANSIT_EVERY));
  const lines: string[] = [];
  const known = new Set<number>();
  const isNew = (a: number, b: number): boolean => {
    const key = Math.min(a, b) * ases + Math.max(a, b);
    if (a === b || known.has(key)) return false;
    known.add(key);
    return true;
  };
  const asn = (index: number): string => String(index + 1);
  for (let a = 0; a < top; a++) for (let b = a + 1; b < top; b++) if (isNew(a, b)) lines.push(`${asn(a)}|${asn(b)}|0`);
  // Who is in it n times has n customers, and one chance more.
  const sellers = Array.from({ length: top }, (_, index) => index);
  for (let index = top; index < ases; index++) {
    for (let left = 1 + below(MOST_PROVIDERS); left > 0; left--) {
      const provider = sellers[below(sellers.length)] ?? 0;
      if (provider >= index || !isNew(provider, index)) continue;
      lines.push(`${asn(provider)}|${asn(index)}|-1`);
      sellers.push(provider);
    }
    if (index < transit) sellers.push(index);
  }
  // There may be no room for as many: those that there are already are not tried for ever.
  for (let tries = 4 * links; lines.length < links && tries > 0; tries--) {
    const a = top + Math.floor((transit - top) * random() ** 2);
    const b = random() < 0.6 ? top + Math.floor((transit - top) * random() ** 2) : top + below(Math.max(1, ases - top));
    if (a < ases && b < ases && isNew(a, b)) lines.push(`${asn(a)}|${asn(b)}|0`);
  }
  return `# nearcast generate --shape as-graph --seed ${String(seed)} --ases ${String(ases)} --links ${String(links)}\n${lines.join('\n')}\n`;
}
