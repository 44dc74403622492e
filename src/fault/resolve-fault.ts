import { LabError } from '../errors.js';
import type { LabPlan, PlanLinkEnd } from '../plan/model.js';
import { listWords } from '../support/suggest.js';
import { targetWords } from '../topology/model/fault-target.js';
import { entryOf, howsOf, kindsWith, takesValue, usualHow } from '../topology/model/fault.js';
import type { FaultKind, KindSettings } from '../topology/model/fault.js';
import type { FaultSettings } from '../topology/model/fault-settings.js';
import { resolveTarget, type ResolvedTarget, type TargetIndex } from '../topology/model/target.js';
import type { ActiveFault } from './active-fault.js';
import type { Place } from './fault-effect.js';
import { effectAt } from './own-faults.js';
import { refuseSpeechless } from './routing-faults.js';

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
  const hows = howsOf(found.target.kind);
  const chosen = how ?? usualHow(found.target.kind);
  if (!hows.includes(chosen)) {
    throw new LabError('FAULT_UNSUPPORTED', `${target} cannot fail by "${chosen}"`, {
      hint: `${targetWords[found.target.kind]} fails by ${listWords(hows)}`,
    });
  }
  refuseForeignSettings(chosen, settings);
  if ('node' in found.target) refuseSpeechless(plan, found.target.node, chosen);
  const effect = effectAt(chosen, placeOf(plan, found, chosen), settings, plan);
  // Each end of a link has a policy of its own.
  const key =
    takesValue(chosen) && 'interface' in found.target ? `${found.target.node}:${found.target.interface}` : found.key;
  const lastsMs = entryOf(chosen).settings?.lastsMs;
  return {
    key: `${key} ${entryOf(chosen).group}`,
    targetKey: found.key,
    target,
    how: chosen,
    effect,
    settings: lastsMs === undefined ? settings : { forMs: lastsMs, ...settings },
  };
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

/** The settings that a user can give. */
type SettingKey = Exclude<keyof KindSettings, 'lastsMs'>;

/** What settings are called, for people. */
const settingWords: Readonly<Record<SettingKey, string>> = {
  impairment: 'an impairment (delay, loss, rate, ...)',
  periodMs: 'a period',
  keepRoutes: 'keeping routes',
  value: 'a value',
  announce: 'what is announced',
  against: 'what is flooded',
  protocol: 'a protocol',
  forge: 'forging addresses',
  packets: 'a number of packets',
};

function refuseForeignSettings(how: FaultKind, settings: FaultSettings): void {
  const own: KindSettings = entryOf(how).settings ?? {};
  for (const [setting, words] of Object.entries(settingWords) as [SettingKey, string][]) {
    if (settings[setting] === undefined || own[setting] !== undefined) continue;
    const [owner = how] = kindsWith(setting);
    throw new LabError('FAULT_UNSUPPORTED', `${words} belongs to --how ${owner}, not to ${how}`, {
      hint: `write --how ${owner}, or leave it out`,
    });
  }
  for (const [setting, words] of [
    ['value', 'a value'],
    ['packets', 'a number of packets'],
  ] as const) {
    const { [setting]: limits } = own;
    const { [setting]: said } = settings;
    if (said === undefined || limits === undefined || (said >= limits.least && said <= limits.most)) continue;
    const { least, most, usual } = limits;
    throw new LabError('FAULT_UNSUPPORTED', `${how} takes ${words} from ${String(least)} to ${String(most)}`, {
      hint: `write one of these, as in --${setting} ${String(usual)}`,
    });
  }
  if (own.impairment !== undefined && settings.impairment === undefined) {
    throw new LabError('FAULT_UNSUPPORTED', 'no impairment is given', {
      hint: 'add one or more, as in --loss 1% or --delay 10ms --jitter 2ms',
    });
  }
}

/** Where a fault of a target is. Throws TARGET_UNKNOWN for a daemon that does not run. */
function placeOf(plan: LabPlan, { target, link: position }: ResolvedTarget, how: FaultKind): Place {
  switch (target.kind) {
    case 'node':
      return { node: target.node };
    case 'service':
      return { service: target.service, node: target.node };
    case 'daemon': {
      const { daemon, node } = target;
      const running = plan.nodes.find(({ name }) => name === node)?.routing?.daemons ?? [];
      if (running.includes(daemon)) return { daemon, node };
      throw new LabError('TARGET_UNKNOWN', `${node} does not run ${daemon}`, {
        hint: running.length === 0 ? 'it runs no FRR' : `it runs ${listWords(running)}`,
      });
    }
    case 'machine': {
      const nodes = plan.machines?.find(({ name }) => name === target.machine)?.nodes ?? [];
      return how === 'partition' ? { ends: endsAround(plan, nodes, target.machine) } : { nodes };
    }
    case 'partition': {
      const [left, right] = target.sides.map((side) => new Set(side));
      const between = plan.links.filter(
        ({ ends: [a, b] }) =>
          (left?.has(a.node) === true && right?.has(b.node) === true) ||
          (left?.has(b.node) === true && right?.has(a.node) === true),
      );
      return { ends: between.flatMap(({ ends }) => ends) };
    }
    case 'link':
      return { ends: plan.links[position ?? -1]?.ends ?? [] };
    case 'interface':
      return { ends: [{ node: target.node, interface: target.interface }] };
  }
}

/** Both ends of all links between these nodes and others. Throws FAULT_UNSUPPORTED where there is none. */
function endsAround({ links }: LabPlan, nodes: readonly string[], machine: string): readonly PlanLinkEnd[] {
  const own = new Set(nodes);
  const between = links.filter(({ ends: [a, b] }) => own.has(a.node) !== own.has(b.node));
  if (between.length > 0) return between.flatMap(({ ends }) => ends);
  throw new LabError('FAULT_UNSUPPORTED', `no link leads from ${machine} to another machine`, {
    hint: `--how crash takes its nodes away`,
  });
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
    machines: (plan.machines ?? []).map(({ name }) => name),
  };
}
