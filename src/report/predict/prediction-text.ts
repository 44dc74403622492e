import { stripVTControlCharacters } from 'node:util';
import colors from 'picocolors';
import type { Decision } from '../../forecast/forecast-model.js';
import type { Prediction, PredictedInstance } from '../../predict/prediction.js';
import { columns, hasSeveralServices } from '../format.js';
import { decisionText } from '../words/decision.js';

const WIDTH = 80;
/** A way is not shortened to less than this. */
const LEAST_PATH = 16;
/** More routers than this would be a wall of text. */
const ROUTERS_SHOWN = 4;

/** Who will answer, one row for each instance that may: a table of 80 columns, then what the first routers know. */
export function predictionsText(predictions: readonly Prediction[]): string {
  if (predictions.length === 0) return colors.dim('no client asks for a service in this topology');
  const decisions = decisionsText(predictions);
  return `${tableText(predictions)}${decisions === '' ? '' : `\n\n${decisions}`}`;
}

function tableText(predictions: readonly Prediction[]): string {
  const hasServices = hasSeveralServices(predictions);
  const hasAddresses = predictions.some((one) =>
    predictions.some(
      (other) =>
        other.address !== one.address &&
        other.client === one.client &&
        other.service === one.service &&
        other.family === one.family,
    ),
  );
  const head = [
    'CLIENT',
    ...(hasServices ? ['SERVICE'] : []),
    hasAddresses ? 'ADDRESS' : 'FAMILY',
    'ANSWERED BY',
    'COST',
    'PATH',
    'CERTAINTY',
  ];
  const rows = predictions.flatMap((prediction) =>
    rowsOf(prediction).map(({ instance, cost, path, ways }, nth) => ({
      path,
      ways,
      cells: [
        ...(nth > 0
          ? head.slice(0, hasServices ? 3 : 2).map(() => '')
          : firstCells(prediction, { hasServices, hasAddresses })),
        instance,
        cost,
      ],
      certainty: nth > 0 ? '' : certaintyText(prediction),
    })),
  );
  const taken = head
    .filter((word) => word !== 'PATH')
    .map((word, index) =>
      Math.max(
        word.length,
        ...rows.map(({ cells, certainty }) => stripVTControlCharacters([...cells, certainty][index] ?? '').length),
      ),
    )
    .reduce((sum, width) => sum + width + 2, 0);
  const room = Math.max(LEAST_PATH, WIDTH - taken);
  return columns(
    head,
    rows.map(({ cells, path, ways, certainty }) => [...cells, shortPath(path, ways, room), certainty]),
  );
}

function firstCells(
  { client, service, family, address }: Prediction,
  { hasServices, hasAddresses }: { readonly hasServices: boolean; readonly hasAddresses: boolean },
): readonly string[] {
  return [client, ...(hasServices ? [service] : []), hasAddresses ? address : family];
}

function rowsOf({ instances }: Prediction): readonly {
  readonly instance: string;
  readonly cost: string;
  readonly path: readonly string[];
  readonly ways: number;
}[] {
  if (instances.length === 0) return [{ instance: colors.red('nobody'), cost: '-', path: [], ways: 0 }];
  return instances.map((each) => ({
    instance: colors.green(instances.length === 1 ? each.instance : `${each.instance} ${shareText(each)}`),
    cost: each.cost === null ? '-' : String(each.cost),
    path: each.path,
    ways: each.ways,
  }));
}

function shareText({ share }: Pick<PredictedInstance, 'share'>): string {
  return `${String(Math.round(share * 100))}%`;
}

function certaintyText({ certainty }: Prediction): string {
  return { certain: certainty, tie: colors.yellow(certainty), unreached: colors.red(certainty) }[certainty];
}

/** As much of a way as there is room for, and how many more there are that are equal: `r1 > … > r9 > server-a (2 ways)`. */
function shortPath(path: readonly string[], ways: number, room: number): string {
  if (path.length === 0) return '-';
  const more = ways > 1 ? ` (${String(ways)} ways)` : '';
  for (let left = path.length; left >= 2; left--) {
    const shown =
      left === path.length
        ? path
        : [...path.slice(0, Math.ceil((left - 1) / 2)), '…', ...path.slice(path.length - Math.floor(left / 2))];
    const text = `${shown.join(' > ')}${more}`;
    if (text.length <= room) return text;
  }
  return `… > ${path.at(-1) ?? ''}${more}`;
}

function decisionsText(predictions: readonly Prediction[]): string {
  const decisions = new Map<string, Decision>();
  for (const { decision } of predictions)
    if (decision !== null) decisions.set(`${decision.node} ${decision.prefix}`, decision);
  const routers = [...new Set([...decisions.values()].map(({ node }) => node))];
  return [...decisions.values()]
    .filter(({ node }) => routers.indexOf(node) < ROUTERS_SHOWN)
    .map(decisionText)
    .join('\n');
}
