import { setTimeout as delay } from 'node:timers/promises';
import { sendGaps } from '../probe/send-gaps.js';
import type { Noise } from '../protocol/timeline.js';
import type { Lab } from './lab.js';
import { loadBetween, machineLoad } from './machine-load.js';
import { Prober } from './prober.js';

/** How evenly the prober sends while nothing is broken, and what the machine keeps its processes from meanwhile. */
export async function calibrate(lab: Lab, forMs: number, intervalMs: number): Promise<Noise> {
  const before = machineLoad();
  const prober = await Prober.open(lab.plan.questions, lab.namespaceOf, intervalMs);
  try {
    prober.start();
    await delay(forMs);
    prober.stop();
    const sendGapMs = sendGaps(prober.streams.map(({ probes }) => probes));
    return { sendGapMs, calibratedGapMs: sendGapMs.max, ...loadBetween(before, machineLoad()) };
  } finally {
    prober.close();
  }
}
