import { LabError } from '../../errors.js';
import type { Family, LabPlan, PlanNode } from '../../plan/model.js';
import { parseAddress } from '../../support/ip.js';
import { didYouMean } from '../../support/suggest.js';
import { clientsOf, doesAsk } from '../../plan/roles.js';
import { familyOf } from '../../support/family.js';

/** An address to probe, and whose it is. */
export interface ProbeTarget {
  /** Null where the address is not a service's. */
  readonly service: string | null;
  readonly address: string;
  readonly family: Family;
  /** The instances of its service; empty where it has none. */
  readonly instances: readonly string[];
}

/** The clients of these names, in this order; all where none is named. LabError NODE_UNKNOWN. */
export function probingClients(plan: LabPlan, names: readonly string[] | undefined): readonly string[] {
  const clients = clientsOf(plan.nodes).map(({ name }) => name);
  for (const name of names ?? []) {
    if (!clients.includes(name))
      throw new LabError('NODE_UNKNOWN', `there is no client "${name}" in this lab`, {
        hint: didYouMean(name, clients, 'clients'),
      });
  }
  return [...new Set(names ?? clients)];
}

/**
 * What each client probes: what `to` means, but of services those that the client asks, unless both the client and `to`
 * were named.
 */
export function targetsByClient(
  plan: LabPlan,
  { clients, to }: { readonly clients?: readonly string[] | undefined; readonly to?: string | undefined },
): (client: string) => readonly ProbeTarget[] {
  const targets = probeTargets(plan, to);
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  return (client) =>
    clients !== undefined && to !== undefined
      ? targets
      : targets.filter(({ service }) => service === null || doesAsk(nodes.get(client) ?? {}, service));
}

/**
 * What `to` means: all addresses of a service, an address, or a node's own addresses; every address of every service
 * where it is left out. LabError NODE_UNKNOWN where it is none of them.
 */
export function probeTargets(plan: LabPlan, to: string | undefined): readonly ProbeTarget[] {
  if (to === undefined)
    return plan.services.flatMap(({ addresses }) => addresses.map((address) => targetAt(plan, address)));
  const service = plan.services.find(({ name }) => name === to);
  if (service !== undefined) return service.addresses.map((address) => targetAt(plan, address));
  const node = plan.nodes.find(({ name }) => name === to);
  if (node !== undefined) return ownAddresses(plan, node).map((address) => targetAt(plan, address));
  const address = parseAddress(to);
  if (address !== undefined) return [targetAt(plan, address.text)];
  const known = [...plan.services, ...plan.nodes].map(({ name }) => name);
  throw new LabError('NODE_UNKNOWN', `"${to}" is not a service, node or address of this lab`, {
    hint: didYouMean(to, known, 'services and nodes'),
  });
}

function targetAt(plan: LabPlan, address: string): ProbeTarget {
  const service = plan.services.find(({ addresses }) => addresses.includes(address));
  const family = familyOf(address);
  return { service: service?.name ?? null, address, family, instances: service?.instances ?? [] };
}

/** The addresses of its loopback; those of its interfaces, the first of each family, where it has none there. */
function ownAddresses(plan: LabPlan, { loopbacks, interfaces }: PlanNode): readonly string[] {
  const bare = (address: string): string => address.split('/')[0] ?? address;
  if (loopbacks.length > 0) return loopbacks.map(bare);
  const all = interfaces.flatMap(({ addresses }) => addresses).map(bare);
  return plan.families.flatMap((family) => all.find((address) => familyOf(address) === family) ?? []);
}
