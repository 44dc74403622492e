import { readFile } from 'node:fs/promises';
import {
  catchmentsOf,
  movesBetween,
  weightsFrom,
  type AsCatchments,
  type SiteAsked,
} from '../../internet/catchments.js';
import type { AsGraph } from '../../internet/graph.js';
import { readAsGraph } from '../../internet/read.js';
import { changedSites, lossesOf } from '../../internet/what-if.js';
import { LabError, toLabError } from '../../errors.js';
import { asCatchmentsCsv, asCatchmentsText, asChangeText, asLossesText } from '../../report/predict/as-graph-text.js';
import { refuseUnwritable, writeReport } from '../report-files.js';
import type { Run } from '../run.js';

export interface AsGraphFlags {
  readonly asGraph?: string;
  readonly origins?: string;
  readonly add?: string;
  readonly lose?: string;
  readonly prepend?: string;
  readonly weights?: string;
  readonly csv?: string;
  readonly allFailures?: boolean;
}

/** Says which systems of a graph reach which site of an anycast prefix. */
export async function asGraphVerb(
  { output }: Run,
  topology: string | undefined,
  file: string,
  flags: AsGraphFlags,
): Promise<number> {
  if (topology !== undefined)
    throw new LabError('USAGE', `name a topology or use --as-graph, not both: "${topology}"`, {
      hint: `predict --as-graph ${file} --origins 64500,64501`,
    });
  const sites = sitesIn('origins', flags.origins);
  if (sites.length === 0)
    throw new LabError('USAGE', 'no site announces the prefix', {
      hint: `name the AS numbers of the sites, as in predict --as-graph ${file} --origins 64500,64501`,
    });
  const changes = {
    add: sitesIn('add', flags.add),
    lose: sitesIn('lose', flags.lose).map(({ asn }) => asn),
    prepend: sitesIn('prepend', flags.prepend),
  };
  const isChanged = [flags.add, flags.lose, flags.prepend].some((flag) => flag !== undefined);
  if (isChanged && flags.allFailures === true)
    throw new LabError('USAGE', '--all-failures loses each of the origins: it takes no other change', {
      hint: 'leave out --add, --lose and --prepend, or --all-failures',
    });
  const changed = changedSites(sites, changes);
  await refuseUnwritable(flags.csv, 'csv');
  const graph = await readAsGraph(file);
  const weights = flags.weights === undefined ? undefined : await weightsIn(flags.weights, graph);
  const before = catchmentsOf(graph, sites, weights);
  const hasWeights = weights !== undefined;
  const about = { ases: graph.asns.length, links: graph.links };
  let shown = before;
  if (flags.allFailures === true) {
    const losses = lossesOf(graph, sites, before, weights);
    output.document({
      ...about,
      ...toDocument(before),
      losses: losses.map(({ lost, moves, after }) => ({ lost, moves, after: toDocument(after) })),
    });
    output.print(`${asCatchmentsText(before, hasWeights)}\n\n${asLossesText(losses, before, hasWeights)}`);
  } else if (isChanged) {
    const after = catchmentsOf(graph, changed, weights);
    const moves = movesBetween(before, after, weights);
    output.document({ ...about, ...toDocument(before), after: toDocument(after), moves });
    output.print(asChangeText(before, after, moves, hasWeights));
    shown = after;
  } else {
    output.document({ ...about, ...toDocument(before) });
    output.print(asCatchmentsText(before, hasWeights));
  }
  await writeReport(flags.csv, () => asCatchmentsCsv(graph, shown));
  return 0;
}

function toDocument({ sites, weight, certain, tied, unreached }: AsCatchments): object {
  return { sites, weight, certain, tied, unreached };
}

/** `64500,64501:2`: AS numbers, each with how many times more it is prepended. Throws USAGE. */
function sitesIn(flag: string, text: string | undefined): readonly SiteAsked[] {
  if (text === undefined) return [];
  return text.split(',').map((word) => {
    const match = /^\s*(?:AS)?(\d{1,10})(?::(\d{1,2}))?\s*$/i.exec(word);
    if (match === null)
      throw new LabError('USAGE', `"${word}" is not an AS number`, { hint: `write it as in --${flag} 64500,64501:2` });
    return { asn: Number(match[1]), prepend: Number(match[2] ?? (flag === 'prepend' ? 1 : 0)) };
  });
}

async function weightsIn(file: string, graph: AsGraph): Promise<Float64Array> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new LabError('USAGE', `${file} cannot be read: ${toLabError(cause).message}`, {
      cause,
      hint: 'name a file with a line  asn|weight  for each system',
    });
  }
  return weightsFrom(text, graph, file);
}
