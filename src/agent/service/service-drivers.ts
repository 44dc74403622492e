import type { PlanService, Serve } from '../../plan/model.js';
import { identityDriver } from './identity-driver.js';
import type { ServiceDriver } from './service-driver.js';

const serviceDrivers: Readonly<Record<Serve, ServiceDriver>> = {
  identity: identityDriver,
};

export function driverOf({ serve = 'identity' }: Pick<PlanService, 'serve'>): ServiceDriver {
  return serviceDrivers[serve];
}
