/** Autonomous systems and what they are to each other, as compressed rows: neighbors of one system lie side by side. */
export interface AsGraph {
  /** AS numbers by index. */
  readonly asns: Uint32Array;
  readonly indexOf: (asn: number) => number | undefined;
  readonly providers: Rows;
  readonly peers: Rows;
  readonly customers: Rows;
  /** How many relationships there are. */
  readonly links: number;
}

/** The neighbors of index i are `to[from[i]]` up to, but not including, `to[from[i + 1]]`. */
interface Rows {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Relationships as they are read: the second is the first's customer, or its peer. */
export interface AsLinks {
  readonly asns: Uint32Array;
  readonly indexOf: AsGraph['indexOf'];
  readonly count: number;
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** 1 where the two are peers. */
  readonly isPeer: Uint8Array;
}

export function asGraph({ asns, indexOf, count, first, second, isPeer }: AsLinks): AsGraph {
  const size = asns.length;
  return {
    asns,
    indexOf,
    links: count,
    customers: rowsOf(size, count, (add) => {
      for (let i = 0; i < count; i++) if (isPeer[i] === 0) add(first[i] ?? 0, second[i] ?? 0);
    }),
    providers: rowsOf(size, count, (add) => {
      for (let i = 0; i < count; i++) if (isPeer[i] === 0) add(second[i] ?? 0, first[i] ?? 0);
    }),
    peers: rowsOf(size, 2 * count, (add) => {
      for (let i = 0; i < count; i++) {
        if (isPeer[i] === 0) continue;
        add(first[i] ?? 0, second[i] ?? 0);
        add(second[i] ?? 0, first[i] ?? 0);
      }
    }),
  };
}

/** Counts first and then fills, so that nothing grows. */
function rowsOf(size: number, most: number, each: (add: (at: number, to: number) => void) => void): Rows {
  const from = new Int32Array(size + 1);
  each((at) => {
    from[at + 1] = (from[at + 1] ?? 0) + 1;
  });
  for (let i = 0; i < size; i++) from[i + 1] = (from[i + 1] ?? 0) + (from[i] ?? 0);
  const to = new Int32Array(Math.min(most, from[size] ?? 0));
  const next = from.slice();
  each((at, neighbor) => {
    const place = next[at] ?? 0;
    to[place] = neighbor;
    next[at] = place + 1;
  });
  return { from, to };
}
