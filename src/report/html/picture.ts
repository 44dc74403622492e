import type { Answer } from '../../assert/answers.js';
import type { InstanceColours } from '../../picture/colours.js';
import { coursesOf, type Course } from '../../picture/course.js';
import { drawing, glyphs } from '../../picture/draw.js';
import { layOut } from '../../picture/layout.js';
import { html, type Markup } from '../../picture/markup.js';
import { lookOf, looksInOrder, type Network } from '../../picture/network.js';
import { round } from '../../support/round.js';

/** A picture with more nodes than that is not readable in a report. */
const MOST_WIDTH = 2600;
/** A wider one has the page's whole width, and the answers stand below it. */
const MOST_BESIDE = 620;
/** More are in the table beside it. */
const MOST_SERVICES = 8;

/**
 * The topology: clients above, links with their cost where it is not 1, instances in their own colour. A link that a
 * client's query passed on its way is drawn in the colour of the instance that answered.
 */
export function picture(network: Network, answers: readonly Answer[], colours: InstanceColours): Markup {
  if (network.nodes.length === 0) return html``;
  const layout = layOut(network);
  const courses = coursesOf(answers);
  const { width, height, nodes } = layout;
  const looks = looksInOrder.filter((look) => nodes.some((node) => lookOf(node) === look));
  const label = `the topology: ${nodes.map((node) => `${lookOf(node)} ${node.name}`).join(', ')}`;
  const box = `0 0 ${String(round(width))} ${String(round(height))}`;
  const shown = Math.min(width, MOST_WIDTH);
  const leastWidth = Math.min(shown, Math.max(300, shown * 0.5));
  const size = `width:${String(Math.ceil(shown))}px;min-width:${String(Math.ceil(leastWidth))}px`;
  return html`<figure class="picture${shown > MOST_BESIDE ? ' wide' : ''}">
<div class="scroller"><svg role="img" aria-label="${label}" viewBox="${box}" style="${size}">
${drawing(layout, { courses }, colours)}
</svg></div>
<figcaption>${looks.map(
    (look) =>
      html`<span class="key"><svg class="glyph" viewBox="0 0 16 16" aria-hidden="true"><path d="${glyphs[look]}"/>
          </svg>${look}</span>`,
  )}${servicesOf(courses)
    .slice(0, MOST_SERVICES)
    .map(([service, addresses]) => html`<span class="key"><b>${service}</b> ${addresses.join(', ')}</span>`)}${
    courses.some(({ instance }) => instance !== null)
      ? html`<span class="key">Coloured links: the path to the instance that answered before any step.</span>`
      : null
  }</figcaption>
</figure>`;
}

/** By the name of each service, its addresses. */
function servicesOf(courses: readonly Course[]): readonly (readonly [string, readonly string[]])[] {
  const services = new Map<string, Set<string>>();
  for (const { service, address } of courses)
    services.set(service, (services.get(service) ?? new Set<string>()).add(address));
  return [...services].map(([service, addresses]) => [service, [...addresses]]);
}
