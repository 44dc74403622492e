import type { Traffic } from '../protocol/traffic.js';
import type { FaultActions } from './fault/fault-actions.js';
import type { RunningLab } from './lab/running-lab.js';
import { requestsAt } from './selection/load-reports.js';

/** What the lab has counted so far. It only reads counters of the kernel, which takes a fraction of a millisecond. */
export function trafficOf(lab: RunningLab, faults: FaultActions): Traffic {
  const hosts = new Set(lab.instances.map(({ host }) => host));
  return {
    atMs: performance.now(),
    instances: [...hosts]
      .filter(({ isRunning }) => isRunning)
      .map((host) => ({ node: host.name, requests: requestsAt(host) })),
    choices: lab.steering.choices,
    sinkholes: faults.sinkholes,
    floods: lab.faults.all.flatMap((fault) => {
      const sent = faults.sentBy(fault);
      return sent === undefined || !('node' in fault.effect) ? [] : [{ node: fault.effect.node, sent }];
    }),
  };
}
