import type { Condition, Hijack } from '../forecast/condition.js';
import { daemonKey, endKey, serviceKey } from '../forecast/condition.js';
import type { Daemon, LabPlan, PlanLinkEnd } from '../plan/model.js';
import type { FaultKind, FaultSettings, Impairment } from '../topology/model/fault.js';
import type { RoutePolicy } from '../topology/model/topology.js';

/** What a fault takes away. */
export type FaultEffect =
  | { readonly kind: 'crash' | 'freeze'; readonly node: string }
  /** The ends go down, or what they send is lost while their carrier stays. */
  | { readonly kind: 'down' | 'silence' | 'partition'; readonly ends: readonly PlanLinkEnd[] }
  | { readonly kind: 'impair'; readonly ends: readonly PlanLinkEnd[]; readonly impairment: Impairment }
  | { readonly kind: 'flap'; readonly ends: readonly PlanLinkEnd[]; readonly periodMs: number }
  | { readonly kind: 'stop' | 'hang' | 'withdraw'; readonly service: string; readonly node: string }
  | { readonly kind: 'hijack'; readonly service: string; readonly node: string; readonly prefixes: readonly string[] }
  | { readonly kind: 'drain' | 'leak'; readonly node: string }
  /** What is said over the BGP policy of a node at these of its ends. */
  | { readonly kind: 'policy'; readonly ends: readonly PlanLinkEnd[]; readonly policy: RoutePolicy }
  | { readonly kind: 'kill'; readonly daemon: Daemon; readonly node: string; readonly keepRoutes: boolean };

/** A fault that lasts until it is restored. */
export interface ActiveFault {
  /** The same for every way to write the same target, and for faults that exclude each other there. */
  readonly key: string;
  /** The same for every way to write the same target. */
  readonly targetKey: string;
  /** As it was written. */
  readonly target: string;
  readonly how: FaultKind;
  readonly effect: FaultEffect;
  readonly settings: FaultSettings;
}

/** What is broken while these faults last. */
export function conditionOf(faults: Iterable<ActiveFault>): Condition {
  const crashedNodes = new Set<string>();
  const frozenNodes = new Set<string>();
  const downEnds = new Set<string>();
  const silentEnds = new Set<string>();
  const stoppedServices = new Set<string>();
  const deadDaemons = new Set<string>();
  const routelessNodes = new Set<string>();
  const withdrawnServices = new Set<string>();
  const drainedNodes = new Set<string>();
  const leakingNodes = new Set<string>();
  const hijacks: Hijack[] = [];
  const policies = new Map<string, RoutePolicy>();
  let isLossy = false;
  let flapPeriodMs = 0;
  for (const { effect } of faults) {
    switch (effect.kind) {
      case 'crash':
        crashedNodes.add(effect.node);
        break;
      case 'freeze':
        frozenNodes.add(effect.node);
        break;
      case 'down':
        for (const end of effect.ends) downEnds.add(endKey(end));
        break;
      case 'silence':
      case 'partition':
        for (const end of effect.ends) silentEnds.add(endKey(end));
        break;
      case 'impair':
        isLossy ||=
          (effect.impairment.loss ?? 0) > 0 ||
          (effect.impairment.corrupt ?? 0) > 0 ||
          effect.impairment.rateBps !== undefined;
        if (effect.impairment.loss === 1) for (const end of effect.ends) silentEnds.add(endKey(end));
        break;
      case 'flap':
        flapPeriodMs = Math.max(flapPeriodMs, effect.periodMs);
        break;
      case 'stop':
      case 'hang':
        stoppedServices.add(serviceKey(effect.service, effect.node));
        break;
      case 'withdraw':
        withdrawnServices.add(serviceKey(effect.service, effect.node));
        break;
      case 'hijack':
        hijacks.push(effect);
        break;
      case 'drain':
        drainedNodes.add(effect.node);
        break;
      case 'leak':
        leakingNodes.add(effect.node);
        break;
      case 'policy':
        for (const end of effect.ends) policies.set(endKey(end), { ...policies.get(endKey(end)), ...effect.policy });
        break;
      case 'kill':
        deadDaemons.add(daemonKey(effect.daemon, effect.node));
        // Nobody but zebra takes routes out of the kernel: where they stay, it has ended as well.
        if (effect.keepRoutes) deadDaemons.add(daemonKey('zebra', effect.node));
        else if (effect.daemon === 'zebra') routelessNodes.add(effect.node);
    }
  }
  return {
    crashedNodes,
    frozenNodes,
    downEnds,
    silentEnds,
    stoppedServices,
    deadDaemons,
    routelessNodes,
    withdrawnServices,
    drainedNodes,
    leakingNodes,
    hijacks,
    policies,
    isLossy,
    flapPeriodMs,
  };
}

/** The nodes that notice a fault at first hand: the broken one and those on a segment with what broke. */
export function nodesAround(effect: FaultEffect, plan: LabPlan): ReadonlySet<string> {
  const broken = new Set('ends' in effect ? effect.ends.map(endKey) : []);
  const isBroken = (node: string, device: string): boolean =>
    'ends' in effect ? broken.has(endKey({ node, interface: device })) : node === effect.node;
  const segmentOf = new Map(
    plan.nodes.flatMap(({ interfaces }) => interfaces.map(({ link, segment }) => [link, segment] as const)),
  );
  const touched = plan.links.filter(({ ends }) => ends.some((end) => isBroken(end.node, end.interface)));
  const segments = new Set(touched.map(({ id }) => segmentOf.get(id)));
  const around = plan.nodes.filter(({ interfaces }) => interfaces.some(({ segment }) => segments.has(segment)));
  return new Set([...('node' in effect ? [effect.node] : []), ...around.map(({ name }) => name)]);
}
