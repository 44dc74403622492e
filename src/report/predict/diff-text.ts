import colors from 'picocolors';
import type { FileDiff, MoveReason, PredictedMove } from '../../predict/diff.js';
import { alternatives } from '../../support/suggest.js';
import { plural } from '../format.js';
import { candidatesText } from '../words/decision.js';

/** Which clients move, and why. */
export function diffText({ moves, clients, added, removed }: FileDiff): string {
  const moved = new Set(moves.map(({ client }) => client)).size;
  return [
    ...moves.map(
      (move) =>
        `${move.client}  ${move.address}  ${catchmentText(move.from)} -> ${catchmentText(move.to)}\n  ${reasonText(move.why)}`,
    ),
    ...(added.length === 0 ? [] : [`${areClients(added, 'a new client', 'new clients')}, in the second file only`]),
    ...(removed.length === 0 ? [] : [`${areClients(removed, 'no client', 'no clients')} any more, in the second file`]),
    moved === 0
      ? `${colors.green('nobody moves')}: ${plural(clients, 'client')}`
      : colors.bold(`${String(moved)} of ${plural(clients, 'client')} ${moved === 1 ? 'moves' : 'move'}`),
  ].join('\n');
}

function areClients(names: readonly string[], one: string, several: string): string {
  return `${alternatives(names, 'and')} ${names.length === 1 ? `is ${one}` : `are ${several}`}`;
}

function catchmentText(catchment: PredictedMove['from']): string {
  if (catchment === undefined) return colors.red('no such address');
  if (catchment.size === 0) return colors.red('nobody');
  return colors.green(
    [...catchment]
      .map(([name, share]) => (share === 1 ? name : `${name} ${String(Math.round(share * 100))}%`))
      .join(', '),
  );
}

/** Why a client moves: `router1 chose server-a (cost 1), and chooses server-b (cost 2): server-a is no longer known`. */
function reasonText(why: MoveReason): string {
  switch (why.kind) {
    case 'address':
      return `the client asks this address in the ${why.file} file only`;
    case 'gateway':
      return why.after === undefined
        ? 'it reaches no router any more'
        : why.before === undefined
          ? `it reaches ${why.after} now`
          : `its first router was ${why.before}, and is ${why.after}`;
    case 'choice': {
      const former =
        why.before.length === 0
          ? ''
          : why.formerNow.length > 0
            ? `; no longer ${candidatesText(why.formerNow)}`
            : why.before.every(({ by }) => why.after.some((each) => each.by === by))
              ? ''
              : `; ${why.before.map(({ by }) => by).join(', ')} ${why.before.length === 1 ? 'is' : 'are'} no longer known there`;
      return `${why.node} chose ${candidatesText(why.before)}, and chooses ${candidatesText(why.after)}${former}`;
    }
  }
}
