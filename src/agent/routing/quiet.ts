import { quietMs } from '../../plan/timers.js';
import type { Convergence, Progress } from '../../protocol/messages.js';
import { formatDuration } from '../../support/duration.js';
import { pollUntil } from '../../support/poll.js';
import type { Lab } from '../lab/lab.js';
import { Recorder } from '../record/recorder.js';

const LOOK_EVERY_MS = 20;

/** Where nobody knows what routing should come to, it has come to rest when nothing was heard of it for so long. */
export class QuietWatch {
  readonly quietMs: number;

  constructor(
    lab: Lab,
    readonly recorder: Recorder,
    readonly sinceMs: number,
  ) {
    this.quietMs = quietMs(lab.plan);
  }

  /** When something was last heard of routes, links or neighbors; the beginning where nothing was. */
  get heardAtMs(): number {
    return Math.max(this.sinceMs, this.recorder.heardAtMs());
  }

  look(): readonly string[] {
    const quietForMs = performance.now() - this.heardAtMs;
    return quietForMs >= this.quietMs
      ? []
      : [`routes, links and neighbors have not been quiet for ${formatDuration(this.quietMs)} yet`];
  }
}

/** Waits until routing is quiet. The deadline is for what happens: the quiet afterwards comes on top of it. */
export async function convergeQuietly(
  lab: Lab,
  deadlineMs: number,
  onProgress: (progress: Progress) => void,
): Promise<Convergence> {
  const recorder = new Recorder(lab);
  try {
    const watch = new QuietWatch(lab, recorder, performance.now());
    const polled = await pollUntil(
      () => {
        const pending = watch.look();
        onProgress({ phase: 'converging', done: 0, total: lab.nodes.size, detail: pending[0] });
        return pending;
      },
      (pending) => pending.length === 0,
      { everyMs: LOOK_EVERY_MS, deadlineMs: deadlineMs + watch.quietMs },
    );
    const convergeMs = polled.held ? watch.heardAtMs - watch.sinceMs : polled.elapsedMs;
    return { converged: polled.held, convergeMs: Math.round(convergeMs), pending: polled.last, quietMs: watch.quietMs };
  } finally {
    recorder.close();
  }
}
