import { daemonKey, type Broken } from '../forecast/condition.js';
import type { LabPlan } from '../plan/model.js';
import { entryOf, faultKinds } from '../topology/model/fault.js';
import type { FaultKind, OwnFault, PolicyFault, TargetKindOf } from '../topology/model/fault.js';
import type { FaultSettings } from '../topology/model/fault-settings.js';
import { keysOf } from './effect-keys.js';
import type { FaultEffect, Place } from './fault-effect.js';
import { floodOf, sinkholeOf } from './traffic-faults.js';
import { hijackOf, policyEnds } from './routing-faults.js';

/** A kind that is more than a target in one set of a condition. */
interface OwnKind<K extends OwnFault> {
  /** What it is, where it was asked for. Throws FAULT_UNSUPPORTED. */
  readonly effect: (place: Place<TargetKindOf<K>>, settings: FaultSettings, plan: LabPlan) => FaultEffect<K>;
  /** What it means for the forecast. */
  readonly breaks: (effect: FaultEffect<K>, broken: Broken) => void;
}

const ownKinds: { readonly [K in OwnFault]: OwnKind<K> } = {
  impair: {
    effect: ({ ends }, { impairment = {} }) => ({ kind: 'impair', ends, impairment }),
    breaks(effect, broken) {
      const { loss = 0, corrupt = 0, rateBps } = effect.impairment;
      broken.isLossy ||= loss > 0 || corrupt > 0 || rateBps !== undefined;
      if (loss === 1) for (const end of keysOf(effect)) broken.silentEnds.add(end);
    },
  },
  flap: {
    effect: ({ ends }, { periodMs = faultKinds.flap.settings.periodMs.usual }) => ({ kind: 'flap', ends, periodMs }),
    breaks({ periodMs }, broken) {
      broken.flapPeriodMs = Math.max(broken.flapPeriodMs, periodMs);
    },
  },
  hijack: {
    effect: ({ service, node }, { announce }, plan) => hijackOf(plan, service, node, announce),
    breaks(effect, { hijacks }) {
      hijacks.push(effect);
    },
  },
  'null-route': {
    effect: ({ service, node }, _, plan) => ({ ...hijackOf(plan, service, node, undefined), kind: 'null-route' }),
    breaks(effect, { hijacks, stoppedServices }) {
      hijacks.push(effect);
      for (const key of keysOf(effect)) stoppedServices.add(key);
    },
  },
  sinkhole: {
    effect: ({ service, node }, _, plan) => sinkholeOf(plan, service, node),
    breaks(effect, { hijacks }) {
      hijacks.push(effect);
    },
  },
  flood: {
    effect: ({ node }, settings, plan) => floodOf(plan, node, settings),
    breaks(_, broken) {
      // It may fill a link.
      broken.isLossy = true;
    },
  },
  prepend: {
    effect: (place, settings, plan) => ({
      kind: 'prepend',
      ends: policyEnds(plan, place, 'prepend'),
      policy: { prepend: valueOf('prepend', settings) },
    }),
    breaks: changePolicy,
  },
  med: {
    effect: (place, settings, plan) => ({
      kind: 'med',
      ends: policyEnds(plan, place, 'med'),
      policy: { med: valueOf('med', settings) },
    }),
    breaks: changePolicy,
  },
  'local-pref': {
    effect: (place, settings, plan) => ({
      kind: 'local-pref',
      ends: policyEnds(plan, place, 'local-pref'),
      policy: { localPreference: valueOf('local-pref', settings) },
    }),
    breaks: changePolicy,
  },
  kill: {
    effect: ({ daemon, node }, { keepRoutes = daemon === 'zebra' }) => ({ kind: 'kill', daemon, node, keepRoutes }),
    breaks({ daemon, node, keepRoutes }, { deadDaemons, routelessNodes }) {
      deadDaemons.add(daemonKey(daemon, node));
      // Only zebra removes routes from the kernel: if they stay, it has ended as well.
      if (keepRoutes) deadDaemons.add(daemonKey('zebra', node));
      else if (daemon === 'zebra') routelessNodes.add(node);
    },
  },
};

function valueOf(how: PolicyFault, { value = faultKinds[how].settings.value.usual }: FaultSettings): number {
  return value;
}

function changePolicy(effect: FaultEffect<PolicyFault>, { policies }: Broken): void {
  for (const end of keysOf(effect)) policies.set(end, { ...policies.get(end), ...effect.policy });
}

/** The effect of a fault at its place, which is one that its kind can have. Throws FAULT_UNSUPPORTED. */
export function effectAt(how: FaultKind, place: Place, settings: FaultSettings, plan: LabPlan): FaultEffect {
  if (isOwn(how)) return ownEffect(how, place, settings, plan);
  return { kind: how, ...place } as FaultEffect;
}

/** What a fault means for the forecast. */
export function breakBy(effect: FaultEffect, broken: Broken): void {
  const set = entryOf(effect.kind).breaks;
  if (set !== undefined) for (const key of keysOf(effect)) broken[set].add(key);
  else if (hasOwn(effect)) breakByOwn(effect, broken);
}

function isOwn(how: FaultKind): how is OwnFault {
  return how in ownKinds;
}

function hasOwn(effect: FaultEffect): effect is FaultEffect<OwnFault> {
  return isOwn(effect.kind);
}

function ownEffect<K extends OwnFault>(how: K, place: Place, settings: FaultSettings, plan: LabPlan): FaultEffect<K> {
  return ownKinds[how].effect(place as Place<TargetKindOf<K>>, settings, plan);
}

function breakByOwn<K extends OwnFault>(effect: FaultEffect<K>, broken: Broken): void {
  ownKinds[effect.kind].breaks(effect, broken);
}
