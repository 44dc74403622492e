import { LabError } from '../../errors.js';
import type { ActiveFault } from '../../fault/active-fault.js';
import type { FaultEffect } from '../../fault/fault-effect.js';
import { endKey, serviceKey } from '../../forecast/condition.js';
import type { PlanLinkEnd } from '../../plan/model.js';
import { pollUntil } from '../../support/poll.js';
import type { RunningLab } from '../lab/running-lab.js';
import { learnedRoutes } from '../node/learned-routes.js';
import type { ServiceInstance } from '../service/service-instance.js';
import { processesOf } from '../system/node-process-list.js';

/** The kernel, and the thread that answers, may react a little later than the command. */
const EFFECT_DEADLINE_MS = 5000;

/**
 * Until nothing of what a fault did is missing. Throws FAULT_INEFFECTIVE where it stays so: no fault is reported that
 * did not happen.
 */
export async function seeEffect(
  { target, how }: ActiveFault,
  missing: () => readonly string[] | Promise<readonly string[]>,
): Promise<void> {
  const { held, last } = await pollUntil(
    async () => missing(),
    (lacking) => lacking.length === 0,
    { everyMs: 2, deadlineMs: EFFECT_DEADLINE_MS },
  );
  if (held) return;
  throw new LabError('FAULT_INEFFECTIVE', `${how} of ${target} did not happen: ${last.join('; ')}`, {
    hint: 'it was undone; check whether a program in the node works against it',
  });
}

/** Which ends have a carrier. */
export function carriersAt(
  lab: RunningLab,
  ends: readonly Pick<PlanLinkEnd, 'node' | 'interface'>[],
): readonly string[] {
  return ends
    .filter((end) => lab.node(end.node).hasCarrier(end.interface))
    .map((end) => `${endKey(end)} still has carrier`);
}

/** Where the packets of an end are not shaped as they should be. */
export async function unshapedAt(lab: RunningLab, end: PlanLinkEnd): Promise<readonly string[]> {
  const shaper = lab.shapers.get(endKey(end));
  if (shaper === undefined || shaper.methods.length === 0) return [`${endKey(end)} is unchanged`];
  const inPlace = await shaper.inPlace();
  return shaper.methods
    .filter((method) => !inPlace.includes(method))
    .map((method) => `the kernel shows no ${method} at ${endKey(end)}`);
}

/** What is left of a daemon that was killed. */
export async function survivors(
  lab: RunningLab,
  { daemon, node: name, keepRoutes }: FaultEffect<'kill'>,
): Promise<readonly string[]> {
  const node = lab.node(name);
  const dead: ReadonlySet<string> = new Set(keepRoutes ? [daemon, 'zebra'] : [daemon]);
  const alive = processesOf(node.initPid)
    .filter((process) => dead.has(process.name))
    .map((process) => `${process.name} runs on ${name} (${String(process.pid)})`);
  const routes = daemon === 'zebra' && !keepRoutes ? await learnedRoutes(node) : [];
  return [...alive, ...routes.map((route) => `${name} still has the route ${route}`)];
}

export function instancesOf(
  lab: RunningLab,
  { service, node }: { readonly service: string; readonly node: string },
): readonly ServiceInstance[] {
  const wanted = serviceKey(service, node);
  return lab.instancesAt(node).filter((instance) => serviceKey(instance.service.name, instance.host.name) === wanted);
}
