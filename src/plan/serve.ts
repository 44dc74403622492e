import type { Service } from '../topology/model/topology.js';
import type { LabPlan, PlanService } from './model.js';

/** What serves a service; undefined for the built-in service. */
export function planServe(serve: Service['serve']): PlanService['serve'] {
  if (serve === 'identity') return undefined;
  if (serve === 'http') return { kind: 'http' };
  return 'zones' in serve ? { kind: 'nsd', ...serve } : { kind: 'command', ...serve };
}

/** Whether a service of the lab is served by NSD. */
export function needsNsd({ services }: Pick<LabPlan, 'services'>): boolean {
  return services.some(({ serve }) => serve?.kind === 'nsd');
}
