import { extname } from 'node:path';
import { writeFile } from 'node:fs/promises';
import colors from 'picocolors';
import { LabError, toLabError } from '../../errors.js';
import { resolveFault } from '../../fault/resolve-fault.js';
import { brokenOf } from '../../picture/broken.js';
import { coloursOfCourses } from '../../picture/colours.js';
import { pictureText, textFormats, type Picture } from '../../picture/formats.js';
import { neighborsText } from '../../picture/terminal/neighbors-text.js';
import { networkOfPlan } from '../../picture/network.js';
import { signOf, statesOf, type Scene } from '../../picture/scene.js';
import { dark, light } from '../../picture/svg-styles.js';
import { terminalDrawing } from '../../picture/terminal/drawing.js';
import { coursesText } from './courses-text.js';
import { listWords } from '../../support/suggest.js';
import { faultsIn, leave, observedCourses, predictedCourses, subjectNamed, type Subject } from '../../view/subject.js';
import type { AskFlags } from '../labs.js';
import { refuseUnwritable, writeReport } from '../report-files.js';
import type { Run } from '../run.js';
import { faultKind } from '../options/fault-flags.js';

export interface GraphFlags extends AskFlags {
  readonly json?: boolean;
  readonly format?: string;
  readonly output?: string;
  readonly who?: boolean;
  readonly fail?: readonly string[];
  readonly how?: string;
  readonly dark?: boolean;
}

const formats = ['text', ...textFormats, 'png'] as const;
type Format = (typeof formats)[number];
/** By the ending of a file's name, where no format is said. */
const endings: Readonly<Record<string, Format>> = {
  '.svg': 'svg',
  '.png': 'png',
  '.dot': 'dot',
  '.gv': 'dot',
  '.mmd': 'mermaid',
  '.drawio': 'drawio',
  '.json': 'json',
  '.txt': 'text',
};
const USUAL_COLUMNS = 80;
/** Pixels of a PNG for each of the picture: sharp on screens with small pixels, and on a beamer. */
const PNG_SCALE = 2;

/** Draws a topology, or a lab that is up. */
export async function graphVerb(run: Run, name: string | undefined, flags: GraphFlags): Promise<number> {
  const { output } = run;
  const format = formatOf(flags, output.json);
  if (flags.how !== undefined && flags.fail === undefined)
    throw new LabError('USAGE', '--how says how a target fails, and no --fail names one', {
      hint: 'nearcast graph figure3 --fail server-a --how freeze',
    });
  await refuseUnwritable(flags.output, 'output');
  const subject = await subjectNamed(name);
  try {
    const picture = await pictureOf(subject, flags);
    if (format === 'png') return await writePng(picture, flags.output);
    const text = format === 'text' ? terminalText(picture) : pictureText(format, picture);
    if (flags.output !== undefined) await writeReport(flags.output, () => `${text.trimEnd()}\n`);
    else if (output.json) output.document(JSON.parse(text));
    else output.printAsIs(text.trimEnd());
    return 0;
  } finally {
    leave(subject);
  }
}

function formatOf({ format, output }: GraphFlags, json: boolean): Format {
  const usual = json ? 'json' : 'text';
  const asked = format ?? (output === undefined ? usual : (endings[extname(output).toLowerCase()] ?? usual));
  const known = formats.find((each) => each === asked);
  if (known === undefined)
    throw new LabError('USAGE', `"${asked}" is not a format of pictures`, {
      hint: `--format takes ${listWords(formats)}`,
    });
  if (json && known !== 'json')
    throw new LabError('USAGE', `--json prints JSON, and the format is ${known}`, { hint: 'leave one of the two out' });
  return known;
}

async function pictureOf(subject: Subject, flags: GraphFlags): Promise<Picture> {
  const { plan, kind } = subject;
  const network = networkOfPlan(plan);
  const faults = await faultsIn(subject);
  const asked = { client: flags.client, service: flags.service };
  const how = flags.how === undefined ? undefined : faultKind(flags.how);
  const failing = (flags.fail ?? []).map((target) => resolveFault(plan, target, how));
  const isCompared = failing.length > 0;
  const now = async () =>
    subject.kind === 'lab' && (flags.who === true || !isCompared)
      ? observedCourses(subject.lab, asked)
      : predictedCourses(plan, faults, asked);
  const before = flags.who === true || isCompared ? await now() : [];
  const scene: Scene = isCompared
    ? {
        before,
        courses: predictedCourses(plan, [...faults, ...failing], asked),
        broken: brokenOf(plan, [...faults, ...failing]),
      }
    : { courses: before, broken: brokenOf(plan, faults) };
  const what = plan.title ?? plan.topology;
  const said = isCompared
    ? `: fail ${(flags.fail ?? []).join(', ')}, predicted`
    : flags.who === true && kind === 'file'
      ? ', predicted'
      : '';
  return {
    network,
    scene,
    colours: coloursOfCourses(network, [...scene.courses, ...before]),
    caption: `${what}${said}`,
    scheme: flags.dark === true ? dark : undefined,
  };
}

function terminalText({ network, scene, colours, caption }: Picture): string {
  const columns = process.stdout.isTTY ? process.stdout.columns : USUAL_COLUMNS;
  const inks = [colors.blue, colors.yellow, colors.green, colors.magenta, colors.cyan, colors.red];
  const paint = (text: string, colour: number): string => (inks[colour % inks.length] ?? colors.blue)(text);
  const drawing = terminalDrawing(network, scene, colours, { columns, paint }) ?? neighborsText(network, columns);
  const states = statesOf(network, scene);
  const marked = [
    ...network.nodes.map(({ name }) => states.node(name)),
    ...network.links.map((_, nth) => states.link(nth)),
  ].flatMap((state) => (state.broken === undefined ? [] : [`${signOf(state)} ${state.broken}`]));
  const broken = [...new Set(marked)];
  return [
    caption,
    '',
    drawing,
    ...(broken.length === 0 ? [] : ['', ...broken]),
    ...(scene.courses.length === 0 ? [] : ['', coursesText(scene.courses, scene.before, columns)]),
  ].join('\n');
}

async function writePng(picture: Picture, file: string | undefined): Promise<number> {
  if (file === undefined && process.stdout.isTTY)
    throw new LabError('USAGE', 'a PNG is no text for a terminal', {
      hint: 'nearcast graph figure3 --output figure3.png',
    });
  const svg = pictureText('svg', { ...picture, scheme: picture.scheme ?? light });
  const png = await rendered(svg);
  if (file === undefined) {
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(png, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    return 0;
  }
  await writeFile(file, png).catch((cause: unknown) => {
    throw new LabError('REPORT_UNWRITTEN', `${file} could not be written: ${toLabError(cause).message}`, { cause });
  });
  return 0;
}

/** By a renderer that only PNG needs, and that is installed only where somebody wants it. */
async function rendered(svg: string): Promise<Buffer> {
  let Resvg;
  try {
    ({ Resvg } = await import('@resvg/resvg-js'));
  } catch (cause) {
    throw new LabError('PROGRAM_MISSING', 'PNG needs the package @resvg/resvg-js, which is not installed', {
      cause,
      hint: 'install it (npm install @resvg/resvg-js), or write SVG and convert it: rsvg-convert figure3.svg -o figure3.png',
    });
  }
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: PNG_SCALE },
    font: { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans' },
  });
  return image.render().asPng();
}
