import { palette } from './colours.js';

/** What a picture takes from the page around it. */
export interface Scheme {
  readonly ground: string;
  readonly card: string;
  readonly text: string;
  readonly quiet: string;
  /** Of outlines and unused links. */
  readonly line: string;
  readonly bad: string;
  /** Of what somebody changed on purpose, and what works. */
  readonly changed: string;
}

export const light: Scheme = {
  ground: '#ffffff',
  card: '#ffffff',
  text: '#1d2026',
  quiet: '#5c616b',
  line: '#8a8f99',
  bad: '#b3261e',
  changed: '#875a00',
};

export const dark: Scheme = {
  ground: '#121418',
  card: '#1a1d23',
  text: '#e6e7ea',
  quiet: '#a1a7b2',
  line: '#7d838e',
  bad: '#ff8f85',
  changed: '#e5b454',
};

/** On pages, whose own variables say how they look. */
export const pageScheme: Scheme = {
  ground: 'var(--card)',
  card: 'var(--card)',
  text: 'var(--text)',
  quiet: 'var(--quiet)',
  line: 'var(--shared)',
  bad: 'var(--bad)',
  changed: 'var(--inconclusive)',
};

/** What pages call their colours, in both schemes. */
export const pageVariables = `
:root{color-scheme:light dark;
--page:#f6f6f4;--card:#ffffff;--line:#e3e2de;--faint:#eeede9;--text:#1d2026;--quiet:#5c616b;--link:#1a5c97;
--good:#1f7a4d;--bad:#b3261e;--inconclusive:#875a00;--bad-wash:#fdf1ef;--inconclusive-wash:#fdf6e6;--shared:#8a8f99;--lost:#5a5f68;--lost-wash:#e4e3df;
--p1:#2b2f36;--p2:#6a6f79;--p3:#a3a7af;--p4:#d2d4d8}
@media (prefers-color-scheme:dark){:root{
--page:#121418;--card:#1a1d23;--line:#31353d;--faint:#24282f;--text:#e6e7ea;--quiet:#a1a7b2;--link:#86bdf0;
--good:#5fc592;--bad:#ff8f85;--inconclusive:#e5b454;--bad-wash:#2c1d1e;--inconclusive-wash:#2a241a;--shared:#7d838e;--lost:#a9afba;--lost-wash:#2c3038;
--p1:#eceef1;--p2:#a7acb6;--p3:#71767f;--p4:#484d56}}
`;

/** What does not depend on the scheme. */
export const shapeRules = `
.glyph{fill:none;stroke:currentColor;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}
.system rect{fill:none;stroke-width:1.2;stroke-dasharray:2 3}
.system text{font-size:11px}
.node text{font-size:13px;fill:currentColor}
.node .tag{font-size:11.5px;opacity:.85}
.node .shape{stroke-width:1.3}
.node.switch .shape{stroke-dasharray:4 3}
.node.instance .shape{stroke:none}
.node.instance text{font-weight:600}
.node.client.answered .shape,.node.client.several .shape{stroke-width:3}
.node.unanswered .shape{stroke-width:2;stroke-dasharray:3 4}
.node.dead .shape,.node.dead text,.node.dead .glyph{opacity:.5}
.node.maintained .shape,.node.maintained text,.node.maintained .glyph{opacity:.7}
.node .was{fill:none;stroke-width:2;stroke-dasharray:2 5;stroke-linecap:round}
.mark .cross,.link .cross{fill:none;stroke-width:2.4;stroke-linecap:round}
.link path{fill:none}
.link .wire{stroke-width:1.4}
.link .way{stroke-width:4}
.link .was{stroke-width:2.5;stroke-dasharray:1 6;stroke-linecap:round}
.link.broken .wire{stroke-dasharray:5 5}
.link .cross{stroke-width:3}
.link .cost,.link .state{font-size:12px;text-anchor:middle;stroke-width:6px;paint-order:stroke}
.link.broken .state,.link.changed .state{font-weight:600}
`;

/** How a picture looks in a scheme. */
export function schemeRules({ card, text, quiet, line, bad, changed }: Scheme): string {
  return `
.node{color:${text}}
.node .shape{fill:${card};stroke:${line}}
.node.unanswered .shape{stroke:${bad}}
.link .wire{stroke:${line}}
.link.broken .wire,.link .cross{stroke:${bad}}
.link .cost,.link .state{fill:${quiet};stroke:${card}}
.link.broken .state{fill:${bad}}
.link.changed .state{fill:${changed}}
.link.changed .wire{stroke:${changed}}
.node.maintained .shape{stroke:${changed}}
.system rect{stroke:${line}}
.system text{fill:${quiet}}
.mark circle{fill:${bad}}
.maintained .mark circle{fill:${changed}}
.mark .cross{stroke:${card}}
.share.nobody{fill:${card};stroke:${bad}}
.share{stroke:${card};stroke-width:1.5}
.legend text{fill:${quiet}}
.legend .glyph{color:${quiet}}
`;
}

/** The colours of instances, where a page sets no variables. */
export function instanceRules(): string {
  return palette
    .map(
      ({ fill, ink }, nth) =>
        `.node.instance.i${String(nth)} .shape,.share.i${String(nth)},.swatch.i${String(nth)}{fill:${fill}}
.node.instance.i${String(nth)}{color:${ink}}
.node.client.answered.i${String(nth)} .shape,.way.i${String(nth)},.was.i${String(nth)}{stroke:${fill}}`,
    )
    .join('\n');
}
