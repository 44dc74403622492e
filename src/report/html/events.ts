import type { TimelineEvent } from '../../protocol/timeline.js';
import { milliseconds, plural } from '../format.js';
import type { EventMark } from './event-marks.js';
import { html, nothing, type Markup } from '../../picture/markup.js';
import { round } from '../../support/round.js';

/** Beyond that they are folded away, and beyond `MOST_EVENTS` they are only counted. */
const MOST_UNFOLDED = 12;
export const MOST_EVENTS = 300;

/** The badges above the axis; each leads to its line in the list. */
export function eventBadges(marks: readonly EventMark[], id: string): Markup {
  if (marks.length === 0) return nothing;
  const rows = marks.reduce((most, { row }) => Math.max(most, row), 0) + 1;
  return html`<div class="lane marks"><div class="flow"><span class="quiet">events</span></div>
      <div class="plot" style="height:${rows * 22}px">${marks.map(({ first, last, share, row, isStep }) => {
        const place = `left:${round(share)}%;bottom:${String(row * 22)}px`;
        const numbers = first === last ? String(first) : `${String(first)}\u2013${String(last)}`;
        return html`<a class="badge${isStep ? ' step' : ''}" href="#${id}-e${first}" style="${place}">${numbers}</a>`;
      })}</div></div>
`;
}

/** When what happened, and where, with the numbers that the badges have. */
export function eventList(events: readonly TimelineEvent[], atMs: number, id: string): Markup {
  if (events.length === 0) return nothing;
  const item = (event: TimelineEvent, nth: number): Markup =>
    html`<li id="${id}-e${nth + 1}"><span class="number">${nth + 1}</span><span class="when">
        ${signed(event.atMs - atMs)}</span><span class="say"><span class="kind ${event.kind}">${event.kind}
        </span> <span class="what">${
          event.node === null ? null : html`<b>${event.node}</b> `
        }${event.text}</span></span></li>
`;
  const shown = events.slice(0, MOST_UNFOLDED);
  const folded = events.slice(MOST_UNFOLDED, MOST_EVENTS);
  const rest = events.length - shown.length - folded.length;
  return html`<ol class="events">${shown.map(item)}</ol>
${
  folded.length === 0
    ? nothing
    : html`<details><summary>${plural(folded.length + rest, 'more event')}</summary><ol class="events">
        ${folded.map((event, nth) => item(event, nth + MOST_UNFOLDED))}</ol>${
          rest === 0 ? nothing : html`<p class="quiet">${plural(rest, 'later event')} not in this file.</p>`
        }</details>`
}`;
}

/** `+2.1 ms`, `−40 ms`: since the step. */
export function signed(ms: number): string {
  return ms < 0 ? `\u2212${milliseconds(-ms)}` : `+${milliseconds(ms)}`;
}
