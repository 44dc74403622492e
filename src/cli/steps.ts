import { judgeRssac047, rssac047 } from '../assert/rssac047.js';
import { exitStatusOfVerdicts } from '../assert/exit-status.js';
import type { Lab } from '../lab/lab.js';
import { resolveFault } from '../fault/resolve-fault.js';
import { networkOfPlan } from '../picture/network.js';
import { rssac047Text } from '../report/rssac047-text.js';
import { stepHeading, stepText } from '../report/step-text.js';
import { toStepReport, type StepReport } from '../scenario/step-report.js';
import { refuseUnwritable, reportOrigin, writeReport } from './report-files.js';
import { faultKind, faultSettings, type FaultFlags } from './options/fault-flags.js';
import { durationOf } from './flags.js';
import { PUBLISH_WITHIN_MS } from '../topology/file/steps.js';
import { failWords } from '../topology/model/fault.js';
import { zoneName } from '../topology/model/names.js';
import type { ChangePart } from '../topology/model/step.js';
import type { Tested } from '../view/recordings-file.js';
import { watching } from './live-line.js';
import { withLab } from './labs.js';
import type { Run } from './run.js';

export interface StepFlags extends FaultFlags {
  readonly lab?: string;
  readonly timeout?: string;
  readonly html?: string;
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
  await refuseUnwritable(flags.html, 'html');
  return withLab(flags.lab, async (lab) => {
    const page = flags.html === undefined ? undefined : await beforeStep(lab);
    const observed = await watching(output, lab, () =>
      action === 'fail'
        ? lab.fail(target, { how, settings, deadlineMs, signal })
        : lab.restore(target, { how, deadlineMs, signal }),
    );
    const report = toStepReport(observed);
    output.document(report);
    output.print(`${stepHeading(report)}\n${stepText(report)}`);
    if (flags.for !== undefined) output.print(`  ends by itself ${flags.for} after it began`);
    const title = action === 'fail' ? failWords(report.target, report.how) : `restore ${report.target} (${report.how})`;
    if (page !== undefined) {
      const [{ htmlReport }, { replayOf }] = await Promise.all([
        import('../report/html/html.js'),
        import('../view/recordings-file.js'),
      ]);
      const tested = page({ action, target, how, settings }, title, report);
      const replay = await replayOf([tested]);
      await writeReport(flags.html, () => htmlReport([tested.report], reportOrigin([lab.name], title), replay));
    }
    return report.settled ? 0 : 1;
  });
}

/** Who answers before a step, and what is broken; what it returns is the test of a lab in which only that step was done. */
async function beforeStep(lab: Lab): Promise<(part: ChangePart, title: string, report: StepReport) => Tested> {
  const startedAt = new Date().toISOString();
  const [plan, answers, { faults }] = await Promise.all([lab.plan(), lab.who(), lab.inspect([])]);
  const broken = faults.map((fault) => resolveFault(plan, fault.target, fault.how, fault.settings));
  return (part, title, report) => ({
    played: { plan, scenario: [{ kind: 'change', parts: [part] }], broken },
    report: {
      topology: lab.name,
      title: plan.title,
      startedAt,
      network: networkOfPlan(plan),
      verdicts: [],
      answers,
      steps: [{ title, report, verdicts: [] }],
      timings: { upMs: 0, scenarioMs: 0, downMs: 0, waitingMs: 0 },
      noise: null,
      runs: 0,
      percentiles: [],
      error: undefined,
    },
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
    const publication = await watching(output, lab, () => lab.publish(zoneName(zone), withinMs));
    const verdicts = judgeRssac047(publication, { except: [], withinMs });
    output.document({ lab: lab.name, ...publication, rssac047: rssac047(publication), verdicts });
    output.print(rssac047Text(publication, output.width));
    for (const { text, verdict, seen } of verdicts.filter((each) => each.verdict !== 'pass'))
      output.print(`${verdict === 'fail' ? 'not met' : verdict}: ${text}${seen === undefined ? '' : `: ${seen}`}`);
    return exitStatusOfVerdicts(verdicts);
  });
}
