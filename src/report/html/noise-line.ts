import type { Noise } from '../../protocol/timeline.js';
import { milliseconds } from '../format.js';
import { html, type Markup } from '../../picture/markup.js';

/**
 * How much the machine itself may have added to the times above it; `resolutionMs` is the longest time between two
 * probes of a flow.
 */
export function noiseLine(
  { sendGapMs, calibratedGapMs, stealMs, cpuPressureMs, clockMs }: Noise,
  resolutionMs?: number,
): Markup {
  const { median, p99, max } = sendGapMs;
  const longest = `${milliseconds(max)} (${milliseconds(calibratedGapMs)} while nothing was broken)`;
  const gaps = `median ${milliseconds(median)}, p99 ${milliseconds(p99)}, longest ${longest}`;
  const pressure =
    cpuPressureMs === null ? 'CPU pressure not known' : `waiting for a CPU ${milliseconds(cpuPressureMs)}`;
  return html`<p class="noise"><span>Noise: between two probes ${gaps};</span>${html` <span>CPU stolen ${milliseconds(stealMs)};</span> <span>${pressure}.</span>`}${
    clockMs === undefined ? null : html` <span>Clocks of machines up to ${milliseconds(clockMs)} apart.</span>`
  }${
    resolutionMs === undefined
      ? null
      : html` <span>An outage shorter than ${milliseconds(resolutionMs)} may go unseen.</span>`
  }</p>
`;
}
