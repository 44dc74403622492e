import { colourOf } from '../../../picture/colours.js';
import { entryOf } from '../../../topology/model/fault.js';
import type { Lane, Moment } from '../../moments.js';
import type { Model } from '../state/model.js';
import type { StripWindow } from '../state/strip-window.js';

const EVENTS_HEIGHT = 18;
const AXIS_HEIGHT = 16;
const MOST_LANE_HEIGHT = 18;
const LABELS_FROM_HEIGHT = 11;
const WANTED_TICKS = 8;

/** Which moment is at a place of the strip. */
export function placeOf(
  event: { readonly offsetX: number; readonly currentTarget: HTMLCanvasElement },
  { fromMs, toMs }: StripWindow,
): number {
  const share = Math.min(1, Math.max(0, event.offsetX / event.currentTarget.clientWidth));
  return fromMs + share * (toMs - fromMs);
}

/** Paints a lane for each query in the colours of who answered, the events above, the clock below. */
export function paintStrip(canvas: HTMLCanvasElement, model: Model): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = devicePixelRatio;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const window = model.stripWindow;
  const style = getComputedStyle(canvas);
  const ink = (name: string): string => style.getPropertyValue(name).trim();
  const xOf = (ms: number): number => ((ms - window.fromMs) / (window.toMs - window.fromMs)) * width;
  const lanes = model.lanes.filter(({ address }) => model.address === null || address === model.address);
  const room = height - EVENTS_HEIGHT - AXIS_HEIGHT;
  const laneHeight = Math.min(MOST_LANE_HEIGHT, room / Math.max(1, lanes.length));

  paintTicks(context, window, xOf, height, ink('--quiet'), ink('--line'));
  lanes.forEach((lane, nth) => {
    const y = EVENTS_HEIGHT + nth * laneHeight;
    paintLane(
      context,
      lane,
      { y, height: laneHeight > 3 ? laneHeight - 1.5 : laneHeight, width },
      model,
      xOf,
      ink('--bad'),
    );
    if (laneHeight >= LABELS_FROM_HEIGHT) {
      context.font = '11px system-ui, sans-serif';
      const text = `${lane.client}  ${lane.address}`;
      context.fillStyle = ink('--card');
      context.globalAlpha = 0.82;
      context.fillRect(4, y + 1, context.measureText(text).width + 8, laneHeight - 3.5);
      context.globalAlpha = 1;
      context.fillStyle = ink('--text');
      context.fillText(text, 8, y + laneHeight / 2 + 3);
    }
  });
  for (const moment of model.log) {
    if (moment.atMs < window.fromMs || moment.atMs > window.toMs) continue;
    if (moment.kind === 'courses' || moment.kind === 'traffic' || moment.kind === 'faults' || moment.kind === 'answer')
      continue;
    const isStep = moment.kind === 'fault' || moment.kind === 'repair';
    context.fillStyle = ink(inkOf(moment));
    context.fillRect(
      xOf(moment.atMs) - (isStep ? 1 : 0.5),
      isStep ? 1 : 6,
      isStep ? 2.5 : 1.2,
      isStep ? height - AXIS_HEIGHT : EVENTS_HEIGHT - 8,
    );
  }
  context.fillStyle = ink('--text');
  const cursor = Math.min(width - 2, Math.max(0, xOf(model.shownMs) - 1));
  context.fillRect(cursor, 0, 2, height - AXIS_HEIGHT);
}

/** What failed, what somebody takes out of use, what is restored, and what else happens. */
function inkOf(moment: Moment): string {
  if (moment.kind === 'repair') return '--good';
  if (moment.kind !== 'fault') return '--quiet';
  return moment.how !== undefined && entryOf(moment.how).isMaintenance === true ? '--inconclusive' : '--bad';
}

function paintLane(
  context: CanvasRenderingContext2D,
  { spans }: Lane,
  box: { readonly y: number; readonly height: number; readonly width: number },
  model: Model,
  xOf: (ms: number) => number,
  bad: string,
): void {
  const until = model.nowMs;
  spans.forEach(({ fromMs, instance }, nth) => {
    const from = Math.max(0, xOf(fromMs));
    const to = Math.min(box.width, xOf(spans[nth + 1]?.fromMs ?? until));
    if (to <= 0 || from >= box.width) return;
    context.fillStyle = instance === null ? bad : colourOf(instance, model.colours).fill;
    // A short outage must not be overlooked.
    context.fillRect(from, box.y, Math.max(instance === null ? 2 : 0.5, to - from), box.height);
  });
}

function paintTicks(
  context: CanvasRenderingContext2D,
  { fromMs, toMs }: StripWindow,
  xOf: (ms: number) => number,
  height: number,
  quiet: string,
  line: string,
): void {
  const least = (toMs - fromMs) / WANTED_TICKS;
  const magnitude = 10 ** Math.floor(Math.log10(least));
  const everyMs = ([1, 2, 5, 10].find((factor) => factor * magnitude >= least) ?? 10) * magnitude;
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'center';
  for (let ms = Math.max(0, Math.ceil(fromMs / everyMs)) * everyMs; ms <= toMs; ms += everyMs) {
    context.fillStyle = line;
    context.fillRect(xOf(ms), EVENTS_HEIGHT, 1, height - EVENTS_HEIGHT - AXIS_HEIGHT);
    context.fillStyle = quiet;
    const text =
      everyMs < 1000 ? `${(ms / 1000).toFixed(everyMs < 10 ? 3 : 2)} s` : `${String(Math.round(ms / 1000))} s`;
    const half = context.measureText(text).width / 2;
    // One that would be cut off says nothing.
    if (xOf(ms) >= half && xOf(ms) <= context.canvas.clientWidth - half) context.fillText(text, xOf(ms), height - 4);
  }
  context.textAlign = 'left';
}
