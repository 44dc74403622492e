import { fileURLToPath } from 'node:url';
import { ownServerEnvironment } from '../../protocol/node-environment.js';
import { HTTP_PORT } from '../../support/well-known-ports.js';
import { HttpCheck } from './http-check.js';
import { ProcessServer } from './process-server.js';
import { STORE_VARIABLE } from './session-store.js';
import type { ServiceDriver } from './service-driver.js';

/** nearcast's own web server: a process of its host that keeps the agent's files, so that any image will do. */
export const httpDriver: ServiceDriver = {
  identityOf: () => ({ kind: 'http', port: HTTP_PORT }),
  serverOf: (place) => {
    const { service, host, localAddress } = place;
    const store = service.serve?.kind === 'http' ? service.serve.store : undefined;
    const addresses = [...service.addresses, localAddress];
    // It lies beside the agent.
    const program = fileURLToPath(new URL('http-server.js', import.meta.url));
    return new ProcessServer(place, {
      argv: [process.execPath, program, host.name, String(HTTP_PORT), ...addresses],
      environment: { ...ownServerEnvironment, ...(store === undefined ? {} : { [STORE_VARIABLE]: store }) },
      port: HTTP_PORT,
      transport: 'tcp',
      check: new HttpCheck(host.namespace, localAddress, HTTP_PORT),
      isOwn: true,
    });
  },
};
