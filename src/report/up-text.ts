import colors from 'picocolors';
import type { Verdict } from '../assert/verdict.js';
import type { LabPlan } from '../plan/model.js';
import { quietMs } from '../plan/timers.js';
import type { BgpPath, InstalledHop, RouteState } from '../protocol/lab-state.js';
import { columns, plural, seconds } from './format.js';

export function upHeading(lab: string, plan: LabPlan, totalMs: number): string {
  const title = plan.title === undefined ? '' : colors.dim(`  ${plan.title}`);
  const size = `${plural(plan.nodes.length, 'node')}, ${plural(plan.links.length, 'link')}`;
  const quiet = plan.forecast === 'off' ? `\nno forecast: routing has been quiet for ${seconds(quietMs(plan))}` : '';
  return `${colors.bold(lab)} is up after ${seconds(totalMs)}: ${size}${title}${quiet}`;
}

/** What routers know of a service, a sentence for each: every instance with its cost, and which route they installed. */
export function routesText(routes: readonly RouteState[]): string {
  return routes
    .map((route) => {
      const { router, address, installed, covering, selection } = route;
      const chosen =
        installed.length > 0
          ? `installed the route to ${hopsText(installed)}`
          : covering === null
            ? colors.red('installed no route')
            : `installed no route of its own to it, but the covering ${covering.prefix} to ${hopsText(covering.installed)}`;
      const chooses = selection === undefined ? '' : `, but chooses by ${selectionText(selection)}`;
      return `${router} knows ${address} from ${knownText(route) ?? 'no instance'}; it ${chosen}${chooses}`;
    })
    .join('\n');
}

/** The same as a table: a row for each router and service, or for each address where they differ. */
export function routesTable(routes: readonly RouteState[]): string {
  const isOfSame = (a: RouteState, b: RouteState): boolean => a.router === b.router && a.service === b.service;
  const rows = routes.flatMap((route, nth) => {
    const own = routes.filter((each) => isOfSame(each, route));
    const cells = own.map((each) => routeCells(each).join('\0'));
    const { router, service, address } = route;
    if (new Set(cells).size > 1) return [[router, `${service} ${address}`, ...routeCells(route)]];
    return routes.findIndex((each) => isOfSame(each, route)) === nth ? [[router, service, ...routeCells(route)]] : [];
  });
  return columns(['ROUTER', 'SERVICE', 'NEXT HOP', 'KNOWS'], rows);
}

/** The next hop that a router installed, and what it knows. */
function routeCells(route: RouteState): readonly string[] {
  const { installed, covering, selection } = route;
  const next =
    installed.length > 0
      ? hopsText(installed)
      : covering === null
        ? colors.red('none')
        : `${hopsText(covering.installed)} by ${covering.prefix}`;
  const chooses = selection === undefined ? '' : `; chooses by ${selectionText(selection)}`;
  return [next, `${knownText(route) ?? 'no instance'}${chooses}`];
}

function knownText({ alternatives, paths }: RouteState): string | undefined {
  const known = [...alternatives.map(({ instance, cost }) => `${instance} at ${String(cost)}`), ...paths.map(pathText)];
  return known.length === 0 ? undefined : known.join(', ');
}

function selectionText(selection: NonNullable<RouteState['selection']>): string {
  const among = selection.among.length === 0 ? colors.red('none') : colors.green(namedWithShares(selection));
  return `${selection.by} among ${among}`;
}

function namedWithShares({ among, weights }: NonNullable<RouteState['selection']>): string {
  const sum = (weights ?? []).reduce((total, weight) => total + weight, 0);
  return among
    .map((name, index) =>
      weights === undefined ? name : `${name} ${((100 * (weights[index] ?? 0)) / sum).toFixed(0)} %`,
    )
    .join(', ');
}

function hopsText(hops: readonly InstalledHop[]): string {
  return colors.green(
    [...new Set(hops.map((hop) => hop.node ?? (hop.via === '' ? hop.interface : hop.via)))].join(', '),
  );
}

function pathText({ via, asPath, localPreference, med, communities }: BgpPath): string {
  const notes = [
    ...(asPath === '' ? [] : [`AS path ${asPath}`]),
    ...(localPreference === null ? [] : [`preference ${String(localPreference)}`]),
    ...(med === null || med === 0 ? [] : [`MED ${String(med)}`]),
    ...communities,
  ];
  return `${via ?? 'itself'}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}

export function verdictsText(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(({ text, verdict, seen }) => {
      const word = { pass: colors.green('pass'), fail: colors.red('FAIL'), inconclusive: colors.yellow('????') }[
        verdict
      ];
      return `${word}  ${text}${seen === undefined ? '' : `: saw ${seen}`}`;
    })
    .join('\n');
}
