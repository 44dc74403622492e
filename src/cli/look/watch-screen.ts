import colors from 'picocolors';
import { coloursOfCourses } from '../../picture/colours.js';
import type { Network } from '../../picture/network.js';
import { terminalDrawing } from '../../picture/terminal/drawing.js';
import { neighborsText } from '../../picture/terminal/neighbors-text.js';
import { printable } from '../../support/printable.js';
import { brokenBy, type FaultMark } from '../../picture/broken.js';
import { labAt, type Moment } from '../../view/moments.js';
import { coursesText } from './courses-text.js';

export interface Screen {
  readonly title: string;
  readonly network: Network;
  readonly log: readonly Moment[];
  readonly columns: number;
  readonly rows: number;
  /** The last line: what the keys do, what is typed, what went wrong. */
  readonly prompt: string;
}

const LEAST_EVENTS = 3;
/** What the code of a colour begins with; it ends with an m. */
const COLOUR = '\u001B[';

/**
 * The lines that fill the terminal: the network, who answers, what is broken, and the last events in the room that is left.
 * Where there is too little, the network gives way first, then those who answer last.
 */
export function watchScreen({ title, network, log, columns, rows, prompt }: Screen): readonly string[] {
  const { courses, faults } = labAt(log, Infinity);
  const colours = coloursOfCourses(network, courses);
  const inks = [colors.blue, colors.yellow, colors.green, colors.magenta, colors.cyan, colors.red];
  const broken = brokenBy(faults);
  const drawing =
    terminalDrawing(network, { courses, broken }, colours, {
      columns,
      paint: (text, colour) => (inks[colour % inks.length] ?? colors.blue)(text),
    }) ?? neighborsText(network, columns);
  const room = Math.max(0, rows - 1 - LEAST_EVENTS);
  const who = [...faults.map(faultLine), ...coursesText(courses, undefined).split('\n')];
  const whole = [colors.bold(printable(title)), '', ...drawing.split('\n'), '', ...who, ''];
  const top =
    whole.length <= room ? whole : shortened([colors.bold(printable(title)), '', ...who], room - 1).concat('');
  const events = log.flatMap(lineOf).slice(-Math.max(LEAST_EVENTS, rows - top.length - 1));
  return [...top, ...events.map(printable), colors.dim(printable(prompt))]
    .slice(-rows)
    .map((line) => clipped(line, columns));
}

function shortened(lines: readonly string[], room: number): readonly string[] {
  if (lines.length <= room) return lines;
  const kept = Math.max(0, room - 1);
  return [...lines.slice(0, kept), `and ${String(lines.length - kept)} lines more`];
}

/** As much of a line as there are columns; what colours it, it keeps. */
function clipped(line: string, columns: number): string {
  let room = columns;
  return line
    .split(COLOUR)
    .map((part, nth) => {
      const codeLength = nth === 0 ? 0 : part.indexOf('m') + 1;
      const kept = Array.from(part.slice(codeLength)).slice(0, room);
      room -= kept.length;
      return part.slice(0, codeLength) + kept.join('');
    })
    .join(COLOUR);
}

/** What has failed is red; what somebody changed, and what works, is not. */
function faultLine({ text, label, isMaintenance, cause }: FaultMark): string {
  const works = isMaintenance === true || cause !== undefined || label?.works === true;
  return works ? colors.yellow(`~ ${printable(text)}`) : colors.red(`x ${printable(text)}`);
}

function lineOf(moment: Moment): readonly string[] {
  const at = `${(moment.atMs / 1000).toFixed(3)} s  `;
  switch (moment.kind) {
    case 'answer':
      return [`${at}${moment.client} at ${moment.address}: ${moment.instance ?? moment.fate}`];
    case 'step':
      return [
        `${at}${moment.command}: ${moment.settled ? 'settled' : 'not settled'} after ${String(Math.round(moment.settleMs))} ms`,
      ];
    case 'courses':
    case 'traffic':
    case 'faults':
      return [];
    case 'dropped':
      return [`${at}${String(moment.count)} events are missing here`];
    case 'fault':
    case 'repair':
    case 'link':
    case 'route':
    case 'daemon':
    case 'service':
      return [`${at}${moment.node === null ? '' : `${moment.node} `}${moment.text}`];
  }
}
