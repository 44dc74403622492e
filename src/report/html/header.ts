import type { TestReport } from '../../scenario/test-report.js';
import { plural, seconds } from '../format.js';
import { exitStatusOf, headline, tallyOf, type Tally } from '../test-text.js';
import { html, nothing, type Markup } from '../../picture/markup.js';
import { tallySigns } from './step.js';
import { sign } from './verdicts.js';

const exits: Readonly<Record<number, string>> = {
  0: 'all held',
  1: 'an expectation failed',
  2: 'a topology could not be tested: the request has an error',
  3: 'a topology could not be tested: the machine has a problem',
  4: 'an expectation is inconclusive',
  130: 'it was interrupted',
};

/** Where a report comes from: the files that were tested, the machine, and the versions of what ran there. */
export interface ReportOrigin {
  /** As they were named. */
  readonly files: readonly string[];
  readonly host: string;
  /** What was done where it was not `test`: such as `fail server-a`. */
  readonly done?: string;
  /** Where it was graded: the points of the submission. */
  readonly points?: { readonly reached: number; readonly outOf: number };
  /** Such as `nearcast 0.1.0`. */
  readonly versions: readonly string[];
}

/** The result of all tests together, with a link to each topology. */
export function header(
  reports: readonly TestReport[],
  idOf: (nth: number) => string,
  origin: ReportOrigin | undefined,
): Markup {
  const tally = tallyOf(reports);
  const status = exitStatusOf(tally, reports);
  const done = origin?.done;
  const points = origin?.points;
  const of = points === undefined ? undefined : `${String(points.reached)} of ${plural(points.outOf, 'point')}`;
  const verb = points === undefined ? ' test' : ' grade';
  return html`<header><p class="overline">nearcast${done === undefined ? verb : nothing}</p>
<h1>${done ?? of ?? headline(tally)}</h1>
${proportions(tally)}
${done === undefined && of === undefined ? html`<p class="quiet">Exit status ${status}: ${exits[status] ?? 'see the errors below'}.</p>` : nothing}
${origin === undefined ? nothing : originLine(reports, origin)}${done === undefined ? contents(reports, idOf) : nothing}</header>
`;
}

/** A line for each topology. */
function contents(reports: readonly TestReport[], idOf: (nth: number) => string): Markup {
  return html`<nav aria-label="topologies"><ul>${reports.map(
    (
      { topology, title, verdicts, timings: { upMs, scenarioMs, downMs }, error },
      nth,
    ) => html`<li><a href="#${idOf(nth)}">${topology}</a><span class="title">${title}</span>${
      error === undefined
        ? tallySigns(verdicts)
        : html`<span class="signs"><span class="count">${sign('error')}not tested</span></span>`
    }<span class="figure">${seconds(upMs + scenarioMs + downMs)}</span></li>
`,
  )}</ul></nav>`;
}

function originLine(reports: readonly TestReport[], { files, host, versions, done }: ReportOrigin): Markup {
  const [startedAt = ''] = reports.map((report) => report.startedAt).sort();
  const frr = [...new Set(reports.flatMap(({ frrVersions = [] }) => frrVersions))].map((each) => `FRRouting ${each}`);
  const when = startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
  return html`<p class="quiet">${files.join(', ')}, ${done === undefined ? 'tested ' : ''}at ${when} on ${host} with ${[...versions, ...frr].join(', ')}.</p>
`;
}

function proportions({ passed, failed, inconclusive, errors }: Tally): Markup {
  const parts = (
    [
      ['pass', passed, 'passed'],
      ['fail', failed, 'failed'],
      ['inconclusive', inconclusive, 'inconclusive'],
      ['error', errors, 'not tested'],
    ] as const
  ).filter(([, count]) => count > 0);
  if (parts.length === 0) return nothing;
  return html`<div class="proportions" aria-hidden="true">${parts.map(
    ([kind, count]) => html`<i class="${kind}" style="flex-grow:${count}"></i>`,
  )}</div>
<ul class="tally">${parts.map(
    ([kind, count, word]) => html`<li class="${kind}">${sign(kind)}<b>${count}</b> ${word}</li>`,
  )}</ul>
`;
}
