import { LabError } from '../errors.js';
import type { LabPlan, PlanService } from '../plan/model.js';
import { DNS_PORT, HTTP_PORT } from '../support/well-known-ports.js';
import { didYouMean, listWords } from '../support/suggest.js';
import { faultKinds } from '../topology/model/fault.js';
import type { FaultSettings } from '../topology/model/fault-settings.js';
import type { FaultEffect } from './fault-effect.js';
import { hijackOf } from './routing-faults.js';
import { familyOf } from '../support/family.js';

/** A sinkhole is named by the question that clients have for the built-in service. Throws FAULT_UNSUPPORTED. */
export function sinkholeOf(plan: LabPlan, service: string, node: string): FaultEffect<'sinkhole'> {
  if (plan.services.find(({ name }) => name === service)?.serve !== undefined)
    throw new LabError('FAULT_UNSUPPORTED', `a program serves ${service}, and a sinkhole does not speak its protocol`, {
      hint: 'a sinkhole takes the addresses of the built-in service: leave "serve" out, or use --how null-route',
    });
  return { ...hijackOf(plan, service, node, undefined), kind: 'sinkhole' };
}

/** Where a flood goes, and how much of it. Throws FAULT_UNSUPPORTED. */
export function floodOf(
  plan: LabPlan,
  node: string,
  { against = plan.services[0]?.name, packets, protocol = 'udp', forge = false }: FaultSettings,
): FaultEffect<'flood'> {
  const service = plan.services.find(({ name }) => name === against);
  if (service === undefined) {
    const names = plan.services.map(({ name }) => name);
    throw new LabError(
      'FAULT_UNSUPPORTED',
      against === undefined ? 'there is no service to flood' : `there is no service "${against}" to flood`,
      { hint: didYouMean(against ?? '', names, 'services') },
    );
  }
  if (forge && protocol === 'tcp')
    throw new LabError('FAULT_UNSUPPORTED', 'a TCP connection needs an answer, which a forged address never gets', {
      hint: 'leave out --forge, or --protocol tcp',
    });
  const own = service.addresses.filter((address) => canSend(plan, node, address));
  if (own.length === 0)
    throw new LabError('FAULT_UNSUPPORTED', `${node} has no address in the families of ${service.name}`, {
      hint: `it is served at ${listWords(service.addresses)}`,
    });
  return {
    kind: 'flood',
    node,
    addresses: own,
    port: portOf(service),
    packets: packets ?? faultKinds.flood.settings.packets.usual,
    protocol,
    forged: forge,
  };
}

function canSend(plan: LabPlan, name: string, to: string): boolean {
  const node = plan.nodes.find((each) => each.name === name);
  const own = [...(node?.loopbacks ?? []), ...(node?.interfaces ?? []).flatMap(({ addresses }) => addresses)];
  return own.some((address) => familyOf(address) === familyOf(to));
}

function portOf({ serve }: PlanService): number {
  switch (serve?.kind) {
    case undefined:
    case 'nsd':
    case 'unbound':
      return DNS_PORT;
    case 'http':
      return HTTP_PORT;
    case 'command':
      return serve.port;
  }
}
