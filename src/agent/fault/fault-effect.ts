import { LabError } from '../../errors.js';
import type { ActiveFault, FaultEffect } from '../../fault/active-fault.js';
import { endKey, serviceKey } from '../../forecast/condition.js';
import type { PlanLinkEnd } from '../../plan/model.js';
import { pollUntil } from '../../support/poll.js';
import type { Lab } from '../lab/lab.js';
import { learnedRoutes } from '../node/learned-routes.js';
import { movingIn } from '../system/signal-node.js';
import { processesOf } from '../system/node-process-list.js';
import type { RoutingActions } from './routing-actions.js';
import type { ServiceInstance } from '../service/service-instance.js';

/** The kernel, and the thread that answers, may be a little behind whoever told them. */
const EFFECT_DEADLINE_MS = 5000;

/**
 * Until the kernel shows what a fault did. Throws FAULT_INEFFECTIVE where it does not: no fault is reported that did
 * not happen.
 */
export async function seeEffect(
  lab: Lab,
  routing: RoutingActions,
  { effect, target, how }: ActiveFault,
): Promise<void> {
  const { held, last } = await pollUntil(
    () => missingOf(lab, routing, effect),
    (missing) => missing.length === 0,
    { everyMs: 2, deadlineMs: EFFECT_DEADLINE_MS },
  );
  if (held) return;
  throw new LabError('FAULT_INEFFECTIVE', `${how} of ${target} did not happen: ${last.join('; ')}`, {
    hint: 'nothing of it is left; is there a program in the node that works against it?',
  });
}

/** What of a fault is not so, in words; nothing where all of it is. */
async function missingOf(lab: Lab, routing: RoutingActions, effect: FaultEffect): Promise<readonly string[]> {
  switch (effect.kind) {
    case 'crash': {
      const node = lab.node(effect.node);
      const powered = node.isRunning ? [`processes of ${node.name} run still`] : [];
      return [
        ...powered,
        ...carriersOf(
          lab,
          node.plan.interfaces.map((item) => ({ node: node.name, interface: item.name })),
        ),
      ];
    }
    case 'freeze':
      return movingIn(lab.node(effect.node).initPid).map(({ name, pid }) => `${name} (${String(pid)}) goes on`);
    case 'down':
    case 'flap':
      return carriersOf(lab, effect.ends);
    case 'silence':
    case 'partition':
    case 'impair':
      return (await Promise.all(effect.ends.map((end) => unshapedAt(lab, end)))).flat();
    case 'withdraw':
      return (await Promise.all(instancesOf(lab, effect).map((instance) => instance.announcedAt())))
        .flat()
        .map((where) => `${where} has a way to it still`);
    case 'stop':
      return (await Promise.all(instancesOf(lab, effect).map(({ server }) => server.missingOfStop()))).flat();
    case 'hang':
      return (await Promise.all(instancesOf(lab, effect).map(({ server }) => server.missingOfHang()))).flat();
    case 'hijack':
    case 'drain':
    case 'leak':
    case 'policy':
      return routing.missingOf(effect);
    case 'kill':
      return survivors(lab, effect);
  }
}

function carriersOf(lab: Lab, ends: readonly Pick<PlanLinkEnd, 'node' | 'interface'>[]): readonly string[] {
  return ends
    .filter((end) => lab.node(end.node).hasCarrier(end.interface))
    .map((end) => `${endKey(end)} has its carrier`);
}

async function unshapedAt(lab: Lab, end: PlanLinkEnd): Promise<readonly string[]> {
  const shaper = lab.shapers.get(endKey(end));
  if (shaper === undefined || shaper.methods.length === 0) return [`${endKey(end)} is as it was`];
  const inPlace = await shaper.inPlace();
  return shaper.methods
    .filter((method) => !inPlace.includes(method))
    .map((method) => `the kernel has no ${method} at ${endKey(end)}`);
}

async function survivors(
  lab: Lab,
  { daemon, node: name, keepRoutes }: Extract<FaultEffect, { kind: 'kill' }>,
): Promise<readonly string[]> {
  const node = lab.node(name);
  const dead: ReadonlySet<string> = new Set(keepRoutes ? [daemon, 'zebra'] : [daemon]);
  const alive = processesOf(node.initPid)
    .filter((process) => dead.has(process.name))
    .map((process) => `${process.name} runs on ${name} (${String(process.pid)})`);
  const routes = daemon === 'zebra' && !keepRoutes ? await learnedRoutes(node) : [];
  return [...alive, ...routes.map((route) => `${name} has the route ${route} still`)];
}

export function instancesOf(
  lab: Lab,
  { service, node }: { readonly service: string; readonly node: string },
): readonly ServiceInstance[] {
  const wanted = serviceKey(service, node);
  return lab.instancesAt(node).filter((instance) => serviceKey(instance.service.name, instance.host.name) === wanted);
}
