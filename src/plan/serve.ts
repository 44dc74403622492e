import type { Service } from '../topology/model/topology.js';
import type { PlanService } from './model.js';

/** What serves a service; undefined for the built-in service. */
export function planServe(serve: Service['serve']): PlanService['serve'] {
  if (serve === 'identity') return undefined;
  return serve === 'http' ? { kind: 'http' } : { kind: 'command', ...serve };
}
