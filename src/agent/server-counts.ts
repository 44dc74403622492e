import type { ServerCounts } from '../protocol/server-counts.js';
import { inParallel } from '../support/in-parallel.js';
import type { RunningLab } from './lab/running-lab.js';

const ASKED_AT_ONCE = 8;

/** What each name server that runs has received and sent. */
export async function serverCounts(lab: RunningLab): Promise<readonly ServerCounts[]> {
  const serving = lab.instances.filter(({ server }) => server.isServing && server.nameServer !== undefined);
  const counted = await inParallel(serving, ASKED_AT_ONCE, async ({ service, host, server }) => {
    const counts = await server.nameServer?.counts();
    return counts === undefined ? [] : [{ service: service.name, instance: host.name, ...counts }];
  });
  return counted.flat();
}
