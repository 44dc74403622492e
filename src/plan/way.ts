/**
 * A way out of a node: who is next on it, and the interface that leads there. Two links to one neighbor are two ways.
 */
export type Way = `${string} by ${string}`;

export function way(device: string, next: string): Way {
  return `${next} by ${device}`;
}

/** The interface of a way, and who is next on it. */
export function partsOf(one: Way): { readonly device: string; readonly neighbor: string } {
  const [neighbor = '', device = ''] = one.split(' by ');
  return { device, neighbor };
}
