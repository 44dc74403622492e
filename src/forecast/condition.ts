import type { BrokenSet } from '../topology/model/fault.js';
import type { RoutePolicy } from '../topology/model/topology.js';
import type { LabPlan, PlanLink } from '../plan/model.js';
import { protocols, type RoutingProtocol } from '../plan/protocols.js';

/**
 * What is broken in a lab at one moment. Keys are node names, `node:interface` for an end of a link, `service@node` for
 * an instance whose service does not answer, and `daemon@node`.
 */
export interface Condition {
  readonly crashedNodes: ReadonlySet<string>;
  /** Their processes are stopped; their kernels, and so their carriers, go on. */
  readonly frozenNodes: ReadonlySet<string>;
  readonly downEnds: ReadonlySet<string>;
  /** What they send is lost, and no carrier goes down. */
  readonly silentEnds: ReadonlySet<string>;
  readonly stoppedServices: ReadonlySet<string>;
  readonly deadDaemons: ReadonlySet<string>;
  /** Their kernels have no routes but to their own links. */
  readonly routelessNodes: ReadonlySet<string>;
  /** Instances, as `service@node`, whose address is withdrawn although they serve. */
  readonly withdrawnServices: ReadonlySet<string>;
  /**
   * Instances, as `service@node`, that stay announced although they do not answer: a check of their own goes on
   * succeeding, or they are the last resort.
   */
  readonly keptServices: ReadonlySet<string>;
  /** They ask not to be used where there is another way (RFC 8326, RFC 6987). */
  readonly drainedNodes: ReadonlySet<string>;
  /** They announce all routes that they receive to all neighbors. */
  readonly leakingNodes: ReadonlySet<string>;
  readonly hijacks: readonly Hijack[];
  /** What is changed in the BGP policy of an end of a link. */
  readonly policies: ReadonlyMap<string, RoutePolicy>;
  /** Some packets are lost on purpose, so that a lost probe says nothing of routing. */
  readonly isLossy: boolean;
  /** The period of a flap, during which nothing settles; 0 if nothing flaps. */
  readonly flapPeriodMs: number;
}

/** A node that announces what is not its own. All but a null route answer there by their own name. */
export interface Hijack {
  readonly kind: 'hijack' | 'null-route' | 'sinkhole';
  readonly node: string;
  readonly service: string;
  readonly prefixes: readonly string[];
}

/** A condition that is being put together. */
export interface Broken extends Record<BrokenSet | 'routelessNodes', Set<string>> {
  readonly keptServices: ReadonlySet<string>;
  readonly hijacks: Hijack[];
  readonly policies: Map<string, RoutePolicy>;
  isLossy: boolean;
  flapPeriodMs: number;
}

export function nothingBroken(): Broken {
  return {
    crashedNodes: new Set(),
    frozenNodes: new Set(),
    downEnds: new Set(),
    silentEnds: new Set(),
    stoppedServices: new Set(),
    deadDaemons: new Set(),
    routelessNodes: new Set(),
    withdrawnServices: new Set(),
    keptServices: new Set(),
    drainedNodes: new Set(),
    leakingNodes: new Set(),
    hijacks: [],
    policies: new Map(),
    isLossy: false,
    flapPeriodMs: 0,
  };
}

export const healthy: Condition = nothingBroken();

export function endKey(end: { readonly node: string; readonly interface: string }): string {
  return `${end.node}:${end.interface}`;
}

export function serviceKey(service: string, node: string): string {
  return `${service}@${node}`;
}

export function daemonKey(daemon: string, node: string): string {
  return `${daemon}@${node}`;
}

/** Whether a link has a carrier: both ends up, on nodes with power. */
export function hasCarrier(link: PlanLink, condition: Condition): boolean {
  return link.ends.every((end) => !condition.crashedNodes.has(end.node) && !hasEnd(condition.downEnds, end));
}

/** Whether a link carries packets, in both directions. */
export function isLinkUp(link: PlanLink, condition: Condition): boolean {
  return hasCarrier(link, condition) && link.ends.every((end) => !hasEnd(condition.silentEnds, end));
}

/** Most sets are empty, and links are many: then no key is written for it. */
function hasEnd(ends: ReadonlySet<string>, end: { readonly node: string; readonly interface: string }): boolean {
  return ends.size > 0 && ends.has(endKey(end));
}

/** Whether a node takes part in a routing protocol: it has power, its processes run, and its daemon is one of them. */
export function speaks(
  node: string,
  protocol: RoutingProtocol,
  { crashedNodes, frozenNodes, deadDaemons }: Condition,
): boolean {
  return (
    !crashedNodes.has(node) && !frozenNodes.has(node) && !deadDaemons.has(daemonKey(protocols[protocol].daemon, node))
  );
}

/** Whether the instance can be announced: its host runs, and its service answers or is kept in spite of it. */
export function isInstanceUp(service: string, node: string, condition: Condition): boolean {
  const key = serviceKey(service, node);
  return (
    !condition.crashedNodes.has(node) &&
    !condition.frozenNodes.has(node) &&
    !condition.withdrawnServices.has(key) &&
    (!condition.stoppedServices.has(key) || condition.keptServices.has(key))
  );
}

/** Whether packets that reach the instance get an answer. */
export function doesAnswer(service: string, node: string, { stoppedServices }: Condition): boolean {
  return !stoppedServices.has(serviceKey(service, node));
}

/** Whether a node's kernel follows its routing. */
export function isCurrent(node: string, { crashedNodes, frozenNodes, deadDaemons }: Condition): boolean {
  return !crashedNodes.has(node) && !frozenNodes.has(node) && !deadDaemons.has(daemonKey('zebra', node));
}

/** The same with one node thawed. */
export function thawed(node: string, condition: Condition): Condition {
  return { ...condition, frozenNodes: new Set([...condition.frozenNodes].filter((name) => name !== node)) };
}

/** The nodes of a plan by name. */
export function nodesByName(plan: LabPlan): ReadonlyMap<string, LabPlan['nodes'][number]> {
  return new Map(plan.nodes.map((node) => [node.name, node]));
}
