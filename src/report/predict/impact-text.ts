import colors from 'picocolors';
import { beyondCapacity, isHarmless, type Impact, type Load } from '../../predict/failures.js';
import { columns, plural } from '../format.js';
import { shortened } from '../../support/printable.js';

const WIDTH = 80;
const CLIENTS_SHOWN = 3;
/** `--json` has all. */
const DETAILS_SHOWN = 40;

/** What every failure does, the most harmful first; those that nobody feels in one line. */
export function impactsText(impacts: readonly Impact[], clients: number, width = Infinity): string {
  const harmful = impacts.filter((impact) => !isHarmless(impact));
  const harmless = impacts.length - harmful.length;
  const rest = `${plural(harmless, 'failure')} of ${String(impacts.length)} ${harmless === 1 ? 'moves' : 'move'} nobody`;
  if (harmful.length === 0) return rest;
  const over = harmful.flatMap(({ loads }) => loads.filter((load) => beyondCapacity(load) > 0));
  const rows = harmful.map((impact) => [
    impact.failures.map(({ target }) => target).join(' + '),
    impact.unanswered.length === 0 ? '-' : colors.red(String(impact.unanswered.length)),
    String(new Set(impact.moves.flatMap((move) => move.clients)).size),
    mostLoadedText(impact.loads),
  ]);
  const head = ['FAILURE', 'NO ANSWER', 'MOVE', 'MOST TO'];
  const details = harmful.flatMap((impact) => {
    const name = impact.failures.map(({ target }) => target).join(' + ');
    return impact.moves.map(({ from, to, clients: moved }) =>
      shortened(`${name}: ${namesText(from)} -> ${namesText(to)}: ${clientsText(moved)}`, WIDTH),
    );
  });
  return [
    columns(head, rows, width),
    `\n${rest}; of ${plural(clients, 'client')}`,
    ...(over.length === 0
      ? []
      : [colors.red(`${plural(over.length, 'time')} an instance gets more than its capacity`)]),
    '',
    ...details.slice(0, DETAILS_SHOWN),
    ...(details.length > DETAILS_SHOWN
      ? [`and ${String(details.length - DETAILS_SHOWN)} more moves: --json has all`]
      : []),
  ].join('\n');
}

/** Who is fullest, where capacities are known; else who gets the most in addition. */
function mostLoadedText(loads: readonly Load[]): string {
  const hasCapacities = loads.some(({ capacity }) => capacity !== null);
  const weight = ({ before, after, capacity }: Load): number =>
    hasCapacities ? (capacity === null ? 0 : after / capacity) : after - before;
  const [most] = [...loads].sort((a, b) => weight(b) - weight(a) || b.after - a.after);
  if (most === undefined || weight(most) <= 0) return '-';
  const { instance, before, after, capacity } = most;
  const text = `${instance} ${amount(before)} -> ${amount(after)}`;
  if (capacity === null) return text;
  const full = `${text} of ${amount(capacity)}`;
  return beyondCapacity(most) > 0 ? colors.red(full) : full;
}

function amount(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function namesText(names: readonly string[]): string {
  return names.length === 0 ? 'nobody' : names.join(' or ');
}

function clientsText(clients: readonly string[]): string {
  const shown = clients.slice(0, CLIENTS_SHOWN).join(', ');
  return clients.length > CLIENTS_SHOWN ? `${shown} and ${String(clients.length - CLIENTS_SHOWN)} more` : shown;
}
