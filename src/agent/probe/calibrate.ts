import { setTimeout as delay } from 'node:timers/promises';
import { sendGaps } from '../../measure/send-gaps.js';
import type { Noise } from '../../protocol/timeline.js';
import type { RunningLab } from '../lab/running-lab.js';
import { eachFlow } from '../lab/lab-flows.js';
import { loadBetween, machineLoad } from '../system/machine-load.js';
import { Prober } from './prober.js';
import { paceMs } from './pace.js';

/** How evenly the prober sends while nothing is broken, and what the machine keeps its processes from meanwhile. */
export async function calibrate(lab: RunningLab, forMs: number): Promise<Noise> {
  const before = machineLoad();
  const numbers = lab.flows.through(lab.condition, lab.condition);
  const prober = await Prober.open(eachFlow(numbers), lab, paceMs(numbers));
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
