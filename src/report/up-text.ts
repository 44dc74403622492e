import colors from 'picocolors';
import type { Verdict } from '../assert/verdict.js';
import type { LabPlan } from '../plan/model.js';
import { quietMs } from '../plan/timers.js';
import type { RouteState } from '../protocol/lab-state.js';
import { columns, groupedBy, plural, seconds } from './format.js';
import { hopsText, knownRoutesText, knownText, selectionText } from './words/known-routes.js';

const marks = { good: colors.green, bad: colors.red };

export function upHeading(lab: string, plan: LabPlan, totalMs: number): string {
  const title = plan.title === undefined ? '' : colors.dim(`  ${plan.title}`);
  const size = `${plural(plan.nodes.length, 'node')}, ${plural(plan.links.length, 'link')}`;
  const quiet = plan.forecast === 'off' ? `\nno forecast: routing has been quiet for ${seconds(quietMs(plan))}` : '';
  return `${colors.bold(lab)} is up after ${seconds(totalMs)}: ${size}${title}${quiet}`;
}

/** What routers know of a service, a sentence for each: every instance with its cost, and which route they installed. */
export function routesText(routes: readonly RouteState[]): string {
  return routes.map((route) => knownRoutesText(route, marks)).join('\n');
}

/** The same as a table: a row for each router and service, or for each address where they differ. */
export function routesTable(routes: readonly RouteState[]): string {
  const rows = groupedBy(routes, ({ router, service }) => `${router} ${service}`).flatMap((own) => {
    const told = own.map((route) => ({ ...route, cells: routeCells(route) }));
    const isOne = new Set(told.map(({ cells }) => cells.join('\0'))).size === 1;
    return isOne
      ? told.slice(0, 1).map(({ router, service, cells }) => [router, service, ...cells])
      : told.map(({ router, service, address, cells }) => [router, `${service} ${address}`, ...cells]);
  });
  return columns(['ROUTER', 'SERVICE', 'NEXT HOP', 'KNOWS'], rows);
}

/** The next hop that a router installed, and what it knows. */
function routeCells(route: RouteState): readonly string[] {
  const { installed, covering, selection } = route;
  const next =
    installed.length > 0
      ? hopsText(installed, marks)
      : covering === null
        ? colors.red('none')
        : `${hopsText(covering.installed, marks)} by ${covering.prefix}`;
  const chooses = selection === undefined ? '' : `; chooses by ${selectionText(selection, marks)}`;
  return [next, `${knownText(route) ?? 'no instance'}${chooses}`];
}

export function verdictsText(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(({ text, verdict, seen }) => {
      const word = {
        pass: colors.green('pass'),
        fail: colors.red('FAIL'),
        inconclusive: colors.yellow('inconclusive'),
      }[verdict];
      return `${word}  ${text}${seen === undefined ? '' : `: saw ${seen}`}`;
    })
    .join('\n');
}
