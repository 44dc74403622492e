import type { PlanService } from '../../plan/model.js';
import { HttpCheck } from './http-check.js';
import { LocalCheck } from './local-check.js';
import { ProcessServer } from './process-server.js';
import type {
  IdentityExchange,
  InstancePlace,
  InstanceServer,
  ServiceDriver,
  SharedByServers,
} from './service-driver.js';

type Command = Extract<PlanService['serve'], { kind: 'command' }>;

/** A program that the file names, which runs on each instance. */
export function commandDriver(command: Command): ServiceDriver {
  return {
    identityOf: (): IdentityExchange => ({ kind: command.protocol, port: command.port }),
    serverOf: (place, shared) => serverOf(command, place, shared),
  };
}

function serverOf(
  { command, port, protocol }: Command,
  place: InstancePlace,
  { identityThread }: SharedByServers,
): InstanceServer {
  const { service, host, localAddress } = place;
  const own: Readonly<Record<string, string>> = {
    node: host.name,
    service: service.name,
    port: String(port),
    address: service.addresses[0] ?? '',
    local: localAddress,
  };
  return new ProcessServer(place, {
    argv: command.map((word) => word.replaceAll(/\{(\w+)\}/g, (written, name: string) => own[name] ?? written)),
    environment: {
      NEARCAST_NODE: host.name,
      NEARCAST_SERVICE: service.name,
      NEARCAST_PORT: String(port),
      NEARCAST_ADDRESSES: [...service.addresses, localAddress].join(' '),
    },
    port,
    transport: protocol === 'dns' ? 'udp' : 'tcp',
    check:
      protocol === 'dns'
        ? new LocalCheck(host.namespace, localAddress, identityThread, port)
        : new HttpCheck(host.namespace, localAddress, port),
  });
}
