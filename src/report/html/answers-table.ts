import type { Answer } from '../../assert/answers.js';
import type { Seen } from '../../assert/judge-seen.js';
import type { AskedFlows } from '../../protocol/observations.js';
import type { LookReport } from '../../scenario/step-report.js';
import { hasSeveralServices, milliseconds, plural } from '../format.js';
import type { InstanceColours } from '../../picture/colours.js';
import { chip } from './lane.js';
import { html, nothing, type Content, type Markup } from '../../picture/markup.js';

/** Rows beyond that are folded away, and beyond `MOST_ROWS` they are only counted. */
const MOST_UNFOLDED = 12;
const MOST_ROWS = 300;

/** The catchment map before any step. */
export function answersTable(answers: readonly Answer[], colours: InstanceColours): Markup {
  const hasServices = hasSeveralServices(answers);
  const row = ({
    client,
    service,
    address,
    instance,
    cost,
    path,
    rttMs,
    flows,
  }: Answer): Content => html`<tr><td><b>${client}</b>${
    hasServices ? html` ${service}` : nothing
  }<span class="address">${address}</span></td><td>${chips(instance, flows, colours)}</td><td class="way">
  ${path.map((hop) => hop ?? '*').join(' \u203A ')}</td><td class="figure">${cost ?? '\u2013'}</td>
  <td class="figure">${rttMs === null ? '\u2013' : milliseconds(rttMs)}</td></tr>
`;
  return table(
    html`<tr><th>client</th><th>answered by</th><th class="way">path</th><th class="figure">cost</th>
        <th class="figure">rtt</th></tr>`,
    answers.map(row),
    'answer',
  );
}

/** What was seen by a step that only looked. */
export function sightingsTable({ seen, heldMs }: LookReport, colours: InstanceColours): Markup {
  const hasServices = hasSeveralServices(seen);
  const row = ({
    kind = 'dns',
    client,
    service,
    address,
    instance,
    fate = instance === null ? 'silent' : 'answered',
    rttMs,
    status = null,
    flows,
  }: Seen): Content => html`<tr><td><b>${client}</b>${
    hasServices && service !== null ? html` ${service}` : nothing
  }<span class="address">${address}</span></td><td>${kind}</td><td>
  ${instance !== null || fate === 'silent' ? chips(instance, flows, colours) : nothing}${
    instance === null ? html` ${fate}` : nothing
  }${
    status === null ? nothing : html` ${status}`
  }</td><td class="figure">${rttMs === null ? '\u2013' : milliseconds(rttMs)}</td></tr>
`;
  return html`<p class="summary">
      ${heldMs === null ? 'What was expected never held.' : `Everything expected held after ${milliseconds(heldMs)}.`}</p>
${table(
  html`<tr><th>client</th><th>probe</th><th>result</th><th class="figure">rtt</th></tr>`,
  seen.map(row),
  'sighting',
)}`;
}

/** Who answered; over equal-cost paths each instance with how many of the flows it answered. */
function chips(instance: string | null, flows: AskedFlows | undefined, colours: InstanceColours): Content {
  if (flows === undefined) return chip(instance, colours);
  return flows.answers.map(
    (answer, nth) => html`${nth === 0 ? '' : ' '}${chip(answer.instance, colours)} ${answer.flows} of ${flows.asked}`,
  );
}

function table(head: Markup, rows: readonly Content[], noun: string): Markup {
  if (rows.length === 0) return nothing;
  const folded = rows.slice(MOST_UNFOLDED, MOST_ROWS);
  const beyond = rows.length - MOST_UNFOLDED - folded.length;
  return html`<table><thead>${head}</thead><tbody>${rows.slice(0, MOST_UNFOLDED)}</tbody></table>
${
  folded.length === 0
    ? nothing
    : html`<details><summary>${plural(rows.length - MOST_UNFOLDED, `more ${noun}`)}</summary><table><thead>${head}
        </thead><tbody>${folded}</tbody></table>${
          beyond <= 0 ? nothing : html`<p class="quiet">${plural(beyond, noun)} not in this file.</p>`
        }</details>`
}`;
}
