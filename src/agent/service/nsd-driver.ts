import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LabError } from '../../errors.js';
import { nsdConfiguration, nsdZoneFiles } from '../../render/nsd.js';
import { pollUntil } from '../../support/poll.js';
import { DNS_PORT } from '../../support/well-known-ports.js';
import { LocalCheck } from './local-check.js';
import { ProcessServer } from './process-server.js';
import type { InstancePlace, InstanceServer, ServiceDriver, SharedByServers } from './service-driver.js';

const FILES_DEADLINE_MS = 10_000;

/** NSD, which names its instance on demand (RFC 4892), and in every answer that is asked to (NSID, RFC 5001). */
export const nsdDriver: ServiceDriver = {
  identityOf: () => ({ kind: 'dns', port: DNS_PORT }),
  serverOf,
};

function serverOf(place: InstancePlace, { identityThread }: SharedByServers): InstanceServer {
  const { service, host, localAddress } = place;
  let areZonesSound = false;
  return new ProcessServer(place, {
    argv: [...host.processes.serverCommand('nsd'), '-d', '-c', nsdConfiguration(service.name)],
    environment: {},
    port: DNS_PORT,
    transport: 'udp',
    check: new LocalCheck(host.namespace, localAddress, identityThread),
    async prepare() {
      await waitForFiles(place);
      if (!areZonesSound) await refuseUnreadableZones(place);
      areZonesSound = true;
    },
  });
}

/** A node's files are laid while it starts, which its services do at the same time. */
async function waitForFiles({ host, service: { name } }: InstancePlace): Promise<void> {
  const { held } = await pollUntil(
    () => existsSync(join(host.processes.runFolder, 'nearcast', basename(nsdConfiguration(name)))),
    (laid) => laid,
    { everyMs: 5, deadlineMs: FILES_DEADLINE_MS },
  );
  if (held) return;
  throw new LabError('DEPLOY_FAILED', `NSD on ${host.name} did not start: its configuration is not in the node`, {
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
