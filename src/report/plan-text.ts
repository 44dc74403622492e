import type { LabPlan, PlanNode } from '../plan/model.js';
import { columns, plural } from './format.js';

/** What `up` would make: each node with its programs and interfaces, and each service with its instances. */
export function planText(plan: LabPlan, width = Infinity): string {
  const nodes = columns(
    ['NODE', 'KIND', 'PROGRAMS', 'INTERFACES'],
    plan.nodes.map((node) => [
      node.name,
      node.role === 'transit' ? node.kind : node.role,
      programsOf(plan, node).join('\n'),
      node.interfaces.map(({ name, addresses }) => [name, ...addresses].join(' ')).join('\n'),
    ]),
    width,
  );
  const services = columns(
    ['SERVICE', 'ADDRESSES', 'INSTANCES'],
    plan.services.map(({ name, addresses, instances }) => [name, addresses.join('\n'), instances.join('\n')]),
    width,
  );
  return [
    `${plan.topology} would have ${plural(plan.nodes.length, 'node')} and ${plural(plan.links.length, 'link')}`,
    nodes,
    ...(plan.services.length === 0 ? [] : [services]),
  ].join('\n\n');
}

function programsOf({ services }: LabPlan, { name, routing, run = [] }: PlanNode): readonly string[] {
  const servers = services.flatMap((service) =>
    service.instances.includes(name) ? [`${service.name} (${service.serve?.kind ?? 'identity'})`] : [],
  );
  return [...(routing?.daemons ?? []), ...servers, ...run.map((program) => program.name)];
}
