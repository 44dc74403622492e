import { familyOf } from '../support/family.js';
import { covers } from '../plan/addressing.js';
import type { Family, LabPlan, PlanNode, Question } from '../plan/model.js';
import { isFloating, type PlanStatic } from '../plan/parts/static-routes.js';
import { partsOf, way } from '../plan/way.js';
import { parsePrefix } from '../support/ip.js';
import { behalfNow } from './behalf-now.js';
import { daemonKey, hasCarrier, nodesByName, type Condition } from './condition.js';
import { segmentsUp } from './graph.js';
import type { Decision, Forecast, Hops, Route, Walk } from './forecast-model.js';
import { answeringThrough, connectivity, forwards, gatewayInUse, linkAt, memo } from './reach.js';
import { noHops, reachedBy } from './walk.js';

/** What a router's static routes make of a prefix: the neighbors, none where packets are discarded. */
interface StaticChoice {
  readonly prefix: string;
  readonly length: number;
  readonly isFloating: boolean;
  readonly hops: readonly NonNullable<PlanStatic['via']>[];
}

/**
 * The routing of a family with the static routes of its routers, which they tell nobody: protocols come to what they came
 * to without them, and each router takes the longest prefix.
 */
export function withStatics(base: Forecast, plan: LabPlan, condition: Condition, family: Family): Forecast {
  const nodes = nodesByName(plan);
  const choices = new Map(
    plan.nodes.flatMap((node) => {
      const own = choicesOf(plan, node, condition, family);
      return own.length === 0 ? [] : [[node.name, own] as const];
    }),
  );
  if (choices.size === 0) return base;
  const connected = connectivity(segmentsUp(plan, condition));
  const isOwn = (name: string, address: string): boolean => {
    const node = nodes.get(name);
    return node !== undefined && behalfNow(plan, node, condition).some((behalf) => behalf.address === address);
  };
  /** The static route by which a router sends packets to the address, where it has one that counts. */
  const chosen = (name: string, question: Question): StaticChoice | undefined => {
    const best = longest(choices.get(name) ?? [], question.address);
    if (best === undefined || isOwn(name, question.address)) return undefined;
    const known = base.decision(name, question)?.prefix;
    const knownLength = known === undefined ? -1 : lengthOf(known);
    const isFirst = best.length > knownLength || (best.length === knownLength && !best.isFloating);
    return isFirst ? best : undefined;
  };
  const next = (name: string, { hops }: StaticChoice, service: string): Hops => {
    const linked = hops.map(({ node }) => node).filter((node) => connected(name, node));
    const serving = plan.services.find((each) => each.name === service)?.instances ?? [];
    return {
      ends: linked.filter((node) => serving.includes(node)).map((instance) => ({ instance, through: [] })),
      next: linked.filter((node) => nodes.get(node)?.kind === 'router').map((node) => ({ node, weight: 1 })),
    };
  };
  /** Whether an answer finds its way from a node to the client: by protocols it does, unless a static route leads it away. */
  const findsBack = (from: string, question: Question): boolean => {
    const client = nodes.get(question.client);
    const gateway = gatewayInUse(plan, client, question, condition);
    const own = client?.interfaces.find(({ name }) => name === gateway?.interface);
    const address = own?.addresses.find((each) => familyOf(each) === family);
    if (address === undefined) return true;
    const [text = '', length = ''] = address.split('/');
    const network = parsePrefix(address)?.prefix.text ?? address;
    const visited = new Set([from]);
    for (const name of visited) {
      if (connected(name, question.client)) return true;
      const led = longest(
        (choices.get(name) ?? []).filter((each) => each.length >= Number(length) && !each.isFloating),
        text,
      );
      const ways = base.routes(name).get(network)?.ways;
      if (led === undefined && ways === undefined) return true;
      const onward =
        led === undefined ? [...(ways ?? [])].map((one) => partsOf(one).neighbor) : led.hops.map((hop) => hop.node);
      for (const each of onward) if (connected(name, each) && forwardsOrIs(each, question.client)) visited.add(each);
    }
    return false;
  };
  const forwardsOrIs = (name: string, client: string): boolean =>
    name === client || forwards(nodes.get(name), condition);
  const firstFor = (instance: string, question: Question): string | undefined =>
    nodes.get(instance)?.routing === undefined
      ? gatewayInUse(plan, nodes.get(instance), question, condition)?.node
      : instance;
  const walkOf = (question: Question): Walk => {
    const before = base.walk(question);
    const { start } = before;
    if (start === undefined) return before;
    const hops: Walk['hops'] = memo((name) => {
      const usual = before.hops(name);
      if (usual.ends.length > 0 || !forwards(nodes.get(name), condition)) return usual;
      const led = chosen(name, question);
      return led === undefined ? usual : led.hops.length === 0 ? noHops : next(name, led, question.service);
    });
    const reached = reachedBy(start, hops);
    const back = new Set(
      [...reached].filter((instance) => {
        const first = firstFor(instance, question);
        return first === undefined || findsBack(first, question);
      }),
    );
    return {
      ...before,
      hops,
      answering: condition.frozenNodes.has(start) ? answeringThrough(start, back, plan, question, condition) : back,
    };
  };
  return {
    walk: walkOf,
    answer: (question) => walkOf(question).answering,
    decision: (name, question) => decisionOf(base.decision(name, question), name, chosen(name, question)),
    routes(name) {
      const usual = base.routes(name);
      const own = choices.get(name);
      if (own === undefined || condition.frozenNodes.has(name)) return usual;
      const merged = new Map(usual);
      for (const choice of own) {
        if (isOwn(name, choice.prefix.split('/')[0] ?? '')) continue;
        if (!choice.isFloating || !merged.has(choice.prefix)) merged.set(choice.prefix, routeBy(choice));
      }
      return merged;
    },
    unroutable: (name) => {
      const own = new Set((choices.get(name) ?? []).map(({ prefix }) => prefix));
      return base.unroutable(name).filter((prefix) => !own.has(prefix));
    },
  };
}

/** Of each prefix the routes with the least distance, among those whose interface has a carrier. */
function choicesOf(plan: LabPlan, node: PlanNode, condition: Condition, family: Family): readonly StaticChoice[] {
  const { name, interfaces } = node;
  const statics = (node.routing?.statics ?? []).filter(({ prefix }) => familyOf(prefix) === family);
  if (statics.length === 0) return [];
  if (condition.crashedNodes.has(name) || condition.deadDaemons.has(daemonKey('staticd', name))) return [];
  const carries = (device: string): boolean => {
    const link = linkAt(plan, name, device);
    return link !== undefined && hasCarrier(link, condition);
  };
  const networks = new Set(
    interfaces.flatMap(({ name: device, addresses }) =>
      carries(device) ? addresses.map((address) => parsePrefix(address)?.prefix.text) : [],
    ),
  );
  const usable = statics.filter(
    ({ prefix, via }) => !networks.has(prefix) && (via === undefined || carries(via.interface)),
  );
  return [...new Set(usable.map(({ prefix }) => prefix))].map((prefix) => {
    const all = usable.filter((each) => each.prefix === prefix);
    const least = Math.min(...all.map(({ distance }) => distance));
    const best = all.filter(({ distance }) => distance === least);
    return {
      prefix,
      length: lengthOf(prefix),
      isFloating: isFloating({ distance: least }),
      hops: best.flatMap(({ via }) => via ?? []),
    };
  });
}

function longest(choices: readonly StaticChoice[], address: string): StaticChoice | undefined {
  return choices
    .filter(({ prefix }) => covers(prefix, address))
    .reduce<StaticChoice | undefined>(
      (best, each) => (best === undefined || each.length > best.length ? each : best),
      undefined,
    );
}

function lengthOf(prefix: string): number {
  return Number(prefix.split('/')[1]);
}

function routeBy({ hops }: StaticChoice): Route {
  const ways = new Set(hops.map(({ interface: device, node }) => way(device, node)));
  return { ways, least: [ways] };
}

function decisionOf(usual: Decision | undefined, node: string, led: StaticChoice | undefined): Decision | undefined {
  if (led === undefined) return usual;
  const by = led.hops.length === 0 ? ['nobody'] : led.hops.map((hop) => hop.node);
  const says = led.hops.length === 0 ? 'static route, discards' : 'static route';
  return {
    node,
    prefix: led.prefix,
    candidates: [
      ...by.map((each) => ({ by: each, says, isChosen: true })),
      ...(usual?.candidates ?? []).map((each) => ({ ...each, isChosen: false })),
    ],
  };
}
