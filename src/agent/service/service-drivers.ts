import type { PlanService } from '../../plan/model.js';
import { commandDriver } from './command-driver.js';
import { httpDriver } from './http-driver.js';
import { identityDriver } from './identity-driver.js';
import { nsdDriver, unboundDriver } from './name-server-drivers.js';
import type { ServiceDriver } from './service-driver.js';

export function driverOf({ serve }: PlanService): ServiceDriver {
  switch (serve?.kind) {
    case undefined:
      return identityDriver;
    case 'http':
      return httpDriver;
    case 'nsd':
      return nsdDriver;
    case 'unbound':
      return unboundDriver;
    case 'command':
      return commandDriver(serve);
  }
}
