import type { LabPlan } from './model.js';

/** An address of the loopback of each instance's host that no other service has: checks ask there. */
export function localAddressOf(plan: Pick<LabPlan, 'services'>, service: string): string {
  return `127.0.1.${String(numberOf(plan, service))}`;
}

/** The port at which an instance that fetches its zones is told of new ones. */
export function transferPortOf(plan: Pick<LabPlan, 'services'>, service: string): number {
  return 5300 + numberOf(plan, service);
}

function numberOf({ services }: Pick<LabPlan, 'services'>, service: string): number {
  return services.findIndex(({ name }) => name === service) + 1;
}
