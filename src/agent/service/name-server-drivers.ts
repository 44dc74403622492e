import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LabError } from '../../errors.js';
import { nsdConfiguration, nsdZoneFiles } from '../../render/nsd.js';
import { unboundConfiguration } from '../../render/unbound.js';
import { pollUntil } from '../../support/poll.js';
import { DNS_PORT } from '../../support/well-known-ports.js';
import { LocalCheck } from './local-check.js';
import { ProcessServer } from './process-server.js';
import { NsdControl } from './nsd-control.js';
import type { InstancePlace, InstanceServer, NameServer, ServiceDriver } from './service-driver.js';

const FILES_DEADLINE_MS = 10_000;

/** NSD, which names its instance in answers to identity queries (RFC 4892), and to queries with NSID (RFC 5001). */
export const nsdDriver: ServiceDriver = {
  identityOf: () => ({ kind: 'dns', port: DNS_PORT }),
  serverOf(place, shared) {
    const configuration = nsdConfiguration(place.service.name);
    const check = new LocalCheck(place.host.namespace, place.localAddress, shared.identityThread);
    const control = new NsdControl(place, check, shared);
    let areZonesSound = false;
    return nameServer(place, {
      title: 'NSD',
      configuration,
      argv: [...place.host.processes.serverCommand('nsd'), '-d', '-c', configuration],
      async prepare() {
        if (!areZonesSound) await refuseUnreadableZones(place);
        areZonesSound = true;
        await control.prepare();
      },
      check,
      control,
    });
  },
};

/** Unbound, a resolver, which names its instance in the same ways. It is healthy while it answers: not what it asks. */
export const unboundDriver: ServiceDriver = {
  identityOf: () => ({ kind: 'dns', port: DNS_PORT }),
  serverOf(place, shared) {
    const configuration = unboundConfiguration(place.service.name);
    return nameServer(place, {
      title: 'Unbound',
      configuration,
      argv: [...place.host.processes.serverCommand('unbound'), '-d', '-p', '-c', configuration],
      check: new LocalCheck(place.host.namespace, place.localAddress, shared.identityThread),
    });
  },
};

interface NameServerProgram {
  readonly title: string;
  /** Where its configuration is, in the node. */
  readonly configuration: string;
  readonly argv: readonly string[];
  readonly prepare?: () => Promise<void>;
  readonly check: LocalCheck;
  readonly control?: NameServer;
}

function nameServer(
  place: InstancePlace,
  { title, configuration, argv, prepare, check, control }: NameServerProgram,
): InstanceServer {
  return new ProcessServer(place, {
    argv,
    environment: {},
    port: DNS_PORT,
    transport: 'udp',
    check,
    async prepare() {
      await waitForFile(place, title, configuration);
      await prepare?.();
    },
    nameServer: control,
  });
}

/** A node's files are laid while it starts, which its services do at the same time. */
async function waitForFile({ host }: InstancePlace, title: string, configuration: string): Promise<void> {
  const { held } = await pollUntil(
    () => existsSync(join(host.processes.runFolder, 'nearcast', basename(configuration))),
    (laid) => laid,
    { everyMs: 5, deadlineMs: FILES_DEADLINE_MS },
  );
  if (held) return;
  throw new LabError('DEPLOY_FAILED', `${title} on ${host.name} did not start: its configuration is not in the node`, {
    hint: `a host that speaks no routing protocol gets none in an image of its own: leave "image" of ${host.name} out`,
  });
}

/** NSD serves what it could read, and fails for the rest: here that is a failed deployment. */
async function refuseUnreadableZones({ host, service }: InstancePlace): Promise<void> {
  for (const { zone, path } of nsdZoneFiles(service)) {
    const { status, output } = await host.run([...host.processes.serverCommand('nsd-checkzone'), zone, path]);
    if (status === 0) continue;
    throw new LabError(
      'CONFIG_REJECTED',
      `NSD on ${host.name} refused the zone ${zone} of ${service.name}: ${output.trim()}`,
      { hint: `lines are counted from the first below "${zone}" in the topology file` },
    );
  }
}
