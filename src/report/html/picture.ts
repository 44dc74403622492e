import type { Answer } from '../../assert/answers.js';
import type { Network } from '../../scenario/test-report.js';
import { plural } from '../format.js';
import type { InstanceColours } from './instance-colours.js';
import { html, type Markup } from './markup.js';
import { round } from '../../support/round.js';
import { layOut, nodeHeight, type PlacedLink, type PlacedNode, type Point } from './picture-layout.js';

/** More than that is not readable as a picture, and would take seconds to lay out. */
const MOST_NODES = 150;

/** Drawn at the left of a node's name, 16 px wide: what it is. */
const glyphs: Readonly<Record<PlacedNode['role'] | 'switch', string>> = {
  client: 'M2 3.5h12v8H2zM5.5 14h5M8 11.5V14',
  transit: 'M8 1.5v5M8 14.5v-5M1.5 8h5M14.5 8h-5M6 3.5l2-2 2 2M6 12.5l2 2 2-2M3.5 6l-2 2 2 2M12.5 6l2 2-2 2',
  switch: 'M2 5.5h11M10.5 3l2.5 2.5L10.5 8M14 10.5H3M5.5 8L3 10.5 5.5 13',
  instance: 'M2.5 2.5h11v4.5h-11zM2.5 9h11v4.5h-11zM5 4.75h.01M5 11.25h.01',
};

const roleNames = { client: 'client', transit: 'router', switch: 'switch', instance: 'instance' } as const;

/**
 * The topology: clients above, links with their cost where it is not 1, instances in their own colour. A link that a
 * client's query passed on its way is drawn in the colour of the instance that answered.
 */
export function picture(network: Network, answers: readonly Answer[], colours: InstanceColours): Markup {
  if (network.nodes.length === 0) return html``;
  if (network.nodes.length > MOST_NODES) {
    const size = `${plural(network.nodes.length, 'node')} and ${plural(network.links.length, 'link')}`;
    return html`<p class="quiet">${size}: too many for a picture.</p>`;
  }
  const { width, height, nodes, links } = layOut(network);
  const used = linksUsed(network, answers);
  const roles = (['client', 'transit', 'switch', 'instance'] as const).filter((role) =>
    nodes.some((node) => roleOf(node) === role),
  );
  const label = `the topology: ${nodes.map((node) => `${roleNames[roleOf(node)]} ${node.name}`).join(', ')}`;
  const box = `0 0 ${String(round(width))} ${String(round(height))}`;
  const leastWidth = Math.min(width, Math.max(300, width * 0.7));
  const size = `width:${String(Math.ceil(width))}px;min-width:${String(Math.ceil(leastWidth))}px`;
  return html`<figure class="picture">
<div class="scroller"><svg role="img" aria-label="${label}" viewBox="${box}" style="${size}">
${links.map((link, nth) => drawnLink(link, used.get(nth) ?? new Set(), colours))}
${nodes.map((node) => drawnNode(node, answers, colours))}
</svg></div>
<figcaption>${roles.map(
    (role) =>
      html`<span class="key"><svg class="glyph" viewBox="0 0 16 16" aria-hidden="true"><path d="${glyphs[role]}"/>
          </svg>${roleNames[role]}</span>`,
  )}${
    used.size === 0
      ? null
      : html`<span class="key">Coloured links: the path to the instance that answered before any step.</span>`
  }</figcaption>
</figure>`;
}

function roleOf({ role, kind }: PlacedNode): keyof typeof glyphs {
  return kind === 'switch' ? 'switch' : role;
}

function drawnNode(node: PlacedNode, answers: readonly Answer[], colours: InstanceColours): Markup {
  const { name, at, width } = node;
  const role = roleOf(node);
  const answeredBy = [...new Set(answers.filter(({ client }) => client === name).map(({ instance }) => instance))];
  const [only] = answeredBy;
  const colour =
    role === 'instance'
      ? colours.classOf(name)
      : answeredBy.length === 1 && typeof only === 'string'
        ? `${colours.classOf(only)} answered`
        : '';
  const told =
    answeredBy.length === 0 ? '' : `, answered by ${answeredBy.map((instance) => instance ?? 'nobody').join(' and ')}`;
  const x = round(at.x - width / 2);
  const y = round(at.y - nodeHeight / 2);
  const glyphPlace = `translate(${String(round(x + 12))} ${String(round(at.y - 8))})`;
  return html`<g class="node ${role} ${colour}"><title>${`${roleNames[role]} ${name}${told}`}</title>
      ${outline(role, x, y, width)}<path class="glyph" d="${glyphs[role]}" transform="${glyphPlace}"/>
      <text x="${round(x + 35)}" y="${round(at.y + 4.5)}">${name}</text></g>
`;
}

/** Roles differ by their shape too. */
function outline(role: keyof typeof glyphs, x: number, y: number, width: number): Markup {
  const w = round(width);
  if (role === 'transit') {
    const cut = 8;
    const [right, bottom] = [round(x + width), round(y + nodeHeight)];
    const upper = html`M${x + cut} ${y}H${right - cut}L${right} ${y + cut}`;
    const lower = html`V${bottom - cut}L${right - cut} ${bottom}H${x + cut}L${x} ${bottom - cut}V${y + cut}Z`;
    return html`<path class="shape" d="${upper}${lower}"/>`;
  }
  const radius = role === 'client' ? nodeHeight / 2 : role === 'switch' ? 0 : 5;
  return html`<rect class="shape" x="${x}" y="${y}" width="${w}" height="${nodeHeight}" rx="${radius}"/>`;
}

function drawnLink(
  { a, b, cost, points }: PlacedLink,
  instances: ReadonlySet<string>,
  colours: InstanceColours,
): Markup {
  const [only] = instances;
  const colour =
    instances.size === 1 && only !== undefined
      ? `used ${colours.classOf(only)}`
      : instances.size > 1
        ? 'used shared'
        : '';
  const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
  const label =
    cost === 1 ? null : html`<text class="cost" x="${round(middle.x)}" y="${round(middle.y + 4)}">${cost}</text>`;
  return html`<g class="link ${colour}"><title>${`${a} to ${b}, cost ${String(cost)}`}</title>
      <path d="${curve(points)}"/>${label}</g>
`;
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

/**
 * By the number of a link: the instances that answered the queries that passed it. A switch between two hops is silent,
 * and is found.
 */
function linksUsed({ nodes, links }: Network, answers: readonly Answer[]): ReadonlyMap<number, ReadonlySet<string>> {
  const used = new Map<number, Set<string>>();
  const between = (a: string, b: string): number =>
    links.findIndex((link) => (link.a === a && link.b === b) || (link.a === b && link.b === a));
  const switches = nodes.filter(({ kind }) => kind === 'switch').map(({ name }) => name);
  const way = (a: string, b: string): readonly number[] => {
    const direct = between(a, b);
    if (direct >= 0) return [direct];
    return (
      switches.map((name) => [between(a, name), between(name, b)]).find((pair) => pair.every((nth) => nth >= 0)) ?? []
    );
  };
  for (const { client, path, instance } of answers) {
    if (instance === null) continue;
    const hops = [client, ...path];
    hops.slice(1).forEach((hop, nth) => {
      const from = hops[nth];
      if (typeof from !== 'string' || hop === null) return;
      for (const link of way(from, hop)) used.set(link, (used.get(link) ?? new Set<string>()).add(instance));
    });
  }
  return used;
}
