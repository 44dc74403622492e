import colors from 'picocolors';
import type { Verdict } from '../assert/verdict.js';
import type { LabPlan } from '../plan/model.js';
import type { BgpPath, RouteState } from '../protocol/lab-state.js';
import { plural, seconds } from './format.js';

export function upHeading(lab: string, plan: LabPlan, totalMs: number): string {
  const title = plan.title === undefined ? '' : colors.dim(`  ${plan.title}`);
  const size = `${plural(plan.nodes.length, 'node')}, ${plural(plan.links.length, 'link')}`;
  return `${colors.bold(lab)} is up after ${seconds(totalMs)}: ${size}${title}`;
}

/** What routers know of a service: every instance with its cost, and which route they installed. */
export function routesText(routes: readonly RouteState[]): string {
  return routes
    .map(({ router, address, alternatives, paths, installed }) => {
      const hops = [...new Set(installed.map((hop) => hop.node ?? hop.via))].join(', ');
      const known = [...alternatives.map(({ instance, cost }) => `${instance} at ${String(cost)}`), ...paths.map(pathText)].join(', ');
      const chosen = installed.length === 0 ? colors.red('installed no route') : `installed the route to ${colors.green(hops)}`;
      return `${router} knows ${address} from ${known === '' ? 'nobody' : known}; it ${chosen}`;
    })
    .join('\n');
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
      const word = { pass: colors.green('pass'), fail: colors.red('FAIL'), inconclusive: colors.yellow('????') }[verdict];
      return `${word}  ${text}${seen === undefined ? '' : `: saw ${seen}`}`;
    })
    .join('\n');
}
