import { bgpForecast } from './bgp-forecast.js';
import { doesAnswer, type Condition } from './condition.js';
import type { Forecast } from './forecast-model.js';
import type { Family, LabPlan } from '../plan/model.js';
import { ospfForecast } from './ospf-forecast.js';
import {
  interiorProtocols,
  protocols,
  protocolsOf,
  routingProtocols,
  type RoutingProtocol,
} from '../plan/protocols.js';

/** The routes of hundreds of routers would fill the memory. */
const MOST_KNOWN = 128;

export type { Forecast } from './forecast-model.js';

/** The routing of a family if a protocol carries the services, over those that come before it. */
const forecasts: Readonly<Record<RoutingProtocol, typeof bgpForecast>> = {
  ospfv2: ospfForecast,
  ospfv3: ospfForecast,
  bgp: bgpForecast,
};

/**
 * The result of routing: by BGP and OSPF if nodes belong to autonomous systems, by OSPF alone if they do
 * not.
 */
export function forecast(plan: LabPlan, condition: Condition): Forecast {
  const spoken = new Set(plan.nodes.flatMap(({ routing }) => (routing === undefined ? [] : protocolsOf(routing))));
  const byFamily = new Map(
    plan.families.map((family) => [family, forecasts[carrierOf(family, spoken)](plan, condition, family)]),
  );
  const all = [...byFamily];
  const isOf = (prefix: string, family: Family): boolean => prefix.includes(':') === (family === 'ipv6');
  return {
    answer: once(
      ({ client, address, service }) => `${client} ${address} ${service}`,
      (question) => {
        const reached = byFamily.get(question.family)?.answer(question) ?? [];
        return new Set([...reached].filter((instance) => doesAnswer(question.service, instance, condition)));
      },
    ),
    routes: once(
      (node) => node,
      (node) =>
        new Map(all.flatMap(([family, own]) => [...own.routes(node)].filter(([prefix]) => isOf(prefix, family)))),
    ),
    unroutable: once(
      (node) => node,
      (node) => all.flatMap(([family, own]) => own.unroutable(node).filter((prefix) => isOf(prefix, family))),
    ),
  };
}

/** Worked out once for each key, as long as they are few: a step that waits looks some hundred times a second. */
function once<Asked, Result>(
  keyOf: (asked: Asked) => string,
  work: (asked: Asked) => Result,
): (asked: Asked) => Result {
  const known = new Map<string, Result>();
  return (asked) => {
    const key = keyOf(asked);
    const found = known.get(key);
    if (found !== undefined) return found;
    const result = work(asked);
    if (known.size === MOST_KNOWN) known.clear();
    known.set(key, result);
    return result;
  };
}

/** The last of the protocols that carry a family: it builds on the others. */
function carrierOf(family: Family, spoken: ReadonlySet<RoutingProtocol>): RoutingProtocol {
  const ofFamily = routingProtocols.filter((protocol) => protocols[protocol].families.includes(family));
  return ofFamily.findLast((protocol) => spoken.has(protocol)) ?? interiorProtocols[family];
}
