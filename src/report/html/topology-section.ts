import type { Verdict } from '../../assert/verdict.js';
import type { TestReport } from '../../scenario/test-report.js';
import { plural } from '../format.js';
import { durationText } from '../test-text.js';
import { answersTable } from './answers-table.js';
import { reportColours } from './report-colours.js';
import { html, nothing, type Content, type Markup } from '../../picture/markup.js';
import { noiseLine } from './noise-line.js';
import { percentilesTable } from './percentiles.js';
import { picture } from './picture.js';
import { stepSection, tallySigns } from './step.js';
import { sign, verdictList } from './verdicts.js';

/** All of one topology: what was expected, its picture, who answered at first, and each step, to be played again. */
export function topologySection(report: TestReport, id: string, recording?: number): Markup {
  const { topology, title, network, verdicts, answers, steps, timings, noise, runs, percentiles, error } = report;
  const colours = reportColours(report);
  const size = `${plural(network.nodes.length, 'node')}, ${plural(network.links.length, 'link')}`;
  return html`<section class="topology" id="${id}"><h2>${topology}${tallySigns(verdicts)}</h2>
${title === undefined ? nothing : html`<p class="title">${title}</p>`}
${
  runs === 0
    ? nothing
    : html`<p class="quiet">${[size, durationText(timings), ...(runs > 1 ? [plural(runs, 'run')] : [])].join(' \u00B7 ')}</p>`
}
${
  error === undefined
    ? nothing
    : html`<div class="untested">${sign('error')}<div><p><b>Not tested</b> <code>${error.code}</code></p>
        <p class="lines">${error.message}</p>${
          error.hint === undefined ? nothing : html`<p class="quiet">${error.hint}</p>`
        }</div></div>`
}
${verdictList(verdicts, stepLinks(report, id))}
${
  network.nodes.length === 0
    ? nothing
    : html`<div class="overview">${picture(network, answers, colours)}<div class="who">${
        answers.length === 0
          ? nothing
          : html`<h3>Before any step</h3>
              ${answersTable(answers, colours)}${noise === null ? nothing : noiseLine(noise)}`
      }</div></div>`
}
${percentilesTable(percentiles, runs)}
${steps.map((step, nth) => stepSection(step, nth, colours, `${id}-s${String(nth + 1)}`, recording))}
</section>
`;
}

/** A verdict of a step leads to it. */
function stepLinks({ steps }: TestReport, id: string): (verdict: Verdict) => Content {
  const numbers = new Map(steps.flatMap((step, nth) => step.verdicts.map(({ text }) => [text, nth + 1] as const)));
  return ({ text }) => {
    const number = numbers.get(text);
    return number === undefined ? null : html` <a class="to-step" href="#${id}-s${number}">step ${number}</a>`;
  };
}
