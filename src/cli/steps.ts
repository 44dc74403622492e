import { LabError } from '../errors.js';
import { stepHeading, stepText } from '../report/step-text.js';
import { toStepReport } from '../scenario/step-report.js';
import { parseDuration } from '../support/duration.js';
import { listWords } from '../support/suggest.js';
import { impairmentProblems, readImpairment, type WrittenImpairment } from '../topology/file/impairment.js';
import { kindsOfFault, type FaultKind, type FaultSettings } from '../topology/model/fault.js';
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
}

export async function stepVerb(
  { output, signal }: Run,
  action: 'fail' | 'restore',
  target: string,
  flags: StepFlags,
): Promise<number> {
  const how = flags.how === undefined ? undefined : faultKind(flags.how);
  const deadlineMs = duration('timeout', flags.timeout);
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

function settingsOf(flags: StepFlags): FaultSettings {
  const [problem] = impairmentProblems(flags);
  if (problem !== undefined) throw new LabError('USAGE', problem.message, { hint: problem.hint });
  return {
    impairment: readImpairment(flags),
    periodMs: duration('period', flags.period),
    keepRoutes: flags.keepRoutes,
    value: wholeNumber(flags.value),
    announce: flags.announce,
    forMs: duration('for', flags.for),
  };
}

function duration(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0)
    throw new LabError('USAGE', `"${text}" is not a duration`, { hint: `write it as in --${flag} 10s` });
  return ms;
}

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 4_294_967_295)
    throw new LabError('USAGE', `"${text}" is not a valid value for a BGP attribute`, {
      hint: 'write it as in --value 100',
    });
  return Number(text);
}

function faultKind(word: string): FaultKind {
  const kind = kindsOfFault.find((each) => each === word);
  if (kind === undefined)
    throw new LabError('USAGE', `"${word}" is not a kind of fault`, { hint: `--how takes ${listWords(kindsOfFault)}` });
  return kind;
}
