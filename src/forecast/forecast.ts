import { bgpForecast } from './bgp-forecast.js';
import type { Condition } from './condition.js';
import type { Forecast } from './forecast-model.js';
import type { Family, LabPlan } from '../plan/model.js';
import { ospfForecast } from './ospf-forecast.js';

export type { Forecast } from './forecast-model.js';

/**
 * What routing should come to: by BGP and OSPF where nodes belong to autonomous systems, by OSPF alone where they do
 * not.
 */
export function forecast(plan: LabPlan, condition: Condition): Forecast {
  const forecastFamily = plan.nodes.some((node) => node.routing?.bgp !== undefined) ? bgpForecast : ospfForecast;
  const byFamily = new Map(plan.families.map((family) => [family, forecastFamily(plan, condition, family)]));
  const all = [...byFamily];
  const isOf = (prefix: string, family: Family): boolean => prefix.includes(':') === (family === 'ipv6');
  return {
    answer: (question) => byFamily.get(question.family)?.answer(question) ?? new Set(),
    routes: (node) =>
      new Map(all.flatMap(([family, own]) => [...own.routes(node)].filter(([prefix]) => isOf(prefix, family)))),
    unroutable: (node) => all.flatMap(([family, own]) => own.unroutable(node).filter((prefix) => isOf(prefix, family))),
  };
}
