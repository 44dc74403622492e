import colors from 'picocolors';
import type { Verdict } from '../assert/verdict.js';
import type { LabPlan } from '../plan/model.js';
import { quietMs } from '../plan/timers.js';
import type { RouteState } from '../protocol/lab-state.js';
import { columns, GAP, groupedBy, plural, seconds } from './format.js';
import { filled, widthOf } from '../support/printable.js';
import { hopsText, knownParts, knownRoutesText, selectionText } from './words/known-routes.js';

const marks = { good: colors.green, bad: colors.red };

export function upHeading(lab: string, plan: LabPlan, totalMs: number): string {
  const title = plan.title === undefined ? '' : colors.dim(`  ${plan.title}`);
  const size = `${plural(plan.nodes.length, 'node')}, ${plural(plan.links.length, 'link')}`;
  const quiet = plan.forecast === 'off' ? `\nno forecast: routing has been quiet for ${seconds(quietMs(plan))}` : '';
  return `${colors.bold(lab)} is up after ${seconds(totalMs)}: ${size}${title}${quiet}`;
}

/**
 * What routers know of a service, a sentence for each: every instance with its cost, and which route they installed. A
 * sentence takes as many lines as it must to fit `width`.
 */
export function routesText(routes: readonly RouteState[], width = Infinity): string {
  return routes.map((route) => filled([knownRoutesText(route, marks)], width)).join('\n');
}

/**
 * The same as a table: a row for each router and service, or for each address where they differ. What a router knows takes
 * as many lines as it must for the table to fit `width`.
 */
export function routesTable(routes: readonly RouteState[], width = Infinity): string {
  const rows = groupedBy(routes, ({ router, service }) => `${router} ${service}`).flatMap((own) => {
    const told = own.map((route) => ({ ...route, cells: routeCells(route) }));
    const isOne = new Set(told.map(({ cells }) => cells.join('\0'))).size === 1;
    return isOne
      ? told.slice(0, 1).map(({ router, service, cells }) => [router, service, ...cells])
      : told.map(({ router, service, address, cells }) => [router, `${service} ${address}`, ...cells]);
  });
  const head = ['ROUTER', 'SERVICE', 'NEXT HOP', 'KNOWS'];
  const before = [0, 1, 2].reduce(
    (sum, nth) => sum + GAP + Math.max(...[head, ...rows].map((row) => widthOf(row[nth] ?? ''))),
    0,
  );
  const rest = Math.max(LEAST_KNOWS, width - before);
  return columns(
    head,
    rows.map(([router = '', service = '', next = '', ...knows]) => [router, service, next, filled(knows, rest)]),
  );
}

/** Narrower than that it would be a column of single words. */
const LEAST_KNOWS = 24;

/** The next hop that a router installed, and each thing that it knows. */
function routeCells(route: RouteState): readonly string[] {
  const { installed, covering, selection } = route;
  const next =
    installed.length > 0
      ? hopsText(installed, marks)
      : covering === null
        ? colors.red('none')
        : `${hopsText(covering.installed, marks)} by ${covering.prefix}`;
  const known = knownParts(route);
  const all = known.length === 0 ? ['no instance'] : known;
  const ended = all.map((each, nth) => `${each}${nth < all.length - 1 ? ',' : selection === undefined ? '' : ';'}`);
  return [next, ...ended, ...(selection === undefined ? [] : [`chooses by ${selectionText(selection, marks)}`])];
}

export function verdictsText(verdicts: readonly Verdict[]): string {
  let told = '';
  return verdicts
    .map(({ text, verdict, seen, causes = [] }) => {
      const word = {
        pass: colors.green('pass'),
        fail: colors.red('FAIL'),
        inconclusive: colors.yellow('inconclusive'),
      }[verdict];
      const line = `${word}  ${text}${seen === undefined ? '' : `: saw ${seen}`}`;
      // The same ones stand below the first of several that failed together.
      const isTold = causes.join('\n') === told;
      told = causes.join('\n');
      return [line, ...(isTold ? [] : causes.map((cause) => `      likely cause: ${cause}`))].join('\n');
    })
    .join('\n');
}
