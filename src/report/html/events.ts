import type { TimelineEvent } from '../../protocol/timeline.js';
import type { ChangeReport } from '../../scenario/step-report.js';
import { contains, parseAddress, parsePrefix } from '../../support/ip.js';
import { entryOf } from '../../topology/model/fault.js';
import { milliseconds, plural } from '../format.js';
import type { EventMark } from './event-marks.js';
import { html, nothing, type Markup } from '../../picture/markup.js';
import { round } from '../../support/round.js';

/** Beyond that they are folded away, and beyond `MOST_EVENTS` they are only counted. */
const MOST_UNFOLDED = 12;
const MOST_EVENTS = 300;

/** The events of a step that its page has, in the order of time. */
export interface ShownEvents {
  readonly events: readonly TimelineEvent[];
  /** Those that are seen at once: what happened to the service. */
  readonly unfolded: ReadonlySet<TimelineEvent>;
  /** How many are not in the page. */
  readonly left: number;
}

/**
 * Of many events those that mean most for the service: what was done; then what nodes report of links, neighbors, and
 * routes to an address that clients query; last all other routes, and what a node that lost power still says of itself.
 */
export function shownEvents({
  events,
  changes,
  flows,
}: Pick<ChangeReport, 'events' | 'changes' | 'flows'>): ShownEvents {
  const addresses = new Set([...changes, ...flows].map(({ address }) => address));
  const dead = new Set(
    events.flatMap(({ kind, how, target }) => (kind === 'fault' && how === 'crash' ? (target ?? []) : [])),
  );
  const rank = ({ kind, node, prefix }: TimelineEvent): number => {
    if (kind === 'fault' || kind === 'repair') return 0;
    return (node !== null && dead.has(node)) || (prefix !== undefined && !leadsToOne(addresses, prefix)) ? 2 : 1;
  };
  const byRank = [0, 1, 2].map((each) => events.filter((event) => rank(event) === each));
  const kept = new Set(byRank.flat().slice(0, MOST_EVENTS));
  const [done = [], telling = []] = byRank;
  return {
    events: events.filter((event) => kept.has(event)),
    unfolded: new Set([...done, ...telling].slice(0, MOST_UNFOLDED)),
    left: events.length - kept.size,
  };
}

function leadsToOne(addresses: ReadonlySet<string>, prefix: string): boolean {
  const range = parsePrefix(prefix)?.prefix;
  // A default route leads anywhere, and what cannot be read may lead to one.
  if (range?.length === 0) return false;
  return [...addresses].some((each) => {
    const address = parseAddress(each);
    return range === undefined || address === undefined || contains(range, address);
  });
}

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
export function eventList({ events, unfolded, left }: ShownEvents, atMs: number, id: string): Markup {
  if (events.length === 0) return nothing;
  const numbered = events.map((event, nth) => ({ event, number: nth + 1 }));
  const item = ({ event, number }: (typeof numbered)[number]): Markup =>
    html`<li id="${id}-e${number}"><span class="number">${number}</span><span class="when">
        ${signed(event.atMs - atMs)}</span><span class="say">${kindOf(event)} <span class="what">${
          event.node === null ? null : html`<b>${event.node}</b> `
        }${event.text}</span></span></li>
`;
  const folded = numbered.filter(({ event }) => !unfolded.has(event));
  return html`<ol class="events">${numbered.filter(({ event }) => unfolded.has(event)).map(item)}</ol>
${
  folded.length === 0
    ? nothing
    : html`<details><summary>${plural(folded.length + left, 'more event')}</summary><ol class="events">
        ${folded.map(item)}</ol>${
          left === 0 ? nothing : html`<p class="quiet">${plural(left, 'other event')} not in this file.</p>`
        }</details>`
}`;
}

/** Maintenance is no fault: it goes by its own name. */
function kindOf({ kind, how }: TimelineEvent): Markup {
  const isMaintenance = how !== undefined && entryOf(how).isMaintenance === true;
  return isMaintenance && kind === 'fault'
    ? html`<span class="kind maintenance">${how} </span>`
    : html`<span class="kind ${kind}">${kind} </span>`;
}

/** `+2.1 ms`, `−40 ms`: since the step. */
export function signed(ms: number): string {
  return ms < 0 ? `\u2212${milliseconds(-ms)}` : `+${milliseconds(ms)}`;
}
