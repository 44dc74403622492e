import type { TestReport } from '../../scenario/test-report.js';
import { header, type ReportOrigin } from './header.js';
import { html, Markup, nothing } from '../../picture/markup.js';
import { headline, tallyOf } from '../test-text.js';
import { colourRules } from '../../picture/colours.js';
import { instanceRules, pageScheme, pageVariables, schemeRules, shapeRules } from '../../picture/svg-styles.js';
import { replayScripts, type Replay } from './replay.js';
import { styles } from './styles.js';
import { timelineStyles } from './timeline-styles.js';
import { topologySection } from './topology-section.js';

/** Nothing is loaded: all that the page may have is its own style, and the one script that replays its steps. */
function policyOf(replay: Replay | undefined): string {
  const scripts = replay === undefined ? '' : `script-src '${replay.hash}'; `;
  return `default-src 'none'; ${scripts}style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
}

/**
 * The results of tests, as one HTML document that needs nothing else: no font, no connection. Every text of a topology is
 * escaped. However long a step was and however many flows it had, the document stays bounded: it says what it leaves out.
 * `origin` says where it comes from, and is left out where nobody knows; without `replay` the page has no script.
 */
export function htmlReport(reports: readonly TestReport[], origin?: ReportOrigin, replay?: Replay): string {
  const idOf = (nth: number): string => `t${String(nth + 1)}`;
  const names = reports.map(({ topology }) => topology).join(', ');
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(replay)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${headline(tallyOf(reports))}: ${names}</title>
<style>${new Markup([pageVariables, styles, shapeRules, schemeRules(pageScheme), instanceRules(), timelineStyles, colourRules()].join('\n'))}</style></head>
<body><main>
${header(reports, idOf, origin)}${reports.map((report, nth) => topologySection(report, idOf(nth), replay?.numbers[nth]))}</main>${replay === undefined ? nothing : replayScripts(replay)}</body></html>
`.text;
}
