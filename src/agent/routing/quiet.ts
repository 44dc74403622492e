import { quietMs } from '../../plan/timers.js';
import type { Lacking } from '../../protocol/lacking.js';
import type { Convergence, Progress } from '../../protocol/messages.js';
import { pollUntil } from '../../support/poll.js';
import type { RunningLab } from '../lab/running-lab.js';
import { Recorder } from '../record/recorder.js';

const LOOK_EVERY_MS = 20;

/** Without a forecast, routing has settled when no change was reported for so long. */
export class QuietWatch {
  readonly quietMs: number;

  constructor(
    lab: RunningLab,
    readonly recorder: Recorder,
    readonly sinceMs: number,
  ) {
    this.quietMs = quietMs(lab.plan);
  }

  /** When a change of routes, links or neighbors was last reported; the beginning if none was. */
  get heardAtMs(): number {
    return Math.max(this.sinceMs, this.recorder.heardAtMs());
  }

  look(): readonly Lacking[] {
    const quietForMs = performance.now() - this.heardAtMs;
    return quietForMs >= this.quietMs ? [] : [{ kind: 'quiet', quietMs: this.quietMs }];
  }
}

/** Waits until routing is quiet. The deadline is for what happens: the quiet afterwards comes on top of it. */
export async function convergeQuietly(
  lab: RunningLab,
  deadlineMs: number,
  onProgress: (progress: Progress) => void,
): Promise<Convergence> {
  const recorder = new Recorder(lab);
  try {
    const watch = new QuietWatch(lab, recorder, performance.now());
    const polled = await pollUntil(
      () => {
        const lacking = watch.look();
        onProgress({ phase: 'converging', done: 0, total: lab.nodes.size, lacking: lacking[0] });
        return lacking;
      },
      (lacking) => lacking.length === 0,
      { everyMs: LOOK_EVERY_MS, deadlineMs: deadlineMs + watch.quietMs },
    );
    const convergeMs = polled.held ? watch.heardAtMs - watch.sinceMs : polled.elapsedMs;
    return { converged: polled.held, convergeMs: Math.round(convergeMs), lacking: polled.last, quietMs: watch.quietMs };
  } finally {
    recorder.close();
  }
}
