import { snapshotOf } from '../assert/snapshot.js';
import { LabError } from '../errors.js';
import { openLab, removeAllLabs, removeLab, surveyLabs } from '../lab/labs.js';
import type { Lab } from '../lab/lab.js';
import { nearestInstances } from '../lab/nearest.js';
import { answersText } from '../report/answers-text.js';
import { age, columns } from '../report/format.js';
import { inspectText } from '../report/inspect-text.js';
import { nearestText } from '../report/nearest-text.js';
import { rssac002, rssac002Yaml } from '../report/rssac002.js';
import type { LabRecord } from '../runtime/runtime.js';
import { listWords } from '../support/suggest.js';
import { MACHINE_WORD } from '../topology/model/fault-target.js';
import { refuseUnwritable, writeReport } from './report-files.js';
import type { Run } from './run.js';

export async function downVerb({ output }: Run, name: string | undefined, { all }: { all?: boolean }): Promise<number> {
  if (all === true && name !== undefined) {
    throw new LabError('USAGE', `name one lab or use --all, not both: "${name}"`, { hint: 'nearcast down --all' });
  }
  const onProgress = (text: string): void => {
    output.progress('ending', text);
  };
  const removed = all === true ? await removeAllLabs({ onProgress }) : [await removeLab(name, { onProgress })];
  output.progressDone();
  output.document({ removed });
  output.print(removed.length === 0 ? 'no lab was up' : `removed ${removed.join(', ')}`);
  return 0;
}

export async function listVerb({ output }: Run): Promise<number> {
  const { labs, troubles } = await surveyLabs();
  output.document({
    labs: labs.map(({ lab, topology, runtime, nodes, startedAt, phase, lost }) => ({
      lab,
      topology,
      runtime,
      nodes,
      startedAt,
      phase,
      ...(lost === undefined ? {} : { lost }),
    })),
  });
  for (const { message } of troubles) output.warn(message);
  for (const record of labs) warnOfLost(output, record);
  const rows = labs.map(({ lab, topology, runtime, nodes, startedAt, phase }) => [
    lab,
    topology,
    runtime,
    String(nodes),
    phase === 'up' ? age(Date.now() - Date.parse(startedAt)) : PHASES[phase],
  ]);
  output.print(
    rows.length === 0 ? 'no lab is up' : columns(['LAB', 'TOPOLOGY', 'RUNTIME', 'NODES', 'UP FOR'], rows, output.width),
  );
  return 0;
}

/** Says which machines of a lab are lost, and with which nodes. */
function warnOfLost(output: Run['output'], { lab, lost = [] }: LabRecord): void {
  for (const { machine, nodes } of lost)
    output.warn(
      `${machine} is lost, and with it of ${lab}: ${listWords(nodes)}; to start them again: nearcast restore ${MACHINE_WORD}@${machine} --lab ${lab}`,
    );
}

const PHASES = {
  deploying: 'being deployed',
  dead: 'dead: its agent has ended; down removes what is left',
  broken: 'its record is not valid; down removes it',
} as const;

export interface AskFlags {
  readonly client?: string;
  readonly service?: string;
}

export interface WhoFlags extends AskFlags {
  readonly snapshot?: string;
  readonly nearest?: boolean;
}

export async function whoVerb(
  { output, signal }: Run,
  name: string | undefined,
  { snapshot, nearest, ...asked }: WhoFlags,
): Promise<number> {
  if (snapshot !== undefined) await refuseUnwritable(snapshot, 'snapshot');
  return withLab(
    name,
    async (lab) => {
      warnOfLost(output, lab.record);
      const near = nearest === true ? await nearestInstances(lab, asked) : undefined;
      const answers = near ?? (await lab.who(asked));
      output.document({ lab: lab.name, answers, ...lostOf(lab) });
      output.print(near === undefined ? answersText(answers, output.width) : nearestText(near, output.width));
      await writeReport(snapshot, () => `${JSON.stringify(snapshotOf(lab.record.topology, answers), undefined, 2)}\n`);
      return 0;
    },
    signal,
  );
}

function lostOf({ record: { lost } }: Lab): Pick<LabRecord, 'lost'> {
  return lost === undefined ? {} : { lost };
}

export async function inspectVerb({ output, signal }: Run, name: string | undefined): Promise<number> {
  return withLab(
    name,
    async (lab) => {
      const state = await lab.inspect();
      warnOfLost(output, lab.record);
      output.document({ lab: lab.name, ...state, ...lostOf(lab) });
      output.print(inspectText(state, output.width));
      return 0;
    },
    signal,
  );
}

/** What name servers have received and sent, as YAML. */
export async function countsVerb(
  { output, signal }: Run,
  name: string | undefined,
  { service }: Pick<AskFlags, 'service'>,
): Promise<number> {
  return withLab(
    name,
    async (lab) => {
      const instances = (await lab.counts()).filter((each) => service === undefined || each.service === service);
      if (instances.length === 0)
        throw new LabError('USAGE', `no NSD ${service === undefined ? '' : `of ${service} `}runs in this lab`, {
          hint: 'only NSD counts what it serves:  serve: nsd',
        });
      const metrics = rssac002(instances);
      output.document({ lab: lab.name, instances, rssac002: metrics });
      output.printAsIs(rssac002Yaml(metrics, Date.now()));
      return 0;
    },
    signal,
  );
}

/** Connects to a lab for one verb; one that only asks is left at once where the signal says so. */
export async function withLab<T>(
  name: string | undefined,
  work: (lab: Lab) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const lab = await openLab(name);
  const leave = (): void => {
    lab.close();
  };
  signal?.addEventListener('abort', leave, { once: true });
  try {
    signal?.throwIfAborted();
    return await work(lab);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', leave);
    lab.close();
  }
}
