import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toLabError } from '../errors.js';
import type { Lab } from '../lab/lab.js';
import type { CaptureStep } from './play-step.js';

/** Headers, and the whole of each query and answer. */
const SNAP_BYTES = 512;

/**
 * Captures every step on all interfaces of all nodes, and keeps what was captured of a step of which not all that was
 * expected held, as `<lab>-step-<number>.pcapng` in a folder, which is made where it is not there. Steps are counted by
 * lab.
 */
export function keepFailedSteps(folder: string): CaptureStep {
  const counts = new Map<string, number>();
  return async (lab: Lab) => {
    const number = (counts.get(lab.name) ?? 0) + 1;
    counts.set(lab.name, number);
    const capture = await lab.startCapture('all', { snapBytes: SNAP_BYTES });
    return async ({ verdicts }) => {
      if (verdicts.every(({ verdict }) => verdict === 'pass')) {
        await capture.discard();
        return undefined;
      }
      const { bytes } = await capture.stop();
      const file = join(folder, `${lab.name}-step-${String(number)}.pcapng`);
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(file, bytes);
        return file;
      } catch (error) {
        // The verdicts are worth more than the packets.
        return `not kept: ${toLabError(error).message}`;
      }
    };
  };
}
