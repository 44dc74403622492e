import type { ObservedChange } from '../../protocol/observations.js';
import type { Fate, FlowRecord, OutagePhases } from '../../protocol/timeline.js';
import { milliseconds, plural } from '../format.js';
import { signed } from './events.js';
import type { InstanceColours } from '../../picture/colours.js';
import { html, nothing, type Content, type Markup } from '../../picture/markup.js';
import { round } from '../../support/round.js';
import { gapsOf, barPiecesOf, widthOf, type Gap, type BarPiece } from './bar-pieces.js';
import { shareOf, type TimeWindow } from './time-window.js';

/** The content of the lane of one flow; `change` is set for one flow of those that share it. */
export interface LaneContent {
  readonly flow: FlowRecord | undefined;
  readonly change: ObservedChange | undefined;
  /** Set where the lab has several services. */
  readonly service: string | undefined;
  /** Set if several flows of a client and an address differ only in it. */
  readonly sourcePort: number | undefined;
}

export interface LaneScale {
  readonly atMs: number;
  readonly window: TimeWindow;
  /** What is narrower, in percent of the window, is not drawn alone. */
  readonly leastShare: number;
}

const MOST_GAP_LABELS = 3;
/** What the label of an outage takes on a narrow screen, in percent of the window. */
const GAP_LABEL_WIDTH = 36;

const phaseWords: readonly (readonly [keyof OutagePhases, string])[] = [
  ['detectionMs', 'detection'],
  ['propagationMs', 'propagation'],
  ['installationMs', 'installation'],
  ['answerMs', 'answer'],
];

/** One flow: its runs in the colours of the instances, the time without an answer, and its phases. */
export function lane(
  { flow, change, service, sourcePort }: LaneContent,
  scale: LaneScale,
  colours: InstanceColours,
): Markup {
  const { client, address } = flow ?? change ?? { client: '', address: '' };
  const bar =
    flow === undefined
      ? nothing
      : html`${runBar(flow, service, scale, colours)}${gapMarks(gapsOf(flow, scale.atMs), scale.window)}`;
  const phases = change?.phases ?? null;
  return html`<div class="lane"><div class="flow"><b>${client}</b>${
    service === undefined ? nothing : html` ${service}`
  }<span class="address">${address}${
    sourcePort === undefined ? null : html` <span class="quiet">port ${sourcePort}</span>`
  }</span></div><div class="plot">${bar}${phases === null ? nothing : phaseBar(phases, scale.window)}
  <div class="told">${change === undefined ? nothing : caption(change, colours)}
  ${phases === null ? nothing : phaseText(phases)}</div></div></div>
`;
}

/** An instance's name with its colour; no answer has no colour. */
export function chip(instance: string | null, colours: InstanceColours): Markup {
  return instance === null
    ? html`<span class="chip nobody">nobody</span>`
    : html`<span class="chip ${colours.classOf(instance)}">${instance}</span>`;
}

function runBar(
  flow: FlowRecord,
  service: string | undefined,
  { atMs, window, leastShare }: LaneScale,
  colours: InstanceColours,
): Markup {
  const segments = barPiecesOf(flow, atMs, window, leastShare);
  const shown = segments
    .slice(0, 12)
    .map((segment) => `${whoOf(segment)} from ${signed(segment.fromMs)}`)
    .join(', ');
  const where = service === undefined ? flow.address : `${service} (${flow.address})`;
  const label = `${flow.client} at ${where}: ${shown}${segments.length > 12 ? ', and more' : ''}`;
  return html`<div class="bar" role="img" aria-label="${label}">
    ${segments.map((segment) => run(segment, flow, atMs, window, colours))}</div>`;
}

function run(segment: BarPiece, flow: FlowRecord, atMs: number, window: TimeWindow, colours: InstanceColours): Markup {
  const { fate, instance, fromMs, toMs, probes, merged } = segment;
  const look = instance === null ? `lost ${fate}` : colours.classOf(instance);
  const rttMs = medianRttMs(flow, fromMs + atMs, toMs + atMs);
  const runs = merged > 1 ? ` in ${String(merged)} short runs` : '';
  const trip = rttMs === undefined ? '' : `, round trip ${milliseconds(rttMs)}`;
  const title = `${whoOf(segment)}, ${signed(fromMs)} to ${signed(toMs)}: ${plural(probes, 'probe')}${runs}${trip}`;
  const place = `left:${round(shareOf(window, fromMs))}%;width:${round(widthOf(segment, window))}%`;
  return html`<span class="run ${look}" style="${place}" title="${title}"><span>${instance ?? fate}</span></span>`;
}

function whoOf({ instance, fate }: { readonly instance: string | null; readonly fate: Fate }): string {
  return instance ?? fate;
}

function medianRttMs({ sentAtMs, rttMs }: FlowRecord, fromMs: number, toMs: number): number | undefined {
  const times = rttMs.slice(placeOf(sentAtMs, fromMs), placeOf(sentAtMs, toMs)).filter((ms) => ms !== null);
  return times.sort((one, other) => one - other)[Math.floor(times.length / 2)];
}

/** How many of the sorted times come before one. */
function placeOf(timesMs: readonly number[], ms: number): number {
  let [low, high] = [0, timesMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timesMs[middle] ?? Infinity) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Brackets below the bar; the longest ones have their length beside them. */
function gapMarks(gaps: readonly Gap[], window: TimeWindow): Markup {
  const seen = gaps
    .map(({ fromMs, toMs }) => {
      const [from, to] = [shareOf(window, fromMs), shareOf(window, toMs ?? window.toMs)];
      return {
        from,
        to,
        lengthMs: toMs === null ? Infinity : toMs - fromMs,
        text: toMs === null ? 'outage to the end' : `${milliseconds(toMs - fromMs)} outage`,
      };
    })
    .filter(({ from, to }) => from < 100 && to > 0);
  if (seen.length === 0) return nothing;
  const labels: { readonly left: number; readonly at: string; readonly text: string }[] = [];
  for (const { from, to, text } of seen.toSorted((one, other) => other.lengthMs - one.lengthMs)) {
    // A label that would leave the picture is placed before the end of its bracket, not after the beginning.
    const isLate = from > 100 - GAP_LABEL_WIDTH;
    const left = isLate ? to - GAP_LABEL_WIDTH : from;
    if (labels.length < MOST_GAP_LABELS && labels.every((label) => Math.abs(label.left - left) >= GAP_LABEL_WIDTH)) {
      labels.push({
        left,
        at: isLate ? `right:${String(round(100 - to))}%` : `left:${String(round(Math.max(0, from)))}%`,
        text,
      });
    }
  }
  const brackets = seen
    .slice(0, 100)
    .map(({ from, to }) => html`<span class="gap" style="left:${round(from)}%;width:${round(to - from)}%"></span>`);
  return html`<div class="gaps">${brackets}${labels.map(
    ({ at, text }) => html`<span class="outage" style="${at}">${text}</span>`,
  )}</div>`;
}

function phaseBar(phases: OutagePhases, window: TimeWindow): Markup {
  let fromMs = 0;
  const parts = phaseWords.map(([key, word]) => {
    const part = { word, fromMs, toMs: fromMs + phases[key] };
    fromMs = part.toMs;
    return part;
  });
  return html`<div class="phase-bar">${parts.map((part) => {
    const place = `left:${round(shareOf(window, part.fromMs))}%;width:${round(widthOf(part, window))}%`;
    const title = `${part.word} ${milliseconds(part.toMs - part.fromMs)}`;
    return html`<span class="phase ${part.word}" style="${place}" title="${title}"></span>`;
  })}</div>`;
}

function phaseText(phases: OutagePhases): Markup {
  const sumMs = phaseWords.reduce((sum, [key]) => sum + phases[key], 0);
  return html`<p class="phases">${milliseconds(sumMs)} until a good answer: ${phaseWords.map(
    ([key, word]) =>
      html`<span class="key"><span class="phase ${word}"></span>
          ${word}\u00A0${milliseconds(phases[key]).replace(' ', '\u00A0')}</span> `,
  )}</p>`;
}

function caption(change: ObservedChange, colours: InstanceColours): Markup {
  const { before, after, lost, sent, fates, wrong, duplicates, isCollateral, outageMs, flows } = change;
  const who =
    before === after
      ? html`still ${chip(after, colours)}`
      : html`${chip(before, colours)} \u2192 ${chip(after, colours)}`;
  const how = Object.entries(fates)
    .filter(([, count]) => count > 0)
    .map(([fate, count]) => `${String(count)} ${fate}`);
  const parts: readonly Content[] = [
    who,
    outageMs === null
      ? html`<b>no answer</b>`
      : lost === 0
        ? 'no outage'
        : html`<b>${milliseconds(outageMs)}</b> of outage`,
    lost === 0
      ? `all of ${plural(sent, 'probe')} answered`
      : `${String(lost)} of ${plural(sent, 'probe')} lost${how.length === 0 ? '' : `: ${how.join(', ')}`}`,
    wrong > 0 ? `${plural(wrong, 'answer')} by a third instance` : null,
    duplicates > 0 ? plural(duplicates, 'duplicate answer') : null,
    flows === undefined ? null : `the worst of ${plural(flows.probed, 'flow')}, ${String(flows.felt)} affected`,
    isCollateral ? 'moved, though its instance could still be reached' : null,
  ];
  return html`<p class="caption">${parts
    .filter((part) => part !== null)
    .map((part, nth) => html`${nth === 0 ? '' : ' \u00B7 '}<span>${part}</span>`)}</p>`;
}
