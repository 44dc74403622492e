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
  if ('zones' in serve) return { kind: 'nsd', ...serve };
  if ('command' in serve) return { kind: 'command', ...serve };
  const roots = serve.roots.map((root) => ({
    name: root,
    addresses: services.find(({ name }) => name === root)?.addresses ?? [],
  }));
  return { kind: 'unbound', roots };
}

/** Which servers of the distribution's packages serve the lab. */
export function neededServers({ services }: Pick<LabPlan, 'services'>): readonly ('nsd' | 'unbound')[] {
  return (['nsd', 'unbound'] as const).filter((server) => services.some(({ serve }) => serve?.kind === server));
}
