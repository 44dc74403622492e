import { LabError } from '../../errors.js';
import type { PlanService } from '../../plan/model.js';
import { CommandCheck } from './command-check.js';
import { HttpCheck } from './http-check.js';
import { LocalCheck } from './local-check.js';
import { ProcessServer, type ServerCheck } from './process-server.js';
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
    identityOf: (service) => identityOf(command, service),
    serverOf: (place, shared) => serverOf(command, place, shared),
  };
}

function identityOf({ identify, protocol, port }: Command, { name }: PlanService): IdentityExchange {
  if (identify !== undefined)
    return {
      kind: 'command',
      command: (address, sourcePort) =>
        fillIn(identify, { address, service: name, port: String(port), sourcePort: String(sourcePort) }),
    };
  if (protocol === 'dns' || protocol === 'http') return { kind: protocol, port };
  throw new LabError('BUG', `the service ${name} speaks ${protocol}, and nothing identifies its instances`);
}

/** Words of the file, with what their placeholders stand for. */
function fillIn(words: readonly string[], own: Readonly<Record<string, string>>): readonly string[] {
  return words.map((word) => word.replaceAll(/\{(\w+)\}/g, (written, name: string) => own[name] ?? written));
}

function checkOf(
  command: Command,
  { service, host, localAddress }: InstancePlace,
  { identityThread }: SharedByServers,
): ServerCheck {
  const exchange = identityOf(command, service);
  switch (command.protocol) {
    case 'dns':
      return new LocalCheck(host.namespace, localAddress, identityThread, command.port);
    case 'http':
      return new HttpCheck(host.namespace, localAddress, command.port);
    case 'tcp':
    case 'udp':
      if (exchange.kind !== 'command') throw new LabError('BUG', `nothing checks the instances of ${service.name}`);
      return new CommandCheck(host, exchange.command(localAddress, 0));
  }
}

function serverOf(written: Command, place: InstancePlace, shared: SharedByServers): InstanceServer {
  const { command, port, protocol } = written;
  const { service, host, localAddress } = place;
  const own: Readonly<Record<string, string>> = {
    node: host.name,
    service: service.name,
    port: String(port),
    address: service.addresses[0] ?? '',
    local: localAddress,
  };
  return new ProcessServer(place, {
    argv: fillIn(command, own),
    environment: {
      NEARCAST_NODE: host.name,
      NEARCAST_SERVICE: service.name,
      NEARCAST_PORT: String(port),
      NEARCAST_ADDRESSES: [...service.addresses, localAddress].join(' '),
    },
    port,
    transport: protocol === 'dns' || protocol === 'udp' ? 'udp' : 'tcp',
    check: checkOf(written, place, shared),
  });
}
