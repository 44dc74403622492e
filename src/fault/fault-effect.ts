import type { Daemon, PlanLinkEnd } from '../plan/model.js';
import type { TargetKind } from '../topology/model/fault-target.js';
import {
  entryOf,
  type FaultKind,
  type Impairment,
  type PolicyFault,
  type TargetKindOf,
} from '../topology/model/fault.js';
import type { FloodProtocol } from '../topology/model/fault-settings.js';
import type { RoutePolicy } from '../topology/model/topology.js';

/** Where a fault is, by the kind of its target. */
export type Place<T extends TargetKind = TargetKind> = {
  node: { readonly node: string };
  link: { readonly ends: readonly PlanLinkEnd[] };
  interface: { readonly ends: readonly PlanLinkEnd[] };
  partition: { readonly ends: readonly PlanLinkEnd[] };
  /** All that it has; cut off, it is the ends of the links to others. */
  machine: { readonly nodes: readonly string[] };
  service: { readonly service: string; readonly node: string };
  daemon: { readonly daemon: Daemon; readonly node: string };
}[T];

/** What a router announces that is not its own. */
interface Taken {
  readonly prefixes: readonly string[];
}

/** What some kinds say besides where they are. */
interface Details extends Record<PolicyFault, { readonly policy: RoutePolicy }> {
  readonly impair: { readonly impairment: Impairment };
  readonly flap: { readonly periodMs: number };
  readonly hijack: Taken;
  readonly 'null-route': Taken;
  readonly sinkhole: Taken;
  readonly flood: {
    readonly addresses: readonly string[];
    readonly port: number;
    readonly packets: number;
    readonly protocol: FloodProtocol;
    /** Whether it sends from addresses that it does not have. */
    readonly forged: boolean;
  };
  readonly kill: { readonly keepRoutes: boolean };
}

/** What a place of each kind is in the end. */
type PlaceKindOf<K extends FaultKind> = K extends PolicyFault
  ? 'interface'
  : K extends 'partition'
    ? 'partition'
    : TargetKindOf<K>;

/** The nodes that a fault is at as a whole; none where it is at ends of links. */
export function nodesOf(effect: FaultEffect): readonly string[] {
  if ('nodes' in effect) return effect.nodes;
  return 'node' in effect ? [effect.node] : [];
}

/** What a fault takes away. A change of policy is one of the node's ends, also where the node was named. */
export type FaultEffect<K extends FaultKind = FaultKind> = {
  [P in K]: { readonly kind: P } & Place<PlaceKindOf<P>> & (P extends keyof Details ? Details[P] : unknown);
}[K];

/** Whether what the ends send is lost while their carrier stays. */
export function isSilence(effect: FaultEffect): effect is FaultEffect<'silence' | 'partition'> {
  return entryOf(effect.kind).breaks === 'silentEnds';
}
