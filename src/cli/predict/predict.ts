import { Command, CommanderError } from 'commander';
import { LabError } from '../../errors.js';
import { planLab } from '../../plan/plan.js';
import { clientsOf } from '../../plan/roles.js';
import type { LabPlan } from '../../plan/model.js';
import { conditionAfter, type WordedChange } from '../../predict/changes.js';
import { diffPlans } from '../../predict/diff.js';
import { beyondCapacity, doubleFailures, impactsOf, singleFailures } from '../../predict/failures.js';
import { predict } from '../../predict/prediction.js';
import { diffText } from '../../report/predict/diff-text.js';
import { impactsText } from '../../report/predict/impact-text.js';
import { predictionsText } from '../../report/predict/prediction-text.js';
import { subnetRoutersText } from '../../report/predict/subnets-text.js';
import { didYouMean, listWords } from '../../support/suggest.js';
import { kindsOfFault } from '../../topology/model/fault.js';
import { topologyNamed } from '../../topology/named.js';
import { faultKind, faultSettings, type FaultFlags } from '../options/fault-flags.js';
import { withFaultFlags } from '../options/fault-options.js';
import { endWhenInterrupted, type Run } from '../run.js';
import { withMachines } from './machines.js';

export interface PredictFlags {
  readonly after: readonly string[];
  readonly client?: string;
  readonly service?: string;
  readonly allFailures?: boolean;
  readonly double?: boolean;
  readonly machines?: string;
}

/** Says who will answer each client, without a lab. */
export async function predictVerb({ output }: Run, name: string | undefined, flags: PredictFlags): Promise<number> {
  if (name === undefined)
    throw new LabError('USAGE', 'no topology given', {
      hint: 'nearcast predict figure3, or nearcast predict --as-graph FILE',
    });
  const plan = withMachines(planLab(await topologyNamed(name)), flags.machines);
  if (flags.allFailures === true) return allFailures(output, plan, flags);
  if (flags.double === true)
    throw new LabError('USAGE', '--double belongs to --all-failures', {
      hint: `predict ${name} --all-failures --double`,
    });
  const condition = conditionAfter(plan, flags.after.map(readChange));
  const predicted = predict(selected(plan, flags), condition);
  const { predictions, notes } = predicted;
  const subnetRouters = predicted.subnetRouters.filter(
    ({ client }) => flags.service === undefined && client === (flags.client ?? client),
  );
  output.document({ topology: plan.topology, after: flags.after, predictions, subnetRouters, notes });
  output.print(predictionsText(predictions));
  if (subnetRouters.length > 0) output.print(`\n${subnetRoutersText(subnetRouters)}`);
  for (const note of notes) output.print(`\nnote: ${note}`);
  return 0;
}

/** Exit status 1 where a client moves. */
export async function diffVerb({ output }: Run, before: string, after: string): Promise<number> {
  const [old, changed] = await Promise.all([before, after].map((each) => topologyNamed(each)));
  if (old === undefined || changed === undefined) throw new RangeError('two files have two topologies');
  const diff = diffPlans(planLab(old), planLab(changed));
  output.document({
    ...diff,
    moves: diff.moves.map(({ from, to, ...move }) => ({ ...move, from: sharesJson(from), to: sharesJson(to) })),
  });
  output.print(diffText(diff));
  return diff.moves.length === 0 ? 0 : 1;
}

function sharesJson(
  catchment: ReadonlyMap<string, number> | undefined,
): readonly { readonly instance: string; readonly share: number }[] | null {
  return catchment === undefined ? null : [...catchment].map(([instance, share]) => ({ instance, share }));
}

/** Exit status 1 where an instance would get more than it can carry. */
function allFailures(output: Run['output'], plan: LabPlan, flags: PredictFlags): number {
  if (flags.after.length > 0)
    throw new LabError('USAGE', '--after and --all-failures do not go together', {
      hint: 'leave one of them out; --all-failures --double has every two failures at once',
    });
  const asked = selected(plan, flags);
  endWhenInterrupted();
  const sets = flags.double === true ? doubleFailures(asked) : singleFailures(asked).map((each) => [each]);
  const impacts = impactsOf(asked, sets);
  output.document({ topology: plan.topology, failures: impacts });
  output.print(impactsText(impacts, new Set(asked.questions.map(({ client }) => client)).size, output.width));
  return impacts.some(({ loads }) => loads.some((load) => beyondCapacity(load) > 0)) ? 1 : 0;
}

/** The plan with the questions that were asked alone. Throws NODE_UNKNOWN. */
function selected(plan: LabPlan, { client, service }: PredictFlags): LabPlan {
  const clients = clientsOf(plan.nodes).map((node) => node.name);
  const services = plan.services.map((each) => each.name);
  refuseUnknown('client', client, clients);
  refuseUnknown('service', service, services);
  return {
    ...plan,
    questions: plan.questions.filter(
      (question) =>
        question.client === (client ?? question.client) && question.service === (service ?? question.service),
    ),
  };
}

function refuseUnknown(noun: string, name: string | undefined, names: readonly string[]): void {
  if (name === undefined || names.includes(name)) return;
  throw new LabError('NODE_UNKNOWN', `there is no ${noun} "${name}" in this topology`, {
    hint: didYouMean(name, names, `${noun}s`),
  });
}

/** A change as the words of the command line: `fail server-a --how freeze`, `drain router1`, `restore server-a`. */
function readChange(text: string): WordedChange {
  const [verb = '', ...rest] = text.trim().split(/\s+/);
  const kind = kindsOfFault.find((each) => each === verb);
  if (verb !== 'fail' && verb !== 'restore' && kind === undefined)
    throw new LabError('USAGE', `"${text}" does not begin with a change`, {
      hint: `write fail, restore, or a kind of fault: ${listWords(kindsOfFault, kindsOfFault.length)}`,
    });
  const command = withFaultFlags(new Command(verb).argument('<target>'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  try {
    command.parse(rest, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new LabError('USAGE', `in "${text}": ${error.message.replace(/^error: /, '')}`, {
      hint: 'write it as on the command line, as in --after "fail server-a --how freeze"',
    });
  }
  const flags = command.opts<FaultFlags>();
  const how = flags.how === undefined ? kind : faultKind(flags.how);
  return {
    action: verb === 'restore' ? 'restore' : 'fail',
    target: command.args[0] ?? '',
    how,
    settings: faultSettings(flags),
  };
}
