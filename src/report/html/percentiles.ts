import type { Percentiles } from '../../scenario/test-report.js';
import { milliseconds, plural } from '../format.js';
import { html, nothing, type Markup } from '../../picture/markup.js';
import { round } from '../../support/round.js';

const MOST_FIGURES = 100;
const MOST_DOTS = 200;

/** Each figure over all runs: a dot for each run, all figures of a unit on one scale, and the percentiles. */
export function percentilesTable(percentiles: readonly Percentiles[], runs: number): Markup {
  if (percentiles.length === 0) return nothing;
  const shown = percentiles.slice(0, MOST_FIGURES);
  const most = { ms: 0, probes: 0 };
  for (const { unit, max } of shown) most[unit] = Math.max(most[unit], max);
  return html`<section class="runs"><h3>${plural(runs, 'run')}</h3>
<p class="quiet">A dot is a run. Figures of the same unit have the same scale.
The steps below are those of the worst run.</p>
<table><thead><tr><th>figure</th><th class="figure">p50</th><th class="figure">p90</th><th class="figure">p99</th>
  <th class="figure">max</th></tr></thead><tbody>${shown.map((figure) => row(figure, most[figure.unit]))}</tbody>
  </table>
${
  percentiles.length > shown.length
    ? html`<p class="quiet">${plural(percentiles.length - shown.length, 'more figure')} not in this file.</p>`
    : nothing
}</section>
`;
}

function row({ text, unit, values, p50, p90, p99, max }: Percentiles, mostOfUnit: number): Markup {
  const share = (value: number): number => round(mostOfUnit === 0 ? 0 : (value / mostOfUnit) * 100);
  const told = (value: number): string => (unit === 'ms' ? milliseconds(value) : String(value));
  const title = `${text}: from ${told(Math.min(...values))} to ${told(max)}`;
  return html`<tr><td>${text}${
    unit === 'probes' ? html` <span class="quiet">(probes)</span>` : nothing
  }<div class="dots" role="img" aria-label="${title}">
  <i class="spread" style="left:${share(Math.min(...values))}%;right:${round(100 - share(max))}%"></i>${values
    .slice(0, MOST_DOTS)
    .map(
      (value) => html`<i class="dot" style="left:${share(value)}%"></i>`,
    )}<i class="middle" style="left:${share(p50)}%"></i></div></td>${[p50, p90, p99, max].map(
    (value) => html`<td class="figure">${told(value)}</td>`,
  )}</tr>
`;
}
