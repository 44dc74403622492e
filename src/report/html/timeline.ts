import type { ObservedChange } from '../../protocol/observations.js';
import type { FlowRecord } from '../../protocol/timeline.js';
import type { ChangeReport } from '../../scenario/step-report.js';
import { hasSeveralServices, milliseconds, plural } from '../format.js';
import { marksOf } from './event-marks.js';
import { eventBadges, eventList, shownEvents, signed } from './events.js';
import type { InstanceColours } from '../../picture/colours.js';
import { chip, lane, type LaneContent } from './lane.js';
import { html, nothing, type Markup } from '../../picture/markup.js';
import { round } from '../../support/round.js';
import { shareOf, ticksOf, windowOf, type TimeWindow } from './time-window.js';

/** Touched flows beyond that are folded away and drawn coarser, and beyond `MOST_LANES` they are only counted. */
const MOST_UNFOLDED = 12;
const MOST_LANES = 80;
const MOST_UNTOUCHED_NAMED = 100;
/** In percent of the width: about two pixels of a wide screen, about ten where there are many lanes. */
const LEAST_SHARE = { usual: 0.25, coarse: 1 } as const;

/**
 * Who answered when, with the events above it, relative to the step. `id` is what the anchors of its events begin with.
 */
export function timeline(report: ChangeReport, colours: InstanceColours, id: string): Markup {
  const { atMs, events } = report;
  const window = windowOf(report);
  const lanes = lanesOf(report);
  // Of each client and address the flow that fared worst first.
  const touched = lanes
    .filter(isTouched)
    .toSorted((one, other) => Number(one.change === undefined) - Number(other.change === undefined));
  const untouched = lanes.filter((content) => !isTouched(content));
  const scale = { atMs, window, leastShare: LEAST_SHARE.usual };
  const coarse = { ...scale, leastShare: LEAST_SHARE.coarse };
  const shown = touched.slice(0, MOST_UNFOLDED);
  const folded = touched.slice(MOST_UNFOLDED, MOST_LANES);
  const rest = touched.length - shown.length - folded.length;
  const isDrawn = touched.some(({ flow }) => flow !== undefined) || events.length > 0;
  const shownOnes = shownEvents(report);
  const marks = marksOf(shownOnes.events, atMs, window);
  return html`<div class="timeline" style="--zero:${round(shareOf(window, 0))}%">
${
  isDrawn
    ? html`<div class="grid" aria-hidden="true">${ticksOf(window).map(
        (ms) => html`<i${ms === 0 ? html` class="zero"` : nothing} style="left:${round(shareOf(window, ms))}%"></i>`,
      )}</div>`
    : nothing
}
${eventBadges(marks, id)}${isDrawn ? axis(window) : nothing}
${shown.map((content) => lane(content, scale, colours))}
${
  folded.length === 0
    ? nothing
    : html`<details class="more"><summary>${plural(folded.length + rest, 'more flow')} that changed</summary>
        ${folded.map((content) => lane(content, coarse, colours))}${
          rest === 0 ? nothing : html`<p class="quiet">${plural(rest, 'flow')} that changed not in this file.</p>`
        }</details>`
}
</div>
${untouchedFlows(untouched, colours)}
${watchedText(report, window)}
${eventList(shownOnes, atMs, id)}`;
}

/** Every flow with its result; a change without a recorded flow is alone. */
function lanesOf({ flows, changes }: ChangeReport): readonly LaneContent[] {
  const keyOf = ({ client, service, address }: FlowRecord | ObservedChange): string =>
    JSON.stringify([client, service, address]);
  const byKey = new Map<string, FlowRecord[]>();
  for (const flow of flows) byKey.set(keyOf(flow), [...(byKey.get(keyOf(flow)) ?? []), flow]);
  const known = new Set(changes.map(keyOf));
  const hasServices = hasSeveralServices([...changes, ...flows]);
  const named = (service: string): string | undefined => (hasServices ? service : undefined);
  return [
    ...changes.flatMap((change): LaneContent[] => {
      const own = byKey.get(keyOf(change)) ?? [];
      if (own.length === 0) return [{ flow: undefined, change, service: named(change.service), sourcePort: undefined }];
      const worst = change.flows?.each.find(
        (flow) =>
          flow.after === change.after &&
          flow.outageMs === change.outageMs &&
          flow.lost === change.lost &&
          flow.before === change.before,
      )?.sourcePort;
      const shown = own.find(({ sourcePort }) => sourcePort === worst) ?? own[0];
      return own.map((flow) => ({
        flow,
        change: flow === shown ? change : undefined,
        service: named(flow.service),
        sourcePort: own.length > 1 ? flow.sourcePort : undefined,
      }));
    }),
    ...flows
      .filter((flow) => !known.has(keyOf(flow)))
      .map((flow) => ({ flow, change: undefined, service: named(flow.service), sourcePort: undefined })),
  ];
}

function isTouched({ flow, change }: LaneContent): boolean {
  const changed = change !== undefined && (change.before !== change.after || change.lost > 0 || change.wrong > 0);
  return changed || (flow?.runs.length ?? 0) > 1;
}

function axis(window: TimeWindow): Markup {
  return html`<div class="lane axis"><div class="flow"></div><div class="plot">${ticksOf(window).map((ms) => {
    const share = shareOf(window, ms);
    return share < 1 || share > 96
      ? nothing
      : html`<span class="tick${ms === 0 ? ' zero' : ''}" style="left:${round(share)}%">
          ${ms === 0 ? '0' : signed(ms)}</span>`;
  })}</div></div>
`;
}

function untouchedFlows(untouched: readonly LaneContent[], colours: InstanceColours): Markup {
  if (untouched.length === 0) return nothing;
  const named = untouched.slice(0, MOST_UNTOUCHED_NAMED);
  const rest = untouched.length - named.length;
  return html`<details class="untouched"><summary>${plural(untouched.length, 'flow')} noticed nothing</summary>
      <ul class="plain">${named.map(({ flow, change, service, sourcePort }) => {
        const port = sourcePort === undefined ? '' : ` port ${String(sourcePort)}`;
        const after = change?.after ?? flow?.runs[0]?.instance ?? null;
        return html`<li>${flow?.client ?? change?.client} ${
          service === undefined ? nothing : html`${service} `
        }<span class="address">${flow?.address ?? change?.address}${port}</span> ${chip(after, colours)}</li>
`;
      })}</ul>${rest === 0 ? nothing : html`<p class="quiet">and ${plural(rest, 'other')}</p>`}</details>`;
}

/** What is not in the picture, so that its end does not look like the end of the step. */
function watchedText({ atMs, flows, changes }: ChangeReport, window: TimeWindow): Markup {
  const untilMs = Math.max(
    ...changes.map(({ watchedMs }) => watchedMs),
    ...flows.map(({ runs }) => (runs.at(-1)?.toMs ?? atMs) - atMs),
  );
  if (!Number.isFinite(untilMs) || untilMs <= window.toMs) return nothing;
  return html`<p class="quiet watched">Watched until ${signed(untilMs)}: no answer changed after what is drawn.</p>`;
}

/** `2 of 4 flows changed`, and the worst of what they saw. */
export function summaryOf(report: ChangeReport): readonly string[] {
  const lanes = lanesOf(report);
  const touched = lanes.filter(isTouched).length;
  const { changes, settled, settleMs } = report;
  const longestMs = Math.max(0, ...changes.map(({ outageMs }) => outageMs ?? 0));
  const unanswered = changes.filter(({ outageMs }) => outageMs === null).length;
  return [
    lanes.length === 0
      ? 'no client asks for a service'
      : touched === 0
        ? `none of ${plural(lanes.length, 'flow')} changed`
        : `${String(touched)} of ${plural(lanes.length, 'flow')} changed`,
    ...(unanswered > 0 ? [`${plural(unanswered, 'flow')} without an answer in the end`] : []),
    ...(longestMs > 0 ? [`longest outage ${milliseconds(longestMs)}`] : []),
    settled ? `settled after ${milliseconds(settleMs)}` : `not settled after ${milliseconds(settleMs)}`,
  ];
}
