import { bgpForecast } from './bgp-forecast.js';
import { doesAnswer, type Condition } from './condition.js';
import type { Decision, Forecast, ForecastScope } from './forecast-model.js';
import type { Family, LabPlan } from '../plan/model.js';
import { ospfForecast } from './ospf-forecast.js';
import { memo } from './reach.js';
import { interiorProtocol, protocols, protocolsOf, routingProtocols, type RoutingProtocol } from '../plan/protocols.js';
import { familyOf } from '../support/family.js';
import { withStatics } from './static-forecast.js';
import { terrainOf } from './terrain.js';
import { noWalk } from './walk.js';

/** The routes of hundreds of routers would fill the memory. */
const MOST_KNOWN = 128;

export type { Forecast } from './forecast-model.js';

/** The routing of a family if a protocol carries the services, over those that come before it. */
const forecasts: Readonly<Record<RoutingProtocol, typeof bgpForecast>> = {
  ospfv2: ospfForecast,
  ospfv3: ospfForecast,
  isis: ospfForecast,
  bgp: bgpForecast,
};

/**
 * The result of routing: by BGP over OSPF or IS-IS if nodes belong to autonomous systems, by one of these
 * alone if they do not.
 */
export function forecast(plan: LabPlan, condition: Condition, scope: ForecastScope = 'all'): Forecast {
  const spoken = new Set(plan.nodes.flatMap(({ routing }) => (routing === undefined ? [] : protocolsOf(routing))));
  const terrain = terrainOf(plan, condition);
  const byFamily = new Map(
    plan.families.map((family) => {
      const base = forecasts[carrierOf(plan, family, spoken)](plan, condition, family, scope, terrain);
      return [family, withStatics(base, plan, condition, family)];
    }),
  );
  const all = [...byFamily];
  const decisions = new Map<string, Decision | undefined>();
  const isOf = (prefix: string, family: Family): boolean => familyOf(prefix) === family;
  return {
    // Who waits looks some hundred times a second.
    answer: memo(
      (question) => {
        const reached = byFamily.get(question.family)?.answer(question) ?? [];
        return new Set([...reached].filter((instance) => doesAnswer(question.service, instance, condition)));
      },
      ({ client, address, service }) => `${client} ${address} ${service}`,
      MOST_KNOWN,
    ),
    walk(question) {
      const walk = byFamily.get(question.family)?.walk(question) ?? noWalk;
      const answering = [...walk.answering].filter((instance) => doesAnswer(question.service, instance, condition));
      return { ...walk, answering: new Set(answering) };
    },
    decision(node, question) {
      const key = `${node} ${question.service} ${question.address}`;
      if (!decisions.has(key)) decisions.set(key, byFamily.get(question.family)?.decision(node, question));
      return decisions.get(key);
    },
    routes: memo(
      (node: string) =>
        new Map(all.flatMap(([family, own]) => [...own.routes(node)].filter(([prefix]) => isOf(prefix, family)))),
      String,
      MOST_KNOWN,
    ),
    unroutable: memo(
      (node: string) => all.flatMap(([family, own]) => own.unroutable(node).filter((prefix) => isOf(prefix, family))),
      String,
      MOST_KNOWN,
    ),
  };
}

/** The last of the protocols that carry a family: it builds on the others. */
function carrierOf(plan: LabPlan, family: Family, spoken: ReadonlySet<RoutingProtocol>): RoutingProtocol {
  const ofFamily = routingProtocols.filter((protocol) => protocols[protocol].families.includes(family));
  return ofFamily.findLast((protocol) => spoken.has(protocol)) ?? interiorProtocol(plan, family);
}
