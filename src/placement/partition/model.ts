/** What is to be divided into parts: vertices with a load and a size, and edges between them. */
export interface Weighted {
  readonly vertices: readonly Vertex[];
  /** By vertex: what joins it to others, and how much; the same in both directions. */
  readonly edges: readonly ReadonlyMap<number, number>[];
}

export interface Vertex {
  readonly load: number;
  readonly size: number;
  /** The parts that it may be in, ascending; all where it is left out. */
  readonly allowed?: readonly number[] | undefined;
}

export interface Part {
  /** The load that it is meant to have. */
  readonly loadTarget: number;
  /** Less load than this is too little, and more than that too much. */
  readonly loadLeast: number;
  readonly loadLimit: number;
  /** More than this does not fit. */
  readonly sizeLimit: number;
}

export function mayBeIn({ allowed }: Vertex, part: number): boolean {
  return allowed?.includes(part) ?? true;
}

/** The same graph with groups of vertices as one each: `groupOf` numbers them from 0 on. */
export function contracted({ vertices, edges }: Weighted, groupOf: readonly number[]): Weighted {
  const groups: { load: number; size: number; allowed?: readonly number[] | undefined }[] = [];
  const joined: Map<number, number>[] = [];
  vertices.forEach(({ load, size, allowed }, vertex) => {
    const group = (groups[groupOf[vertex] ?? 0] ??= { load: 0, size: 0 });
    group.load += load;
    group.size += size;
    group.allowed ??= allowed;
  });
  groupOf.forEach((group, vertex) => {
    const own = (joined[group] ??= new Map());
    for (const [other, weight] of edges[vertex] ?? []) {
      const otherGroup = groupOf[other] ?? 0;
      if (otherGroup !== group) own.set(otherGroup, (own.get(otherGroup) ?? 0) + weight);
    }
  });
  return { vertices: groups, edges: joined };
}

/** Numbers groups from 0 on, in the order in which they first occur. */
export function numbered(keys: readonly (string | number)[]): readonly number[] {
  const numbers = new Map<string | number, number>();
  return keys.map((key) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  });
}
