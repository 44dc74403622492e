import { lookOf, tagOf, type NetworkLink, type NetworkNode } from './network.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

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
const BESIDE_TEXT = 46;

/** As pages draw it. */
export const pixels: Metrics = {
  height: nodeHeight,
  widthOf: (node) => BESIDE_TEXT + CHARACTER_WIDTH * node.name.length + tagWidth(tagOf(node)),
  nodeGap: 26,
  linkGap: 64,
  rankGap: 44,
  edgeGap: 18,
  margin: 4,
};

function tagWidth(tag: string): number {
  return tag === '' ? 0 : 8 + TAG_CHARACTER_WIDTH * tag.length;
}

/** Whether it stands at the top of a picture. */
export function isClient(node: NetworkNode): boolean {
  return lookOf(node) === 'client';
}
