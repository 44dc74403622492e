import type { LabPlan } from './model.js';

/** An address of the loopback of each instance's host that no other service has: checks ask there. */
export function localAddressOf({ services }: Pick<LabPlan, 'services'>, service: string): string {
  return `127.0.1.${String(services.findIndex(({ name }) => name === service) + 1)}`;
}
