/** What networks can be generated. */
export const networkShapes = ['ring', 'tree', 'grid', 'clos', 'ases'] as const;
export type NetworkShape = (typeof networkShapes)[number];

/** Routers by their numbers, from 0, and the pairs of them that are linked. */
interface Routers {
  readonly count: number;
  readonly pairs: readonly (readonly [number, number])[];
}

/** The routers of a shape, about as many as are wanted. */
export function routersOf(shape: NetworkShape, size: number, below: (limit: number) => number): Routers {
  switch (shape) {
    case 'ring':
      return { count: size, pairs: Array.from({ length: size }, (_, index) => [index, (index + 1) % size] as const) };
    case 'tree':
      return { count: size, pairs: treePairs(size, (index) => (index - 1) >> 1) };
    case 'grid': {
      const width = Math.max(2, Math.round(Math.sqrt(size)));
      const height = Math.max(2, Math.round(size / width));
      return { count: width * height, pairs: gridPairs(width, height) };
    }
    case 'clos': {
      const spines = Math.max(2, Math.floor(size / 3));
      const leaves = Math.max(2, size - spines);
      return {
        count: spines + leaves,
        pairs: Array.from({ length: leaves }).flatMap((_, leaf) =>
          Array.from({ length: spines }, (_spine, spine) => [spine, spines + leaf] as const),
        ),
      };
    }
    case 'ases': {
      const tree = treePairs(size, below);
      const known = new Set(tree.map((pair) => pair.join()));
      const more = Array.from({ length: Math.ceil(size / 2) }, () => {
        const [a, b] = [below(size), below(size)];
        return [Math.min(a, b), Math.max(a, b)] as const;
      }).filter((pair) => pair[0] !== pair[1] && !known.has(pair.join()) && known.add(pair.join()));
      return { count: size, pairs: [...tree, ...more] };
    }
  }
}

/** Each router but the first hangs on one before it. */
function treePairs(size: number, parentOf: (index: number) => number): readonly (readonly [number, number])[] {
  return Array.from({ length: size - 1 }, (_, nth) => [parentOf(nth + 1), nth + 1] as const);
}

function gridPairs(width: number, height: number): readonly (readonly [number, number])[] {
  return Array.from({ length: width * height }).flatMap((_, index) => [
    ...(index % width < width - 1 ? [[index, index + 1] as const] : []),
    ...(index < width * (height - 1) ? [[index, index + width] as const] : []),
  ]);
}
