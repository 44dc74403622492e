/** TCP connections that were open when something was changed, and those of them that did not live through it. */
export interface ConnectionsCount {
  readonly open: number;
  readonly broken: number;
  /** The greatest probability that one of several equal-cost paths carried none of them. */
  readonly risk: number;
}

export interface ConnectionsSeen extends ConnectionsCount {
  readonly each: readonly ConnectionsTo[];
}

/** Those of all clients to one address. */
export interface ConnectionsTo extends ConnectionsCount {
  readonly service: string;
  readonly address: string;
}

/** All connections together, and by address; several counts of one address are added. */
export function allConnections(counts: readonly ConnectionsTo[]): ConnectionsSeen {
  const byAddress = new Map<string, readonly [ConnectionsTo, ...ConnectionsTo[]]>();
  for (const count of counts) {
    const key = `${count.service} ${count.address}`;
    byAddress.set(key, [count, ...(byAddress.get(key) ?? [])]);
  }
  const each = [...byAddress.values()].map((same) => ({ ...same[0], ...sumOf(same) }));
  return { ...sumOf(each), each };
}

/** Counts added; the greatest of their risks. */
function sumOf(counts: readonly ConnectionsCount[]): ConnectionsCount {
  return {
    open: counts.reduce((sum, { open }) => sum + open, 0),
    broken: counts.reduce((sum, { broken }) => sum + broken, 0),
    risk: Math.max(0, ...counts.map(({ risk }) => risk)),
  };
}
