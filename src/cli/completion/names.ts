import type { Lab } from '../../lab/lab.js';
import { surveyLabs } from '../../lab/labs.js';
import type { LabPlan } from '../../plan/model.js';
import { runtimeNames } from '../../runtime/registry.js';
import { listBundled } from '../../topology/bundled.js';
import { howsOf, kindsOfFault } from '../../topology/model/fault.js';
import { MACHINE_WORD, targetKinds } from '../../topology/model/fault-target.js';
import { agentProbeKinds } from '../../topology/model/probe-kind.js';
import { parseTarget } from '../../topology/model/target.js';
import { withLab } from '../labs.js';
import type { Candidate, CommandLineWords } from './complete.js';
import { shells } from './scripts.js';

type NamesOf = (line: CommandLineWords) => Promise<readonly Candidate[]> | readonly Candidate[];

const namesOf: Readonly<Record<string, NamesOf>> = {
  lab: labs,
  '--lab': labs,
  topology: async () => (await listBundled()).map(({ name }) => ({ value: name, about: 'a bundled topology' })),
  node: (line) => inLab(line, nodes),
  where: (line) => inLab(line, (plan) => [...nodes(plan), ...ends(plan)]),
  target: (line) => (line.verb === 'restore' ? broken(line) : inLab(line, targets)),
  '--client': (line) => inLab(line, ({ questions }) => valuesOf(questions.map(({ client }) => client))),
  '--service': (line) => inLab(line, ({ services }) => valuesOf(services.map(({ name }) => name))),
  '--against': (line) => inLab(line, ({ services }) => valuesOf(services.map(({ name }) => name))),
  '--how': faultsOf,
  '--runtime': () => valuesOf(runtimeNames),
  '--kind': () => valuesOf(agentProbeKinds),
  shell: () => valuesOf(shells),
  action: () => valuesOf(['build', 'remove']),
};

/** The names that may stand at an argument or a flag; none where a file or a free text is meant, or no lab can be asked. */
export async function namesFor(what: string, line: CommandLineWords): Promise<readonly Candidate[]> {
  try {
    return (await namesOf[what]?.(line)) ?? [];
  } catch {
    // Nobody waits for a reason here: an empty list is one.
    return [];
  }
}

async function labs(): Promise<readonly Candidate[]> {
  const { labs: found } = await surveyLabs();
  return found.map(({ lab, topology }) => ({ value: lab, about: `a lab of ${topology}` }));
}

function inLab(line: CommandLineWords, read: (plan: LabPlan) => readonly Candidate[]): Promise<readonly Candidate[]> {
  return ofLabs(line, async (lab) => read(await lab.plan()));
}

/** What is broken now. */
function broken(line: CommandLineWords): Promise<readonly Candidate[]> {
  return ofLabs(line, async (lab) => {
    const { faults } = await lab.inspect([]);
    return faults.map(({ target, how }) => ({ value: target, about: how }));
  });
}

/** The names of the lab that the line says, or of every one that is up: --lab may come after the name. */
async function ofLabs(
  { flags }: CommandLineWords,
  ask: (lab: Lab) => Promise<readonly Candidate[]>,
): Promise<readonly Candidate[]> {
  const said = flags.get('--lab');
  if (said !== undefined) return withLab(said, ask);
  const { labs: found } = await surveyLabs();
  const asked = found.map(async ({ lab: name }) => ({ name, candidates: await withLab(name, ask) }));
  // One that does not answer hides no other.
  const answers = await Promise.allSettled(asked);
  return namesOfLabs(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])));
}

/** The names of several labs, each once, with what it is in which of them. */
export function namesOfLabs(
  found: readonly { readonly name: string; readonly candidates: readonly Candidate[] }[],
): readonly Candidate[] {
  if (found.length === 1) return found[0]?.candidates ?? [];
  const abouts = new Map<string, readonly string[]>();
  for (const { name, candidates } of found)
    for (const { value, about } of candidates)
      abouts.set(value, [...(abouts.get(value) ?? []), about === undefined ? name : `${about} in ${name}`]);
  return Array.from(abouts, ([value, about]) => ({ value, about: about.join(', ') }));
}

/** The faults that a target can have: all of them where none is typed yet. */
function faultsOf({ words: [typed] }: CommandLineWords): readonly Candidate[] {
  const target = typed === undefined ? undefined : parseTarget(typed);
  const hows = target === undefined ? kindsOfFault : howsOf(target.kind);
  return hows.map((how) => ({ value: how, about: aboutKind(how) }));
}

function nodes(plan: LabPlan): readonly Candidate[] {
  return plan.nodes.map(({ name, kind, role }) => ({ value: name, about: role === 'transit' ? kind : role }));
}

function ends(plan: LabPlan): readonly Candidate[] {
  return plan.nodes.flatMap(({ name, interfaces }) =>
    interfaces.map(({ name: item, link }) => ({ value: `${name}:${item}`, about: `an end of ${link}` })),
  );
}

function targets(plan: LabPlan): readonly Candidate[] {
  return [
    ...nodes(plan),
    ...plan.links.map(({ id }) => ({ value: id, about: 'a link' })),
    ...ends(plan),
    ...plan.services.flatMap(({ name, instances }) =>
      instances.map((instance) => ({ value: `${name}@${instance}`, about: 'the service of an instance' })),
    ),
    ...(plan.machines ?? []).map(({ name, nodes: { length } }) => ({
      value: `${MACHINE_WORD}@${name}`,
      about: `a machine with ${String(length)} nodes`,
    })),
    ...plan.nodes.flatMap(({ name, routing }) =>
      (routing?.daemons ?? []).map((daemon) => ({ value: `${daemon}@${name}`, about: 'an FRR daemon' })),
    ),
  ];
}

/** What can fail in this way: `node, link`. */
function aboutKind(how: (typeof kindsOfFault)[number]): string {
  return targetKinds.filter((kind) => howsOf(kind).some((each) => each === how)).join(', ');
}

function valuesOf(values: readonly string[]): readonly Candidate[] {
  return [...new Set(values)].map((value) => ({ value }));
}
