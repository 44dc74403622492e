import colors from 'picocolors';
import type { Verdict } from '../assert/verdict.js';
import type { LabPlan } from '../plan/model.js';
import { quietMs } from '../plan/timers.js';
import type { BgpPath, InstalledHop, RouteState } from '../protocol/lab-state.js';
import { plural, seconds } from './format.js';

export function upHeading(lab: string, plan: LabPlan, totalMs: number): string {
  const title = plan.title === undefined ? '' : colors.dim(`  ${plan.title}`);
  const size = `${plural(plan.nodes.length, 'node')}, ${plural(plan.links.length, 'link')}`;
  const quiet = plan.forecast === 'off' ? `\nno forecast: routing has been quiet for ${seconds(quietMs(plan))}` : '';
  return `${colors.bold(lab)} is up after ${seconds(totalMs)}: ${size}${title}${quiet}`;
}

/** What routers know of a service: every instance with its cost, and which route they installed. */
export function routesText(routes: readonly RouteState[]): string {
  return routes
    .map(({ router, address, alternatives, paths, installed, covering, selection }) => {
      const known = [
        ...alternatives.map(({ instance, cost }) => `${instance} at ${String(cost)}`),
        ...paths.map(pathText),
      ].join(', ');
      const chosen =
        installed.length > 0
          ? `installed the route to ${hopsText(installed)}`
          : covering === null
            ? colors.red('installed no route')
            : `installed no route of its own to it, but the covering ${covering.prefix} to ${hopsText(covering.installed)}`;
      return `${router} knows ${address} from ${known === '' ? 'no instance' : known}; it ${chosen}${selectionText(selection)}`;
    })
    .join('\n');
}

function selectionText(selection: RouteState['selection']): string {
  if (selection === undefined) return '';
  const among = selection.among.length === 0 ? colors.red('none') : colors.green(namedWithShares(selection));
  return `, but chooses by ${selection.by} among ${among}`;
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
