import { nodesOf } from '../../fault/fault-effect.js';
import { announcedPrefixes } from '../../plan/bgp-sessions.js';
import type { Anomaly } from '../../protocol/anomaly.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { ServiceInstance } from '../service/service-instance.js';

const CHECK_TIMEOUT_MS = 500;
/** Longer than a busy machine makes a check of the file take. */
const PATIENT_TIMEOUT_MS = 5000;
/** What happens by a fault and its repair is two changes. */
const UNSTEADY_CHANGES = 6;
const UNSTEADY_WITHIN_MS = 10_000;

/** Instances that are announced and should not be, or the other way round; and those that give a name that is not theirs. */
export async function anomalousServices(lab: RunningLab): Promise<readonly Anomaly[]> {
  const found = await Promise.all(lab.instances.map((instance) => anomaliesOf(lab, instance)));
  const silent = lab.plan.services.filter(({ name, instances }) => {
    const own = lab.instances.filter(({ service }) => service.name === name);
    return instances.length > 0 && own.every(({ isAnnounced }) => !isAnnounced);
  });
  return [
    ...found.flat(),
    ...silent.map(({ name, instances }) => ({
      kind: 'nobody-announces' as const,
      node: instances.join(', '),
      service: name,
    })),
  ];
}

async function anomaliesOf(lab: RunningLab, instance: ServiceInstance): Promise<readonly Anomaly[]> {
  const { service, host, server, isAnnounced } = instance;
  if (!host.isResponsive) return [];
  const at = { node: host.name, service: service.name };
  const isBroken = lab.faults.all.some(({ effect }) => nodesOf(effect).includes(host.name));
  const { rise, fall, check, lastResort } = service.health;
  const answers = check === undefined ? undefined : await server.check(CHECK_TIMEOUT_MS);
  const { changes, refusals } = instance.unsteadinessSince(performance.now() - UNSTEADY_WITHIN_MS);
  const { says } = server;
  const words = check?.join(' ') ?? '';
  return [
    ...(isAnnounced ? await unheld(instance) : []),
    ...(isAnnounced && answers === false && lastResort !== host.name
      ? [{ kind: 'dead-service', ...at, check: words } as const]
      : []),
    ...(!isAnnounced &&
    answers === true &&
    !isBroken &&
    check !== undefined &&
    !(await host.succeeds(check, PATIENT_TIMEOUT_MS))
      ? [{ kind: 'failing-check', ...at, check: words } as const]
      : []),
    ...(changes >= UNSTEADY_CHANGES
      ? [{ kind: 'unsteady', ...at, changes, refusals, withinMs: UNSTEADY_WITHIN_MS, rise, fall } as const]
      : []),
    ...(says !== undefined && says !== host.name && service.instances.includes(says)
      ? [{ kind: 'false-name', ...at, says } as const]
      : []),
  ];
}

/** Addresses that the instance has announced, and that its kernel does not have. */
async function unheld(instance: ServiceInstance): Promise<readonly Anomaly[]> {
  const { service, host } = instance;
  const { output } = await host.runOutside(['ip', '-o', 'address', 'show', 'dev', 'lo']);
  // It may have been withdrawn meanwhile.
  if (!instance.isAnnounced) return [];
  return service.addresses
    .filter((address) => announcedPrefixes(service, host.name).some((prefix) => prefix.startsWith(`${address}/`)))
    .filter((address) => !output.includes(` ${address}/`))
    .map((address) => ({ kind: 'unheld', node: host.name, service: service.name, address }));
}
