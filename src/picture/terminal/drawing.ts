import { Canvas, type Weight } from './canvas.js';
import type { InstanceColours } from '../colours.js';
import { layOut } from '../layout.js';
import { lookOf, tagOf, type Network, type NetworkNode } from '../network.js';
import type { Metrics, PlacedLink, PlacedNode } from '../placed.js';
import { signOf, statesOf, type LinkState, type Scene } from '../scene.js';
import { tracksOf, type Stretch } from './tracks.js';

const BOX_HEIGHT = 3;

export interface TerminalOptions {
  /** In characters. */
  readonly columns: number;
  /** Gives a text the colour with this number; without it the drawing has none. */
  readonly paint?: ((text: string, colour: number) => string) | undefined;
}

/** A box has room for its name, and for the links at one side of it. */
function characters({ links }: Network): Metrics {
  const room = new Map<string, number>();
  for (const { a, b, cost } of links) {
    const own = cost === 1 ? 2 : String(cost).length + 1;
    for (const end of [a, b]) room.set(end, (room.get(end) ?? 0) + own);
  }
  return {
    height: BOX_HEIGHT,
    widthOf: (node) => Math.max(Array.from(labelOf(node)).length + 4, (room.get(node.name) ?? 0) + 2),
    nodeGap: 2,
    linkGap: 7,
    rankGap: 2,
    edgeGap: 2,
    margin: 0,
  };
}

/** A drawing of boxes and lines; undefined where it is wider than the terminal. */
export function terminalDrawing(
  network: Network,
  scene: Scene,
  colours: InstanceColours,
  { columns, paint }: TerminalOptions,
): string | undefined {
  const layout = layOut(network, characters(network));
  if (Math.ceil(layout.width) > columns) return undefined;
  const rowYs = [...new Set(layout.nodes.map(({ at }) => Math.round(at.y)))].sort((a, b) => a - b);
  const rowOf = (y: number): number => rowYs.indexOf(Math.round(y));
  const boxes = new Map(layout.nodes.map((node) => [node.name, boxOf(node, rowOf(node.at.y))]));
  const states = statesOf(network, scene);
  const links = layout.links.map((link, nth) => ({ link, state: states.link(nth) }));
  const drawn = links.flatMap(({ link, state }) => {
    const [a, b] = [boxes.get(link.a), boxes.get(link.b)];
    return a === undefined || b === undefined
      ? []
      : [a.row <= b.row ? { link, state, a, b } : { link, state, a: b, b: a }];
  });
  const down = drawn.filter(({ a, b }) => a.row !== b.row);
  const ports = portsOf(down);
  const gaps = rowYs
    .slice(1)
    .map((_, gap) =>
      tracksOf(
        down.filter(({ a, b }) => a.row <= gap && b.row > gap).map((each) => stretchOf(each, gap, ports, rowYs)),
      ),
    );
  const tops: number[] = [0];
  gaps.forEach(({ height }, gap) => tops.push((tops[gap] ?? 0) + BOX_HEIGHT + height));
  const canvas = new Canvas(Math.ceil(layout.width) + 1, (tops.at(-1) ?? 0) + BOX_HEIGHT);
  for (const { link, state, a, b } of drawn.filter((each) => each.a.row === each.b.row))
    drawAcross(canvas, link, state, [a, b], (tops[a.row] ?? 0) + 1, colours);
  gaps.forEach(({ stretches }, gap) => {
    const top = (tops[gap] ?? 0) + BOX_HEIGHT - 1;
    const bottom = tops[gap + 1] ?? 0;
    for (const { stretch, track } of stretches) drawDown(canvas, stretch, [top, top + 1 + track, bottom], colours);
  });
  // A link that is longer than a row passes beside the boxes of that row.
  for (const each of down) {
    for (let row = each.a.row + 1; row < each.b.row; row++) {
      const x = xAt(each, row, ports, rowYs);
      const y = tops[row] ?? 0;
      canvas.line([x, y], [x, y + BOX_HEIGHT - 1], weightOf(each.state), colourOf(each.state, colours));
    }
  }
  for (const node of layout.nodes) drawBox(canvas, node, boxes.get(node.name), tops, scene, colours);
  for (const gap of gaps.keys()) labelDown(canvas, gaps[gap]?.stretches ?? [], tops[gap + 1] ?? 0);
  return canvas.text(paint);
}

interface Box {
  readonly name: string;
  readonly row: number;
  readonly left: number;
  readonly width: number;
  readonly x: number;
}

interface Drawn {
  readonly link: PlacedLink;
  readonly state: LinkState;
  readonly a: Box;
  readonly b: Box;
}

function labelOf(node: NetworkNode): string {
  const tag = tagOf(node);
  return tag === '' ? node.name : `${node.name} ${tag}`;
}

function boxOf({ name, at, width }: PlacedNode, row: number): Box {
  const x = Math.round(at.x);
  return { name, row, left: x - Math.floor(width / 2), width, x };
}

/** Where each link leaves its upper box and enters its lower one: side by side, in the order of their other ends. */
function portsOf(drawn: readonly Drawn[]): ReadonlyMap<Drawn, readonly [number, number]> {
  const ports = new Map<Drawn, [number, number]>(drawn.map((each) => [each, [each.a.x, each.b.x]]));
  for (const end of ['a', 'b'] as const) {
    const byBox = new Map<Box, Drawn[]>();
    for (const each of drawn) byBox.set(each[end], [...(byBox.get(each[end]) ?? []), each]);
    for (const [box, own] of byBox) {
      if (own.length === 1) continue;
      const other = end === 'a' ? 'b' : 'a';
      const inner = box.width - 2;
      own
        .toSorted((one, another) => one[other].x - another[other].x)
        .forEach((each, nth) => {
          const pair = ports.get(each);
          if (pair !== undefined)
            pair[end === 'a' ? 0 : 1] =
              box.left + 1 + Math.min(inner - 1, Math.floor(((nth + 0.5) * inner) / own.length));
        });
    }
  }
  return ports;
}

/** Where a link is in a row: at its ends its port, between them where the layout leads it. */
function xAt(
  drawn: Drawn,
  row: number,
  ports: ReadonlyMap<Drawn, readonly [number, number]>,
  rowYs: readonly number[],
): number {
  const [from = drawn.a.x, to = drawn.b.x] = ports.get(drawn) ?? [];
  if (row === drawn.a.row) return from;
  if (row === drawn.b.row) return to;
  const y = rowYs[row] ?? 0;
  const nearest = drawn.link.points.reduce((best, point) =>
    Math.abs(point.y - y) < Math.abs(best.y - y) ? point : best,
  );
  return Math.round(nearest.x);
}

interface DrawnStretch extends Stretch {
  readonly drawn: Drawn;
  readonly isLast: boolean;
}

function stretchOf(
  drawn: Drawn,
  gap: number,
  ports: ReadonlyMap<Drawn, readonly [number, number]>,
  rowYs: readonly number[],
): DrawnStretch {
  return {
    drawn,
    from: xAt(drawn, gap, ports, rowYs),
    to: xAt(drawn, gap + 1, ports, rowYs),
    isLabelled: drawn.link.cost !== 1 && gap + 1 === drawn.b.row,
    isLast: gap + 1 === drawn.b.row,
  };
}

function weightOf({ instances, broken, label }: LinkState): Weight {
  return (broken === undefined || label?.works === true) && instances.length > 0 ? 2 : 1;
}

function colourOf({ instances }: LinkState, colours: InstanceColours): number | undefined {
  const [only, ...others] = instances;
  return only === undefined || others.length > 0 ? undefined : colours.numberOf(only);
}

function drawAcross(
  canvas: Canvas,
  link: PlacedLink,
  state: LinkState,
  [one, other]: readonly [Box, Box],
  y: number,
  colours: InstanceColours,
): void {
  const [left, right] = one.x <= other.x ? [one, other] : [other, one];
  const [from, to] = [left.left + left.width - 1, right.left];
  canvas.line([from, y], [to, y], weightOf(state), colourOf(state, colours));
  const label = labelOfLink(link, state);
  if (label !== '') canvas.write(Math.round((from + to) / 2 - label.length / 2), y, label);
}

function drawDown(
  canvas: Canvas,
  { drawn, from, to }: DrawnStretch,
  [top, track, bottom]: readonly [number, number, number],
  colours: InstanceColours,
): void {
  const weight = weightOf(drawn.state);
  const colour = colourOf(drawn.state, colours);
  if (from === to) canvas.line([from, top], [from, bottom], weight, colour);
  else {
    canvas.line([from, top], [from, track], weight, colour);
    canvas.line([from, track], [to, track], weight, colour);
    canvas.line([to, track], [to, bottom], weight, colour);
  }
}

/** The cost of a link, or that it is broken. */
function labelOfLink({ cost }: PlacedLink, state: LinkState): string {
  if (state.broken !== undefined) return signOf(state);
  return cost === 1 ? '' : String(cost);
}

/** The label of a link, over its last piece. */
function labelDown(canvas: Canvas, stretches: readonly { readonly stretch: DrawnStretch }[], bottom: number): void {
  for (const { stretch } of stretches) {
    const { drawn, to, isLast } = stretch;
    if (!isLast) continue;
    const label = labelOfLink(drawn.link, drawn.state);
    if (label !== '') canvas.write(to - Math.floor(label.length / 2), bottom - 1, label);
  }
}

function drawBox(
  canvas: Canvas,
  node: PlacedNode,
  box: Box | undefined,
  tops: readonly number[],
  scene: Scene,
  colours: InstanceColours,
): void {
  if (box === undefined) return;
  const look = lookOf(node);
  const answerers = new Set(scene.courses.filter(({ client }) => client === node.name).map(({ instance }) => instance));
  const [only] = answerers;
  const colour =
    look === 'instance'
      ? colours.numberOf(node.name)
      : answerers.size === 1 && typeof only === 'string'
        ? colours.numberOf(only)
        : undefined;
  const top = tops[box.row] ?? 0;
  canvas.box(box.left, top, box.width, BOX_HEIGHT, look === 'instance' ? 2 : 1, colour);
  if (look === 'client') {
    canvas.write(box.left, top, '╭', colour);
    canvas.write(box.left + box.width - 1, top, '╮', colour);
    canvas.write(box.left, top + 2, '╰', colour);
    canvas.write(box.left + box.width - 1, top + 2, '╯', colour);
  }
  const label = labelOf(node);
  canvas.write(box.left + Math.floor((box.width - Array.from(label).length) / 2), top + 1, label, colour);
  const sign = signOf({
    broken: scene.broken?.nodes.get(node.name),
    isMaintained: scene.broken?.maintained.has(node.name) === true,
  });
  if (sign !== '') canvas.write(box.left + box.width - 1, top + 1, sign);
}
