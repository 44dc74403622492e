import type { LabPlan } from '../plan/model.js';

/** `/etc/hosts` of every node: nodes and services by name, so that `ping router1` works in any of them. */
export function hostsFile(plan: LabPlan): string {
  const nodes = plan.nodes.flatMap((node) => {
    const addresses = node.loopbacks.length > 0 ? node.loopbacks : (node.interfaces[0]?.addresses ?? []);
    return addresses.map((address) => `${address.split('/')[0] ?? address} ${node.name}`);
  });
  const services = plan.services.flatMap((service) => service.addresses.map((address) => `${address} ${service.name}`));
  return ['127.0.0.1 localhost', '::1 localhost ip6-localhost', ...nodes, ...services, ''].join('\n');
}
