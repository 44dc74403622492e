import { LabError } from '../errors.js';
import type { Daemon, LabPlan, PlanLinkEnd } from '../plan/model.js';
import { listWords } from '../support/suggest.js';
import type { FaultKind, FaultSettings } from '../topology/model/fault.js';
import {
  groupOfFault,
  howsOfTarget,
  resolveTarget,
  takesValue,
  targetWords,
  type ResolvedTarget,
  type TargetIndex,
} from '../topology/model/target.js';
import type { ActiveFault, FaultEffect } from './active-fault.js';
import { hijackOf, policyChange, speakerNamed } from './routing-faults.js';

const DEFAULT_FLAP_PERIOD_MS = 1000;

/**
 * The fault that a target and a `how` name. Throws TARGET_UNKNOWN where there is no such target in the lab, and
 * FAULT_UNSUPPORTED where this target cannot fail that way, or not with these settings.
 */
export function resolveFault(
  plan: LabPlan,
  target: string,
  how: FaultKind | undefined,
  settings: FaultSettings = {},
): ActiveFault {
  const found = findTarget(plan, target, how);
  const hows = howsOfTarget[found.target.kind];
  const chosen = how ?? hows[0];
  if (!hows.includes(chosen)) {
    throw new LabError('FAULT_UNSUPPORTED', `${target} cannot fail by "${chosen}"`, {
      hint: `${targetWords[found.target.kind]} fails by ${listWords(hows)}`,
    });
  }
  refuseForeignSettings(chosen, settings);
  const effect = effectOf(plan, found, chosen, settings);
  // Each end of a link has a policy of its own.
  const key =
    takesValue(chosen) && 'interface' in found.target ? `${found.target.node}:${found.target.interface}` : found.key;
  return { key: `${key} ${groupOfFault[chosen]}`, targetKey: found.key, target, how: chosen, effect, settings };
}

/** What is the same for every way to write a target. Throws TARGET_UNKNOWN. */
export function targetKeyOf(plan: LabPlan, target: string): string {
  return findTarget(plan, target, 'any').key;
}

function findTarget(plan: LabPlan, target: string, how: FaultKind | 'any' | undefined): ResolvedTarget {
  const found = resolveTarget(target, targetIndexOf(plan), how);
  if ('code' in found) throw new LabError('TARGET_UNKNOWN', found.message, { hint: found.hint() });
  return found;
}

function refuseForeignSettings(
  how: FaultKind,
  { impairment, periodMs, keepRoutes, value, announce }: FaultSettings,
): void {
  const refuse = (what: string, owner: FaultKind): never => {
    throw new LabError('FAULT_UNSUPPORTED', `${what} belongs to --how ${owner}, not to ${how}`, {
      hint: `write --how ${owner}, or leave it out`,
    });
  };
  if (impairment !== undefined && how !== 'impair') refuse('an impairment (delay, loss, rate, ...)', 'impair');
  if (periodMs !== undefined && how !== 'flap') refuse('a period', 'flap');
  if (keepRoutes !== undefined && how !== 'kill') refuse('keeping routes', 'kill');
  if (announce !== undefined && how !== 'hijack') refuse('what is announced', 'hijack');
  if (value !== undefined && !takesValue(how)) refuse('a value', 'prepend');
  if (how === 'impair' && impairment === undefined) {
    throw new LabError('FAULT_UNSUPPORTED', 'nothing is said of how packets are to be impaired', {
      hint: 'say it, as in --loss 1% or --delay 10ms --jitter 2ms',
    });
  }
}

function effectOf(
  plan: LabPlan,
  { target, link: position }: ResolvedTarget,
  how: FaultKind,
  settings: FaultSettings,
): FaultEffect {
  switch (target.kind) {
    case 'node':
      if (takesValue(how)) return policyChange(plan, target.node, undefined, how, settings);
      if (how === 'drain' || how === 'leak') return { kind: how, node: speakerNamed(plan, target.node, how) };
      return { kind: how === 'freeze' ? 'freeze' : 'crash', node: target.node };
    case 'service':
      if (how === 'hijack') return hijackOf(plan, target.service, target.node, settings.announce);
      return { kind: how === 'hang' || how === 'withdraw' ? how : 'stop', service: target.service, node: target.node };
    case 'daemon':
      return killOf(plan, target.daemon, target.node, settings.keepRoutes ?? target.daemon === 'zebra');
    case 'partition': {
      const [left, right] = target.sides.map((side) => new Set(side));
      const between = plan.links.filter(
        ({ ends: [a, b] }) =>
          (left?.has(a.node) === true && right?.has(b.node) === true) ||
          (left?.has(b.node) === true && right?.has(a.node) === true),
      );
      return { kind: 'partition', ends: between.flatMap(({ ends }) => ends) };
    }
    case 'link':
      return linkEffect(plan.links[position ?? -1]?.ends ?? [], how, settings);
    case 'interface':
      if (takesValue(how)) return policyChange(plan, target.node, target.interface, how, settings);
      return linkEffect([{ node: target.node, interface: target.interface }], how, settings);
  }
}

function linkEffect(
  ends: readonly PlanLinkEnd[],
  how: FaultKind,
  { impairment = {}, periodMs = DEFAULT_FLAP_PERIOD_MS }: FaultSettings,
): FaultEffect {
  if (how === 'impair') return { kind: 'impair', ends, impairment };
  if (how === 'flap') return { kind: 'flap', ends, periodMs };
  return { kind: how === 'silence' ? 'silence' : 'down', ends };
}

function killOf(plan: LabPlan, daemon: Daemon, node: string, keepRoutes: boolean): FaultEffect {
  const running = plan.nodes.find(({ name }) => name === node)?.routing?.daemons ?? [];
  if (!running.includes(daemon)) {
    throw new LabError('TARGET_UNKNOWN', `${node} does not run ${daemon}`, {
      hint: running.length === 0 ? 'it runs no FRR' : `it runs ${listWords(running)}`,
    });
  }
  return { kind: 'kill', daemon, node, keepRoutes };
}

function targetIndexOf(plan: LabPlan): TargetIndex {
  const linksBetween = new Map<string, number[]>();
  const linkAt = new Map<string, number>();
  plan.links.forEach(({ ends }, position) => {
    const [a, b] = ends;
    for (const pair of [`${a.node}/${b.node}`, `${b.node}/${a.node}`]) {
      linksBetween.set(pair, [...(linksBetween.get(pair) ?? []), position]);
    }
    for (const end of ends) linkAt.set(`${end.node}:${end.interface}`, position);
  });
  return {
    nodes: new Map(plan.nodes.map((node) => [node.name, node])),
    services: new Map(plan.services.map((service) => [service.name, service])),
    linksBetween,
    linkAt,
  };
}
