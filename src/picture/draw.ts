import { round } from '../support/round.js';
import type { InstanceColours } from './colours.js';
import { html, type Content, type Markup } from './markup.js';
import { lookOf, tagOf, type Look } from './network.js';
import {
  nodeHeight,
  systemsOf,
  type PictureLayout,
  type PlacedSystem,
  type PlacedLink,
  type PlacedNode,
  type Point,
} from './placed.js';
import { statesOf, type LinkState, type NodeState, type Scene } from './scene.js';

/** Drawn at the left of a node's name, 16 px wide: what it is. */
export const glyphs: Readonly<Record<Look, string>> = {
  client: 'M2 3.5h12v8H2zM5.5 14h5M8 11.5V14',
  host: 'M3.5 2.5h9v11h-9zM6 5.5h4M6 8h4',
  router: 'M8 1.5v5M8 14.5v-5M1.5 8h5M14.5 8h-5M6 3.5l2-2 2 2M6 12.5l2 2 2-2M3.5 6l-2 2 2 2M12.5 6l2 2-2 2',
  switch: 'M2 5.5h11M10.5 3l2.5 2.5L10.5 8M14 10.5H3M5.5 8L3 10.5 5.5 13',
  instance: 'M2.5 2.5h11v4.5h-11zM2.5 9h11v4.5h-11zM5 4.75h.01M5 11.25h.01',
};

/** More colours in one link are not told apart. */
const MOST_STRIPES = 4;
const STRIPE = 9;
/** The room of a character of what stands at a link, and of what is at each of its ends. */
const LABEL_CHARACTER_WIDTH = 7;
const BESIDE_LABEL = 22;
const CROSS = 'M-6 -6L6 6M6 -6L-6 6';
const SMALL_CROSS = 'M-3.5 -3.5L3.5 3.5M3.5 -3.5L-3.5 3.5';
/** As on the sign at a street that is kept free. */
const NO_ENTRY = 'M-4.5 0H4.5';

/** All of a picture, to be put into an `svg`: links below nodes. */
export function drawing(layout: PictureLayout, scene: Scene, colours: InstanceColours): Markup {
  const states = statesOf(layout, scene);
  return html`${systemsOf(layout).map(drawnSystem)}${layout.links.map((link, nth) => drawnLink(link, nth, states.link(nth), colours))}${layout.nodes.map(
    (node) => drawnNode(node, states.node(node.name), colours),
  )}`;
}

/** An autonomous system of several routers: a frame around them, and its number. */
function drawnSystem({ asn, x, y, width, height }: PlacedSystem): Markup {
  return html`<g class="system"><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="12"/><text x="${round(
    x + 8,
  )}" y="${round(y + height - 6)}">AS${asn}</text></g>
`;
}

/**
 * A link: in the colour of the instance that answers what passes it, striped where several do; dashed where it was used
 * before.
 */
function drawnLink(link: PlacedLink, nth: number, state: LinkState, colours: InstanceColours): Markup {
  return html`<g class="${linkClass(state)}" data-link="${nth}">${linkBody(link, state, colours)}</g>
`;
}

/** The class of the group of a link. */
export function linkClass({ broken, label }: LinkState): string {
  if (broken === undefined) return 'link';
  return label?.works === true ? 'link changed' : 'link broken';
}

/** What is in the group of a link. */
export function linkBody(link: PlacedLink, state: LinkState, colours: InstanceColours): Markup {
  const { a, b, cost, impairment, points } = link;
  const { instances, before, beforeWord, broken, label } = state;
  const way = curve(points);
  const stripes = instances.slice(0, MOST_STRIPES);
  const told = [
    `${a} to ${b}, cost ${String(cost)}`,
    ...(impairment === undefined ? [] : [impairment]),
    ...(instances.length === 0 ? [] : [`used by packets to ${instances.join(', ')}`]),
    ...(before.length === 0 ? [] : [`${beforeWord}: to ${before.join(', ')}`]),
    ...(broken === undefined ? [] : [label === undefined ? broken : `${broken} (${label.text})`]),
  ].join('; ');
  const middle = middleOf(points);
  const isCut = broken !== undefined && label?.works !== true;
  const beside = label?.text ?? impairment;
  const cross = `translate(${String(round(middle.x))} ${String(round(middle.y))})`;
  return html`<title>${told}</title><path class="wire" d="${way}"/>${before
    .slice(0, stripes.length === 0 ? 1 : 0)
    .map((instance) => html`<path class="was ${colours.classOf(instance)}" d="${way}"/>`)}${stripes.map(
    (instance, stripe) =>
      html`<path class="way ${colours.classOf(instance)}" d="${way}"${stripesOf(stripe, stripes.length)}/>`,
  )}${cost === 1 ? null : html`<text class="cost" x="${round(middle.x)}" y="${round(middle.y + 4)}">${cost}</text>`}${
    beside === undefined
      ? null
      : html`<text class="state" x="${round(middle.x)}" y="${round(labelY(points, middle.y, { beside, isOnLine: cost === 1 && !isCut }))}">${beside}</text>`
  }${isCut ? html`<path class="cross" d="${CROSS}" transform="${cross}"/>` : null}`;
}

/** On its line or below it; above the nodes where the line is too short for it, and lies between them. */
function labelY(
  points: readonly Point[],
  y: number,
  { beside, isOnLine }: { readonly beside: string; readonly isOnLine: boolean },
): number {
  const [first, last] = [points[0], points.at(-1)];
  const isFlat = first !== undefined && last !== undefined && Math.abs(first.y - last.y) < nodeHeight / 2;
  const room = isFlat ? Math.abs(first.x - last.x) - 2 * BESIDE_LABEL : Infinity;
  if (room < LABEL_CHARACTER_WIDTH * beside.length) return y - nodeHeight / 2 - 6;
  return y + (isOnLine ? 4 : 18);
}

function stripesOf(stripe: number, of: number): Content {
  if (of === 1) return null;
  const pattern = `${String(STRIPE)} ${String(STRIPE * (of - 1))}`;
  return html` stroke-dasharray="${pattern}" stroke-dashoffset="${-STRIPE * stripe}"`;
}

/** A node: instances in their colour, a client in that of the instance that answers it. */
function drawnNode(node: PlacedNode, state: NodeState, colours: InstanceColours): Markup {
  return html`<g class="${nodeClass(node, state, colours)}" data-node="${node.name}">${nodeBody(node, state, colours)}</g>
`;
}

/** The class of the group of a node. */
export function nodeClass(node: PlacedNode, state: NodeState, colours: InstanceColours): string {
  const { answerers, broken, isMaintained, isDead } = state;
  const look = lookOf(node);
  const only = answerers.length === 1 ? answerers[0] : undefined;
  const colour = look === 'instance' ? node.name : (only ?? undefined);
  return [
    'node',
    look,
    ...(colour === undefined ? [] : [colours.classOf(colour)]),
    ...(look === 'client' && typeof only === 'string' ? ['answered'] : []),
    ...(answerers.length > 1 ? ['several'] : []),
    ...(only === null ? ['unanswered'] : []),
    ...(broken === undefined ? [] : [isMaintained ? 'maintained' : 'broken']),
    ...(isDead ? ['dead'] : []),
  ].join(' ');
}

/** What is in the group of a node. */
export function nodeBody(node: PlacedNode, state: NodeState, colours: InstanceColours): Markup {
  const { name, at, width } = node;
  const { answerers, before, beforeWord, broken, isMaintained } = state;
  const look = lookOf(node);
  const x = round(at.x - width / 2);
  const y = round(at.y - nodeHeight / 2);
  const names = (all: readonly (string | null)[]): string => all.map((each) => each ?? 'nobody').join(' and ');
  const told = [
    `${look} ${name}`,
    ...(answerers.length === 0 ? [] : [`answered by ${names(answerers)}`]),
    ...(before === undefined ? [] : [`${beforeWord}: by ${names(before)}`]),
    ...(broken === undefined ? [] : [broken]),
  ].join(', ');
  const tag = tagOf(node);
  const glyphPlace = `translate(${String(round(x + 12))} ${String(round(at.y - 8))})`;
  const crossPlace = `translate(${String(round(x + width - 2))} ${String(round(y + 2))})`;
  return html`<title>${told}</title>${
    before?.length === 1 && typeof before[0] === 'string'
      ? html`<rect class="was ${colours.classOf(before[0])}" x="${round(x - 5)}" y="${round(y - 5)}" width="${round(width + 10)}" height="${
          nodeHeight + 10
        }" rx="22"/>`
      : null
  }${outline(look, x, y, width)}${answerers.length > 1 ? shares(answerers, x, y, width, colours) : null}<path class="glyph" d="${
    glyphs[look]
  }" transform="${glyphPlace}"/><text x="${round(x + 35)}" y="${round(at.y + 4.5)}">${name}${
    tag === '' ? null : html`<tspan class="tag" dx="8">${tag}</tspan>`
  }</text>${
    broken === undefined
      ? null
      : html`<g class="mark" transform="${crossPlace}"><circle r="9"/><path class="cross" d="${
          isMaintained ? NO_ENTRY : SMALL_CROSS
        }"/></g>`
  }`;
}

/** Of a client that several answer: a dot for each of them. */
function shares(
  answerers: readonly (string | null)[],
  x: number,
  y: number,
  width: number,
  colours: InstanceColours,
): readonly Markup[] {
  return answerers.slice(0, MOST_STRIPES).map((instance, nth) => {
    const cx = round(x + width - 14 - nth * 11);
    const look = instance === null ? 'nobody' : colours.classOf(instance);
    return html`<circle class="share ${look}" cx="${cx}" cy="${round(y + nodeHeight)}" r="5.5"/>`;
  });
}

/** Roles differ by their shape too. */
function outline(look: Look, x: number, y: number, width: number): Markup {
  const w = round(width);
  if (look === 'router') {
    const cut = 8;
    const [right, bottom] = [round(x + width), round(y + nodeHeight)];
    const upper = html`M${round(x + cut)} ${y}H${round(right - cut)}L${right} ${round(y + cut)}`;
    const lower = html`V${round(bottom - cut)}L${round(right - cut)} ${bottom}H${round(x + cut)}L${x} ${round(bottom - cut)}V${round(y + cut)}Z`;
    return html`<path class="shape" d="${upper}${lower}"/>`;
  }
  const radius = look === 'client' ? nodeHeight / 2 : look === 'switch' ? 0 : 5;
  return html`<rect class="shape" x="${x}" y="${y}" width="${w}" height="${nodeHeight}" rx="${radius}"/>`;
}

/** A point of the curve through the points of a link, near its middle. */
export function middleOf(points: readonly Point[]): Point {
  const between = (one: Point, other: Point): Point => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
  const middle = Math.floor(points.length / 2);
  const [before, at, after] = [points[middle - 1], points[middle], points[middle + 1]];
  if (before === undefined || at === undefined) return at ?? { x: 0, y: 0 };
  if (after === undefined) return between(before, at);
  const from = middle === 1 ? before : between(before, at);
  return between(between(from, at), between(at, between(at, after)));
}

/** Through the points, with round corners. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  const at = ({ x, y }: Point): string => `${String(round(x))} ${String(round(y))}`;
  const bends = rest.slice(0, -1).map((point, nth) => {
    const next = rest[nth + 1] ?? point;
    return `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return `M${at(first)}${bends.join('')}L${at(last)}`;
}
