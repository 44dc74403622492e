import { lackingText } from '../report/words/lacking.js';
import type { Answer } from '../assert/answers.js';
import type { Progress } from '../protocol/messages.js';
import { answersText } from '../report/answers-text.js';
import { headingOf, testedText } from '../report/tested-text.js';
import { chooseRuntime } from '../runtime/registry.js';
import { planLab } from '../plan/plan.js';
import { planText } from '../report/plan-text.js';
import { routesTable, routesText, upHeading, verdictsText } from '../report/up-text.js';
import { up, type UpEvent } from '../scenario/up.js';
import { topologyWithPlaces } from '../topology/named.js';
import { formatNotes } from '../topology/topology-error.js';
import { labOptions, type LabFlags } from './flags.js';
import { WatchedSteps } from './live-line.js';
import { exitStatusOfVerdicts } from '../assert/exit-status.js';
import type { Run } from './run.js';

/** More routers than this would be a wall of text; `inspect` shows all. */
const ROUTERS_SHOWN = 4;
/** More sentences than this are read more easily as a table. */
const SENTENCES_SHOWN = 8;

export interface UpFlags extends LabFlags {
  readonly name?: string;
  readonly dryRun?: boolean;
  readonly student?: string;
}

export async function upVerb(run: Run, topologyName: string, flags: UpFlags): Promise<number> {
  const { output, signal } = run;
  const containers = chooseRuntime(flags.runtime).capabilities.images !== undefined;
  const { topology, notes } = await topologyWithPlaces(topologyName, { containers, student: flags.student });
  for (const note of formatNotes(notes)) output.warn(note);
  if (flags.dryRun === true) {
    const plan = planLab(topology);
    output.document({ plan });
    output.print(planText(plan, output.width));
    return 0;
  }
  const options = labOptions(flags);
  const steps = new WatchedSteps(output);
  const { lab, result } = await up(topology, {
    name: flags.name,
    ...options,
    signal,
    outlive: true,
    startedAtMs: 0,
    onEvent: (event) => steps.show(event, () => show(run, event)),
  });
  output.document(result);
  for (const note of result.notes ?? []) output.warn(note);
  if (result.expectations.length > 0) output.print(`\n${verdictsText(result.expectations)}`);
  const failed = result.steps.findLast(({ action }) => action === 'fail')?.target;
  output.print(nextText(run.command, lab.name, failed, result.answers[0]));
  return exitStatusOfVerdicts(result.expectations);
}

async function show({ output }: Run, event: UpEvent): Promise<void> {
  switch (event.kind) {
    case 'prepare':
      output.progress(event.progress.topic, event.progress.text);
      return;
    case 'deploy':
      if (process.stderr.isTTY) output.progress(event.progress.phase, progressText(event.progress));
      else output.progress(event.progress.phase, PHASES[event.progress.phase]);
      return;
    case 'answers':
      output.progressDone();
      if (!output.json) output.print(await arrivalText(event, output.width));
      return;
    case 'step':
      output.print(`\n${headingOf(event.step)}`);
      return;
    case 'stepped':
      output.print(testedText(event.tested, output.width));
  }
}

const PHASES: Readonly<Record<Progress['phase'], string>> = {
  containers: 'starting containers',
  namespaces: 'making nodes',
  routers: 'starting nodes',
  links: 'bringing links up',
  converging: 'waiting for routing to converge',
};

function progressText({ phase, done, total, lacking }: Progress): string {
  const words = {
    containers: 'containers started',
    namespaces: 'nodes made',
    routers: 'nodes started',
    links: 'nodes linked',
    converging: 'routing nodes converged',
  };
  return `${String(done)} of ${String(total)} ${words[phase]}${lacking === undefined ? '' : ` (${lackingText(lacking)})`}`;
}

async function arrivalText(
  { lab, plan, answers }: Extract<UpEvent, { kind: 'answers' }>,
  width: number,
): Promise<string> {
  const firstRouters = [...new Set(answers.flatMap(({ path }) => path[0] ?? []))].slice(0, ROUTERS_SHOWN);
  const { routes } = await lab.inspect(firstRouters);
  return [
    upHeading(lab.name, plan, performance.now()),
    answersText(answers, width),
    ...(routes.length === 0 ? [] : [(routes.length > SENTENCES_SHOWN ? routesTable : routesText)(routes, width)]),
  ].join('\n\n');
}

function nextText(command: string, lab: string, failed: string | undefined, answer: Answer | undefined): string {
  const word = command.replace(/ --$/, '');
  const target = answer?.instance ?? undefined;
  const breakOrRestore = failed === undefined ? `${word} fail ${target ?? ''}` : `${word} restore ${failed}`;
  const lines = [
    answer === undefined
      ? [`${word} inspect`, 'its nodes, interfaces and addresses']
      : [`${word} who`, 'who answers each client, now'],
    ...(failed === undefined && target === undefined
      ? []
      : [[breakOrRestore, failed === undefined ? 'break it' : 'restore it']]),
    ...(answer === undefined ? [] : [[`${word} shell ${answer.client}`, 'look around inside']]),
    [`${word} down ${lab}`, 'remove the lab'],
  ];
  // The command may be a long path.
  const typedWidth = Math.max(36, ...lines.map(([typed = '']) => typed.length));
  return `\nnext:\n${lines.map(([typed = '', why = '']) => `  ${typed.padEnd(typedWidth)} ${why}`).join('\n')}`;
}
