import type { Condition } from '../../../src/forecast/condition.js';
import type { Forecast } from '../../../src/forecast/forecast-model.js';
import { hostPrefix } from '../../../src/plan/addressing.js';
import type { Family, LabPlan, PlanInterface, PlanNode, Question } from '../../../src/plan/model.js';
import { parsePrefix } from '../../../src/support/ip.js';

/**
 * What a verdict depends on, as `node construct`: on the way of a client's queries in the network as it is when the verdict is
 * judged. `ospf ipv4 eth1` is an adjacency by its interface, `session 10.0.0.1` one of BGP by its neighbor, `origin 192.0.2.53/32` what a node
 * announces, `ospf ipv4`, `bgp ipv4` a protocol, `multipath ipv4` that equal routes are used, `notice eth1` that a silence was noticed there.
 */
export type Construct = string;

/** What it depends on who answers a question. */
export function evidenceOf(plan: LabPlan, routing: Forecast, question: Question): ReadonlySet<Construct> {
  const found = new Set<Construct>();
  const { start, hops, isStable } = routing.walk(question);
  if (start === undefined || !isStable) return found;
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  wayBack(nodes, start, question, found);
  const passed = new Set([start]);
  for (const name of passed) {
    const node = nodes.get(name);
    if (node === undefined) continue;
    const { ends, next } = hops(name);
    if (ends.length > 0) {
      found.add(`${name} origin ${hostPrefix(question.address)}`);
      if (node.routing?.bgp === undefined) found.add(`${name} ospf ${question.family} lo`);
    }
    protocolsOf(node, question.family, found);
    for (const each of next) {
      passed.add(each.node);
      const neighbor = nodes.get(each.node);
      if (neighbor !== undefined) adjacency(node, neighbor, question.family, found);
    }
    sessionsOf(nodes, routing, node, question, found);
  }
  return found;
}

/** Who noticed that the other end of a link fell silent: both ends of each that is silent now and was not before. */
export function noticesOf(plan: LabPlan, before: Condition, after: Condition): ReadonlySet<Construct> {
  const silent = (node: string, device: string): boolean => {
    const isNew = (set: keyof Condition, key: string): boolean =>
      (after[set] as ReadonlySet<string>).has(key) && !(before[set] as ReadonlySet<string>).has(key);
    return isNew('silentEnds', `${node}:${device}`) || isNew('frozenNodes', node);
  };
  return new Set(
    plan.links.flatMap(({ ends }) =>
      ends.some((end) => silent(end.node, end.interface))
        ? ends.map((end) => `${end.node} notice ${end.interface}`)
        : [],
    ),
  );
}

/** An answer comes back since the client's first router announces the prefix of its link. */
function wayBack(nodes: ReadonlyMap<string, PlanNode>, start: string, question: Question, found: Set<Construct>): void {
  const segments = new Set(nodes.get(question.client)?.interfaces.map(({ segment }) => segment));
  for (const item of nodes.get(start)?.interfaces ?? []) {
    if (!segments.has(item.segment)) continue;
    found.add(`${start} ospf ${question.family} ${item.name}`);
    for (const prefix of prefixesOf(item)) found.add(`${start} origin ${prefix}`);
  }
}

function adjacency(node: PlanNode, neighbor: PlanNode, family: Family, found: Set<Construct>): void {
  for (const [one, other] of [
    [node, neighbor],
    [neighbor, node],
  ] as const) {
    const there = new Set(other.interfaces.map(({ segment }) => segment));
    for (const item of one.interfaces)
      if (there.has(item.segment) && item.ospfNetwork !== 'none') found.add(`${one.name} ospf ${family} ${item.name}`);
  }
}

/** The sessions over which the routes that a node has chosen were learned, with both ends of each. */
function sessionsOf(
  nodes: ReadonlyMap<string, PlanNode>,
  routing: Forecast,
  node: PlanNode,
  question: Question,
  found: Set<Construct>,
): void {
  if (node.routing?.bgp === undefined) return;
  const chosen = (routing.decision(node.name, question)?.candidates ?? []).filter(({ isChosen }) => isChosen);
  if (chosen.length > 1) found.add(`${node.name} multipath ${question.family}`);
  for (const { by } of chosen) {
    const neighbor = nodes.get(by);
    if (neighbor === undefined || by === node.name) continue;
    for (const [one, other] of [
      [node, neighbor],
      [neighbor, node],
    ] as const) {
      protocolsOf(one, question.family, found);
      for (const session of one.routing?.bgp?.sessions ?? [])
        if (session.neighbor === other.name && session.family === question.family)
          found.add(`${one.name} session ${session.neighborAddress}`);
    }
  }
}

function protocolsOf({ name, routing }: PlanNode, family: Family, found: Set<Construct>): void {
  if (routing === undefined) return;
  if (routing.daemons.includes(family === 'ipv4' ? 'ospfd' : 'ospf6d')) found.add(`${name} ospf ${family}`);
  if (routing.bgp !== undefined) found.add(`${name} bgp ${family}`);
}

function prefixesOf({ addresses }: PlanInterface): readonly string[] {
  return addresses.flatMap((address) => parsePrefix(address)?.prefix.text ?? []);
}
