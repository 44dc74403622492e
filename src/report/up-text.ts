import colors from 'picocolors';
import type { Verdict } from '../assert/verdicts.js';
import type { LabPlan } from '../plan/model.js';
import type { RouteState } from '../protocol/messages.js';
import { plural, seconds } from './format.js';

export function upHeading(lab: string, plan: LabPlan, totalMs: number): string {
  const title = plan.title === undefined ? '' : colors.dim(`  ${plan.title}`);
  const size = `${plural(plan.nodes.length, 'node')}, ${plural(plan.links.length, 'link')}`;
  return `${colors.bold(lab)} is up after ${seconds(totalMs)}: ${size}${title}`;
}

/** What routers know of a service: every instance with its cost, and which route they installed. */
export function routesText(routes: readonly RouteState[]): string {
  return routes
    .map(({ router, address, alternatives, installed }) => {
      const hops = [...new Set(installed.map((hop) => hop.node ?? hop.via))].join(', ');
      const known = alternatives.map(({ instance, cost }) => `${instance} at ${String(cost)}`).join(', ');
      const chosen = installed.length === 0 ? colors.red('installed no route') : `installed the route to ${colors.green(hops)}`;
      return `${router} knows ${address} from ${known === '' ? 'nobody' : known}; it ${chosen}`;
    })
    .join('\n');
}

export function verdictsText(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(({ text, verdict, seen }) => {
      const word = verdict === 'pass' ? colors.green('pass') : colors.red('FAIL');
      return `${word}  ${text}${seen === undefined ? '' : `: saw ${seen}`}`;
    })
    .join('\n');
}
