import type { Point } from './geometry/lines.js';
import { lookOf, tagOf, type NetworkLink, type NetworkNode } from './network.js';

export type { Point };

export interface PlacedNode extends NetworkNode {
  /** Its middle. */
  readonly at: Point;
  readonly width: number;
}

export interface PlacedLink extends NetworkLink {
  /** From one end to the other. */
  readonly points: readonly Point[];
}

export interface PictureLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly links: readonly PlacedLink[];
}

/** What takes how much room, in pixels, or in characters. */
export interface Metrics {
  readonly height: number;
  readonly widthOf: (node: NetworkNode) => number;
  /** Between two nodes beside each other. */
  readonly nodeGap: number;
  /** Between two nodes beside each other with a link between them. */
  readonly linkGap: number;
  readonly rankGap: number;
  readonly edgeGap: number;
  readonly margin: number;
}

export const nodeHeight = 34;
/** The room of a character at 13 px in the widest of the usual system fonts. */
const CHARACTER_WIDTH = 8.4;
const TAG_CHARACTER_WIDTH = 7;
/** Names of instances are bold. */
const BOLD = 1.08;
const BESIDE_TEXT = 46;

/** As pages draw it. */
export const pixels: Metrics = {
  height: nodeHeight,
  widthOf(node) {
    const text = CHARACTER_WIDTH * node.name.length + tagWidth(tagOf(node));
    return BESIDE_TEXT + (node.role === 'instance' ? BOLD : 1) * text;
  },
  nodeGap: 26,
  linkGap: 64,
  rankGap: 44,
  edgeGap: 18,
  margin: 4,
};

function tagWidth(tag: string): number {
  return tag === '' ? 0 : 8 + TAG_CHARACTER_WIDTH * tag.length;
}

/** The routers and hosts of an autonomous system that lie together, with nothing else between them. */
export interface PlacedSystem {
  readonly asn: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const AROUND_SYSTEM = 14;

/** Autonomous systems of several routers that a frame can be drawn around. */
export function systemsOf({ nodes, links }: PictureLayout): readonly PlacedSystem[] {
  const asns = new Map(nodes.flatMap(({ name, asn }) => (asn === undefined ? [] : [[name, asn] as const])));
  const ownerOf = ({ name }: PlacedNode): number | undefined => {
    const around = links.flatMap(({ a, b }) => (a === name ? [b] : b === name ? [a] : []));
    const [first, ...others] = around.map((neighbor) => asns.get(neighbor));
    return asns.get(name) ?? (others.every((other) => other === first) ? first : undefined);
  };
  const owners = new Map(nodes.map((node) => [node, ownerOf(node)]));
  const several = [...new Set(asns.values())].filter(
    (asn) => nodes.filter((node) => node.role === 'transit' && owners.get(node) === asn).length > 1,
  );
  return several.flatMap((asn): readonly PlacedSystem[] => {
    const own = nodes.filter((node) => owners.get(node) === asn);
    const left = Math.min(...own.map(({ at, width }) => at.x - width / 2)) - AROUND_SYSTEM;
    const right = Math.max(...own.map(({ at, width }) => at.x + width / 2)) + AROUND_SYSTEM;
    const top = Math.min(...own.map(({ at }) => at.y - nodeHeight / 2)) - AROUND_SYSTEM;
    const bottom = Math.max(...own.map(({ at }) => at.y + nodeHeight / 2)) + AROUND_SYSTEM;
    const isForeign = nodes.some(
      (node) =>
        owners.get(node) !== asn &&
        node.at.x + node.width / 2 > left &&
        node.at.x - node.width / 2 < right &&
        node.at.y + nodeHeight / 2 > top &&
        node.at.y - nodeHeight / 2 < bottom,
    );
    return isForeign ? [] : [{ asn, x: left, y: top, width: right - left, height: bottom - top }];
  });
}

/** Whether it stands at the top of a picture. */
export function isClient(node: NetworkNode): boolean {
  return lookOf(node) === 'client';
}
