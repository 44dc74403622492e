import { LabError } from '../errors.js';
import { judgeRssac047, rssac047 } from '../assert/rssac047.js';
import { exitStatusOfVerdicts } from '../assert/exit-status.js';
import { rssac047Text } from '../report/rssac047-text.js';
import { stepHeading, stepText } from '../report/step-text.js';
import { toStepReport } from '../scenario/step-report.js';
import { durationOf, wholeNumberOf } from './flags.js';
import { didYouMean, listWords } from '../support/suggest.js';
import { impairmentProblems, readImpairment, type WrittenImpairment } from '../topology/file/impairment.js';
import { PUBLISH_WITHIN_MS } from '../topology/file/steps.js';
import { zoneName } from '../topology/model/names.js';
import { floodProtocols, kindsOfFault, MOST_UINT32 } from '../topology/model/fault.js';
import type { FaultKind, FaultSettings, FloodProtocol } from '../topology/model/fault.js';
import { withLab } from './labs.js';
import type { Run } from './run.js';

export interface StepFlags extends WrittenImpairment {
  readonly lab?: string;
  readonly how?: string;
  readonly timeout?: string;
  readonly for?: string;
  readonly period?: string;
  /** Undefined, or what `--keep-routes` and `--no-keep-routes` say. */
  readonly keepRoutes?: boolean;
  readonly value?: string;
  readonly announce?: string;
  readonly against?: string;
  readonly packets?: string;
  readonly protocol?: string;
}

export async function stepVerb(
  { output, signal }: Run,
  action: 'fail' | 'restore',
  target: string,
  flags: StepFlags,
): Promise<number> {
  const how = flags.how === undefined ? undefined : faultKind(flags.how);
  const deadlineMs = durationOf('timeout', flags.timeout);
  const settings = settingsOf(flags);
  return withLab(flags.lab, async (lab) => {
    const observed =
      action === 'fail'
        ? await lab.fail(target, { how, settings, deadlineMs, signal })
        : await lab.restore(target, { how, deadlineMs, signal });
    const report = toStepReport(observed);
    output.document(report);
    output.print(`${stepHeading(report)}\n${stepText(report)}`);
    if (flags.for !== undefined) output.print(`  ends by itself ${flags.for} after it began`);
    return report.settled ? 0 : 1;
  });
}

export interface PublishFlags {
  readonly lab?: string;
  readonly timeout?: string;
}

/** Publishes a zone, and shows it by the measures of RSSAC047. */
export async function publishVerb(
  { output }: Run,
  zone: string,
  { lab: name, timeout }: PublishFlags,
): Promise<number> {
  const withinMs = durationOf('timeout', timeout) ?? PUBLISH_WITHIN_MS;
  return withLab(name, async (lab) => {
    const publication = await lab.publish(zoneName(zone), withinMs);
    const verdicts = judgeRssac047(publication, { except: [], withinMs });
    output.document({ lab: lab.name, ...publication, rssac047: rssac047(publication), verdicts });
    output.print(rssac047Text(publication));
    for (const { text, verdict, seen } of verdicts.filter((each) => each.verdict !== 'pass'))
      output.print(`${verdict === 'fail' ? 'not met' : verdict}: ${text}${seen === undefined ? '' : `: ${seen}`}`);
    return exitStatusOfVerdicts(verdicts);
  });
}

function settingsOf(flags: StepFlags): FaultSettings {
  const [problem] = impairmentProblems(flags);
  if (problem !== undefined) throw new LabError('USAGE', problem.message, { hint: problem.hint });
  return {
    impairment: readImpairment(flags),
    periodMs: durationOf('period', flags.period),
    keepRoutes: flags.keepRoutes,
    value: wholeNumberOf('value', flags.value, { least: 0, most: MOST_UINT32, example: 100 }),
    announce: flags.announce,
    against: flags.against,
    packets: wholeNumberOf('packets', flags.packets, { least: 0, most: MOST_UINT32, example: 200 }),
    protocol: flags.protocol === undefined ? undefined : protocol(flags.protocol),
    forMs: durationOf('for', flags.for),
  };
}

function protocol(text: string): FloodProtocol {
  const known = floodProtocols.find((each) => each === text);
  if (known === undefined)
    throw new LabError('USAGE', `"${text}" is not a protocol of a flood`, {
      hint: `--protocol takes ${listWords(floodProtocols)}`,
    });
  return known;
}

/** The kind of fault that a word names. Throws USAGE. */
export function faultKind(word: string): FaultKind {
  const kind = kindsOfFault.find((each) => each === word);
  if (kind === undefined)
    throw new LabError('USAGE', `"${word}" is not a kind of fault`, {
      hint: didYouMean(word, kindsOfFault, 'kinds of fault'),
    });
  return kind;
}
