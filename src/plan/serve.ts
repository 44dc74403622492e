import { toArguments } from './commands.js';
import type { Service } from '../topology/model/topology.js';
import type { LabPlan, PlanService } from './model.js';

export function planService(service: Service, services: readonly Service[]): PlanService {
  const { name, addresses, instances, announce, health, http, covering } = service;
  return {
    name,
    addresses,
    instances,
    announce,
    health: { ...health, check: health.check === undefined ? undefined : toArguments(health.check) },
    serve: planServe(service, services),
    http,
    covering,
  };
}

/** What serves a service; undefined for the built-in service. */
function planServe({ serve, store }: Service, services: readonly Service[]): PlanService['serve'] {
  if (serve === 'identity') return undefined;
  if (serve === 'http') return { kind: 'http', store: services.find(({ name }) => name === store)?.addresses[0] };
  return 'zones' in serve ? { kind: 'nsd', ...serve } : { kind: 'command', ...serve };
}

/** Whether a service of the lab is served by NSD. */
export function needsNsd({ services }: Pick<LabPlan, 'services'>): boolean {
  return services.some(({ serve }) => serve?.kind === 'nsd');
}
