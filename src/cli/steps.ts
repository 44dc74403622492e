import { judgeRssac047, rssac047 } from '../assert/rssac047.js';
import { exitStatusOfVerdicts } from '../assert/exit-status.js';
import { rssac047Text } from '../report/rssac047-text.js';
import { stepHeading, stepText } from '../report/step-text.js';
import { toStepReport } from '../scenario/step-report.js';
import { faultKind, faultSettings, type FaultFlags } from './options/fault-flags.js';
import { durationOf } from './flags.js';
import { PUBLISH_WITHIN_MS } from '../topology/file/steps.js';
import { zoneName } from '../topology/model/names.js';
import { withLab } from './labs.js';
import type { Run } from './run.js';

export interface StepFlags extends FaultFlags {
  readonly lab?: string;
  readonly timeout?: string;
}

export async function stepVerb(
  { output, signal }: Run,
  action: 'fail' | 'restore',
  target: string,
  flags: StepFlags,
): Promise<number> {
  const how = flags.how === undefined ? undefined : faultKind(flags.how);
  const deadlineMs = durationOf('timeout', flags.timeout);
  const settings = faultSettings(flags);
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
