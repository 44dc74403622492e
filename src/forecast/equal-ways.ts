import type { Condition } from './condition.js';
import { forecast, type Forecast } from './forecast.js';
import type { Routes } from './forecast-model.js';
import { longestMatch, prefixesAround } from './longest-match.js';
import type { Family, LabPlan, PlanNode, Question } from '../plan/model.js';
import { gatewayInUse, memo } from './reach.js';
import { partsOf } from '../plan/way.js';
import { familyOf } from '../support/family.js';

/** One of several equal next hops of a node, for a client's queries or for the answers to them. */
export interface EqualWay {
  readonly from: string;
  readonly interface: string;
  /** Which part of the client's flows goes there, as far as hashes are even. */
  readonly share: number;
}

/** More hops than any way of a lab has. */
const MOST_HOPS = 64;
/** A smaller share of a client's flows than this is taken for a loop without an exit. */
const LEAST_SHARE = 1e-6;

/**
 * Every next hop that some flow of a client may take where a node has more than one of equal cost, on the way to an
 * address and on the way back; none where each node has but one.
 */
export function equalWays(plan: LabPlan, condition: Condition): (question: Question) => readonly EqualWay[] {
  const walker = new Walker(plan, condition);
  return (question) => walker.waysOf(question);
}

class Walker {
  readonly #forecast: Forecast;
  readonly #nodes: ReadonlyMap<string, PlanNode>;
  readonly #routes: (node: string) => Routes;
  readonly #prefixes = memo(prefixesAround);

  constructor(
    readonly plan: LabPlan,
    readonly condition: Condition,
  ) {
    this.#forecast = forecast(plan, condition);
    this.#nodes = new Map(plan.nodes.map((node) => [node.name, node]));
    this.#routes = memo((node) => this.#forecast.routes(node));
  }

  waysOf(question: Question): readonly EqualWay[] {
    const client = this.#nodes.get(question.client);
    const gateway = gatewayInUse(this.plan, client, question, this.condition);
    const own = client?.interfaces.find(({ name }) => name === gateway?.interface);
    if (gateway === undefined || own === undefined) return [];
    const out = this.#spread(
      new Map([[gateway.node, 1]]),
      question.address,
      question.family,
      (node) => this.#nodes.get(node)?.serves.includes(question.address) === true,
    );
    const source = own.addresses
      .map((address) => address.split('/')[0] ?? address)
      .find((address) => familyOf(address) === question.family);
    const isThere = (node: string): boolean =>
      this.#nodes.get(node)?.interfaces.some(({ segment }) => segment === own.segment) === true;
    const back = source === undefined ? undefined : this.#spread(out.reached, source, question.family, isThere);
    return [...out.ways, ...(back?.ways ?? [])];
  }

  /**
   * How flows spread from some nodes on, hop by hop, until they are where `isEnd` says; and the equal-cost paths on the
   * way.
   */
  #spread(
    from: ReadonlyMap<string, number>,
    to: string,
    family: Family,
    isEnd: (node: string) => boolean,
  ): { readonly ways: readonly EqualWay[]; readonly reached: ReadonlyMap<string, number> } {
    const ways = new Map<string, EqualWay>();
    const reached = new Map<string, number>();
    let here = from;
    for (let hop = 0; hop < MOST_HOPS && here.size > 0; hop++) {
      const next = new Map<string, number>();
      for (const [node, share] of here) {
        if (share < LEAST_SHARE) continue;
        if (isEnd(node)) {
          reached.set(node, (reached.get(node) ?? 0) + share);
          continue;
        }
        const hops = this.#hops(node, to, family);
        const sum = hops.reduce((total, { weight }) => total + weight, 0);
        for (const { device, neighbor, weight } of hops) {
          const part = (share * weight) / sum;
          next.set(neighbor, (next.get(neighbor) ?? 0) + part);
          if (hops.length === 1) continue;
          const key = `${node} ${device} ${neighbor}`;
          ways.set(key, { from: node, interface: device, share: (ways.get(key)?.share ?? 0) + part });
        }
      }
      here = next;
    }
    return { ways: [...ways.values()], reached };
  }

  #hops(
    name: string,
    to: string,
    family: Family,
  ): readonly { readonly device: string; readonly neighbor: string; readonly weight: number }[] {
    const node = this.#nodes.get(name);
    if (node === undefined) return [];
    if (node.routing === undefined) {
      const gateway = gatewayInUse(this.plan, node, { client: name, service: '', address: to, family }, this.condition);
      return gateway === undefined ? [] : [{ device: gateway.interface, neighbor: gateway.node, weight: 1 }];
    }
    const route = longestMatch(this.#routes(name), this.#prefixes(to));
    return [...(route?.ways ?? [])].map((one) => ({ ...partsOf(one), weight: route?.weights?.get(one) ?? 1 }));
  }
}
