import Table from 'cli-table3';
import colors from 'picocolors';
import { filled, HANGING, widthOf, wordsOf } from '../support/printable.js';

/** Between two columns. */
export const GAP = 2;

/**
 * Columns without lines between them, as `docker ps` prints; cells may be coloured. Of a table that is wider than `width`,
 * the columns that can give most way take as many lines as they must.
 */
export function columns(head: readonly string[], rows: readonly (readonly string[])[], width = Infinity): string {
  const blank = Object.fromEntries(
    ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
      ['', '-mid', '-left', '-right'].map((part) => [`${side}${part}`, '']),
    ),
  );
  const [titles = [], ...cells] = narrowed([head, ...rows], width);
  const table = new Table({
    head: titles.map((word) => colors.dim(word)),
    chars: { ...blank, middle: ' '.repeat(GAP) },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...cells.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/**
 * Rows of which columns are folded between their words, one after the other, until they fit. Where they cannot fit they stay as
 * they are, so that each row can go on in the next line.
 */
function narrowed(rows: readonly (readonly string[])[], width: number, whole = rows): readonly (readonly string[])[] {
  const sizes = (rows[0] ?? []).map((_, nth) => {
    const cells = rows.map((row) => row[nth] ?? '');
    return { size: widest(cells), least: HANGING + widest(cells.flatMap(wordsOf)) };
  });
  const excess = sizes.reduce((sum, { size }) => sum + size, GAP * (sizes.length - 1)) - width;
  if (excess <= 0) return rows;
  const ways = sizes.map(({ size, least }) => size - least);
  const most = Math.max(...ways);
  if (most <= 0) return whole;
  const folds = ways.indexOf(most);
  const room = (sizes[folds]?.size ?? 0) - Math.min(excess, most);
  const folded = rows.map((row) => row.map((cell, nth) => (nth === folds ? filled(cell.split('\n'), room) : cell)));
  return narrowed(folded, width, whole);
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(widthOf));
}

/** Whether rows are about several services, so that each row has to name its own. */
export function hasSeveralServices(rows: readonly { readonly service: string | null }[]): boolean {
  return new Set(rows.map(({ service }) => service)).size > 1;
}

/** `<0.1 ms`, `0.2 ms`, `17 ms`, `1.25 s`. */
export function milliseconds(ms: number): string {
  if (ms > 0 && ms < 0.05) return '<0.1 ms';
  if (ms < 10) return `${String(Math.round(ms * 10) / 10)} ms`;
  return ms < 1000 ? `${String(Math.round(ms))} ms` : seconds(ms);
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

const ages = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'min', ms: 60_000 },
  { unit: 's', ms: 1_000 },
] as const;

/** How long something has lasted, in its two largest units: `42 s`, `3 min 5 s`, `2 d 4 h`. */
export function age(ms: number): string {
  const first = ages.findIndex((each) => ms >= each.ms);
  if (first === -1) return '0 s';
  let rest = ms;
  return ages
    .slice(first, first + 2)
    .flatMap(({ unit, ms: unitMs }) => {
      const count = Math.floor(rest / unitMs);
      rest -= count * unitMs;
      return count === 0 ? [] : [`${String(count)} ${unit}`];
    })
    .join(' ');
}

export function plural(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Items of the same key together, in the order in which each key came first. */
export function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
