import type { Point } from './lines.js';
import type { Edge } from './spread.js';

/** A chord is shorter than its arc. */
const SPARE = 1.1;

/** What stands on a ring, by the circle around it. */
export interface Disc {
  readonly diameter: number;
}

interface Branch {
  readonly disc: Disc;
  readonly depth: number;
  readonly children: readonly Branch[];
  /** How much of the circle it needs, as a length. */
  readonly share: number;
}

/** Where discs are on rings around the one with the most neighbors. */
export function inRings(discs: readonly Disc[], edges: readonly Edge[], gap: number): readonly Point[] {
  const root = treeOf(discs, neighborsOf(discs, edges));
  const radii = radiiOf(root, gap);
  const middles = new Map<Disc, Point>();
  const place = (branch: Branch, fromAngle: number, angle: number): void => {
    const radius = radii[branch.depth] ?? 0;
    const at = fromAngle + angle / 2;
    middles.set(branch.disc, { x: radius * Math.cos(at), y: radius * Math.sin(at) });
    const all = branch.children.reduce((sum, { share }) => sum + share, 0);
    let next = fromAngle;
    for (const child of branch.children) {
      const part = (angle * child.share) / all;
      place(child, next, part);
      next += part;
    }
  };
  place(root, -Math.PI / 2, 2 * Math.PI);
  return discs.map((disc) => middles.get(disc) ?? { x: 0, y: 0 });
}

function neighborsOf(discs: readonly Disc[], edges: readonly Edge[]): ReadonlyMap<Disc, ReadonlySet<Disc>> {
  const neighbors = new Map<Disc, Set<Disc>>(discs.map((disc) => [disc, new Set()]));
  for (const [from, to] of edges) {
    const [one, other] = [discs[from], discs[to]];
    if (one === undefined || other === undefined) continue;
    neighbors.get(one)?.add(other);
    neighbors.get(other)?.add(one);
  }
  return neighbors;
}

/** The tree of shortest ways from the middle; what no way leads to hangs on the middle too. */
function treeOf(discs: readonly Disc[], neighbors: ReadonlyMap<Disc, ReadonlySet<Disc>>): Branch {
  const degree = (disc: Disc): number => neighbors.get(disc)?.size ?? 0;
  // Where large networks come together.
  const middle = discs.reduce((most, each) => (degree(each) > degree(most) ? each : most));
  const children = new Map<Disc, Disc[]>();
  const found = new Set([middle]);
  const hang = (from: Disc, next: Disc): void => {
    found.add(next);
    children.set(from, [...(children.get(from) ?? []), next]);
  };
  const explore = (): void => {
    for (const disc of found) {
      for (const next of neighbors.get(disc) ?? []) if (!found.has(next)) hang(disc, next);
    }
  };
  explore();
  for (const disc of discs) {
    if (found.has(disc)) continue;
    hang(middle, disc);
    explore();
  }
  const branch = (disc: Disc, depth: number): Branch => {
    const own = (children.get(disc) ?? []).map((child) => branch(child, depth + 1));
    const all = own.reduce((sum, { share }) => sum + share, 0);
    return { disc, depth, children: own, share: Math.max(disc.diameter, all) };
  };
  return branch(middle, 0);
}

/** Of each ring: so that what stands on it has room, and so that it has room from the ring within. */
function radiiOf(root: Branch, gap: number): readonly number[] {
  const rings: Branch[][] = [];
  const collect = (branch: Branch): void => {
    (rings[branch.depth] ??= []).push(branch);
    branch.children.forEach(collect);
  };
  collect(root);
  // Of the length of the whole circle, a branch gets the product of its parts on the way out.
  const parts = new Map<Branch, number>([[root, 1]]);
  for (const branch of rings.flat()) {
    const all = branch.children.reduce((sum, { share }) => sum + share, 0);
    for (const child of branch.children) parts.set(child, ((parts.get(branch) ?? 0) * child.share) / all);
  }
  const largest = (ring: readonly Branch[]): number => Math.max(...ring.map(({ disc }) => disc.diameter));
  const radii = [0];
  rings.slice(1).forEach((ring, nth) => {
    const within = rings[nth] ?? [];
    const least = (radii[nth] ?? 0) + largest(within) / 2 + largest(ring) / 2 + gap / 2;
    const needed = ring.map((branch) => (SPARE * branch.disc.diameter) / (2 * Math.PI * (parts.get(branch) ?? 1)));
    radii.push(Math.max(least, ...needed));
  });
  return radii;
}
