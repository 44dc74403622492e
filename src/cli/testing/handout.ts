import { basename, extname } from 'node:path';
import { frrChoiceOf, type FrrChoice } from '../../frr/versions.js';
import { guideNamed } from '../../guide/guide-files.js';
import { LabError } from '../../errors.js';
import { planLab } from '../../plan/plan.js';
import { neededServers } from '../../plan/serve.js';
import { requireFrrChoice } from '../../runtime/registry.js';
import { writeHandout } from '../../setup/handout.js';
import { readDistribution } from '../../setup/machine.js';
import { listBundled, locateTopology } from '../../topology/bundled.js';
import { handedOut } from '../../topology/grading/handed-out.js';
import { loadText } from '../../topology/load.js';
import type { Topology } from '../../topology/model/topology.js';
import { topologyError } from '../../topology/topology-error.js';
import { studentId } from '../../topology/vary.js';
import { refuseUnwritable } from '../report-files.js';
import type { Run } from '../run.js';

export interface HandoutFlags {
  readonly student?: string;
  readonly frr?: string;
  readonly output: string;
}

interface HandedLab {
  readonly name: string;
  readonly topology: Topology;
  readonly varies: boolean;
  readonly files: readonly (readonly [path: string, text: string])[];
}

/** Packs labs without solutions, nearcast and all programs into an archive that needs no network. */
export async function handoutVerb(run: Run, names: readonly string[], flags: HandoutFlags): Promise<number> {
  const { output, signal } = run;
  await refuseUnwritable(flags.output, 'output');
  const labs: HandedLab[] = [];
  for (const name of names) labs.push(await labOf(name, flags.student));
  if (flags.student !== undefined && !labs.some(({ varies }) => varies))
    throw new LabError('USAGE', 'these labs are the same for every student: none has "vary"', {
      hint: 'leave --student out, or say in a file what varies',
    });
  const asked = (flags.frr ?? '').split(',').filter((text) => text !== '');
  const versions = new Set([
    ...asked.map((text) => requireFrrChoice('--frr', text.trim())),
    ...labs.flatMap(({ topology }) => versionsOf(topology)),
  ]);
  const plans = labs.map(({ topology }) => planLab(topology));
  await writeHandout(
    {
      name: 'nearcast-labs',
      files: new Map(labs.flatMap(({ files }) => files)),
      readme: readmeOf(labs, flags.student),
      versions: [...versions],
      servers: [...new Set(plans.flatMap((plan) => neededServers(plan)))],
    },
    flags.output,
    {
      signal,
      onProgress: (event) => {
        output.progress('handout', event.kind);
      },
    },
  );
  output.progressDone();
  output.document({ file: flags.output, labs: labs.map(({ name }) => name), frrVersions: [...versions] });
  output.print(
    `wrote ${flags.output}: ${labs.map(({ name }) => name).join(', ')}, for ${readDistribution().prettyName}`,
  );
  return 0;
}

async function labOf(name: string, student: string | undefined): Promise<HandedLab> {
  const path = await locateTopology(name);
  const loaded = await loadText(path);
  if ('problems' in loaded) throw topologyError(loaded.problems);
  const reading = handedOut(loaded.text, path, student);
  if ('problems' in reading) throw topologyError(reading.problems);
  const { topology } = reading.topology;
  if (topology.nodes.some(({ ownFrr }) => ownFrr !== undefined))
    throw new LabError('USAGE', `${name} names files beside it, which an archive does not have`, {
      hint: 'hand out a topology that needs no other file',
    });
  const isBundled = (await listBundled()).some((each) => each.path === path);
  const own = basename(path, extname(path));
  const guide = isBundled ? await guideNamed(own) : undefined;
  return {
    name: own,
    topology,
    varies: reading.varies,
    files: [
      [`topologies/${own}.yml`, reading.text],
      ...(guide === undefined ? [] : [[`docs/labs/${own}.md`, withoutAnswers(guide.markdown)] as const]),
    ],
  };
}

function versionsOf({ frrVersion, nodes }: Topology): readonly FrrChoice[] {
  return [frrVersion, ...nodes.map((node) => node.frrVersion)].flatMap((each) =>
    each === undefined ? [] : (frrChoiceOf(each) ?? []),
  );
}

/** Answers are folded away in a guide: here they are not there at all. */
function withoutAnswers(markdown: string): string {
  return markdown.replace(/<details>[^]*?<\/details>\n*/g, '');
}

function readmeOf(labs: readonly HandedLab[], student: string | undefined): string {
  const { prettyName } = readDistribution();
  const [first] = labs;
  return [
    `# Labs${student === undefined ? '' : ` for ${studentId(student)}`}`,
    '',
    `For ${prettyName} on ${process.arch}, with Node 20.19 or newer and the program \`ip\`. Neither a network nor root is needed.`,
    '',
    '```console',
    '$ ./nearcast doctor',
    ...new Set([
      ...labs.map(({ name, files }) => `$ ./nearcast ${files.length > 1 ? 'guide' : 'up'} ${name}`),
      `$ ./nearcast up ${first?.name ?? ''}`,
    ]),
    '$ ./nearcast down',
    '```',
    '',
    `The files of the labs are in \`package/topologies\`, the documentation in \`package/docs\`.`,
    '',
  ].join('\n');
}
