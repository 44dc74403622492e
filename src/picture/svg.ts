import { round } from '../support/round.js';
import type { InstanceColours } from './colours.js';
import { drawing, glyphs } from './draw.js';
import { html, Markup } from './markup.js';
import { lookOf, looksInOrder } from './network.js';
import type { PictureLayout } from './placed.js';
import type { Broken, Scene } from './scene.js';
import { dark, instanceRules, light, schemeRules, shapeRules, type Scheme } from './svg-styles.js';

const BESIDE = 14;
const CAPTION_HEIGHT = 30;
const LEGEND_HEIGHT = 26;
const CHARACTER_WIDTH = 6.6;
const CAPTION_CHARACTER_WIDTH = 10;
const FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","DejaVu Sans",sans-serif';

export interface SvgOptions {
  /** Above the picture. */
  readonly caption?: string | undefined;
  /** Undefined: as whoever looks at it wants it. */
  readonly scheme?: Scheme | undefined;
}

/** A picture as a file of its own, which needs no other. */
export function svgFile(
  layout: PictureLayout,
  scene: Scene,
  colours: InstanceColours,
  { caption, scheme }: SvgOptions = {},
): string {
  const roles = looksInOrder.filter((look) => layout.nodes.some((node) => lookOf(node) === look));
  const keys = legendOf(scene);
  const legendWidth =
    roles.reduce((sum, role) => sum + 34 + CHARACTER_WIDTH * role.length, 0) +
    keys.reduce((sum, key) => sum + 12 + CHARACTER_WIDTH * key.length, 0);
  const captionWidth = CAPTION_CHARACTER_WIDTH * (caption?.length ?? 0);
  const width = Math.ceil(Math.max(layout.width, legendWidth, captionWidth) + 2 * BESIDE);
  const top = BESIDE + (caption === undefined ? 0 : CAPTION_HEIGHT);
  const height = Math.ceil(top + layout.height + LEGEND_HEIGHT + BESIDE);
  const rules = [
    `text{font-family:${FONT}}`,
    '.caption{font-size:16px;font-weight:600}',
    '.legend text{font-size:12px}',
    shapeRules,
    ...(scheme === undefined
      ? [fileRules(light), `@media (prefers-color-scheme:dark){${fileRules(dark)}}`]
      : [fileRules(scheme)]),
    instanceRules(),
  ].join('\n');
  const named = layout.nodes.map((node) => `${lookOf(node)} ${node.name}`).join(', ');
  let x = BESIDE;
  const legend = [
    ...roles.map((role) => {
      const at = x;
      x += 34 + CHARACTER_WIDTH * role.length;
      return html`<path class="glyph" d="${glyphs[role]}" transform="translate(${at} -12) scale(.9)"/><text x="${at + 20}" y="0">${role}</text>`;
    }),
    ...keys.map((key) => {
      const at = x;
      x += 12 + CHARACTER_WIDTH * key.length;
      return html`<text x="${round(at)}" y="0">${key}</text>`;
    }),
  ];
  const left = round((width - layout.width) / 2);
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${named}">
<style>${new Markup(rules)}</style>
<rect class="ground" width="100%" height="100%" rx="8"/>
${caption === undefined ? null : html`<text class="caption" x="${BESIDE}" y="${BESIDE + 16}">${caption}</text>`}
<g transform="translate(${left} ${top})">
${drawing(layout, scene, colours)}</g>
<g class="legend" transform="translate(0 ${height - BESIDE})">${legend}</g>
</svg>
`.text;
}

function fileRules(scheme: Scheme): string {
  return `.ground{fill:${scheme.ground}}.caption{fill:${scheme.text}}${schemeRules(scheme)}`;
}

/** Nothing has failed. */
function isOnlyChanged({ nodes, links, maintained, labels }: Broken): boolean {
  return (
    [...nodes.keys()].every((node) => maintained.has(node)) &&
    [...links.keys()].every((link) => labels.get(link)?.works === true)
  );
}

/** What is not said by the picture itself. */
function legendOf({ courses, before, broken }: Scene): readonly string[] {
  return [
    ...(courses.length === 0 ? [] : ['coloured: who answers, and the way there']),
    ...(before === undefined ? [] : ['dotted: before']),
    ...(broken === undefined || isOnlyChanged(broken) ? [] : ['cross: broken']),
  ];
}
