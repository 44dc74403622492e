import type { Progress } from '../../../protocol/messages.js';

/**
 * What machines report of a deployment as one report: each takes what one of them tells, and the sum of all goes on. Of a phase that a
 * machine has not begun, nothing is done there.
 */
export function mergeProgress(
  /** How many nodes each machine has. */
  nodes: readonly number[],
  onProgress: (progress: Progress) => void,
): readonly ((progress: Progress) => void)[] {
  const known = new Map<Progress['phase'], Progress[]>();
  return nodes.map((_, machine) => (progress) => {
    const all: Progress[] =
      known.get(progress.phase) ?? nodes.map((total) => ({ phase: progress.phase, done: 0, total }));
    known.set(progress.phase, all);
    all[machine] = progress;
    const sum = (of: 'done' | 'total'): number => all.reduce((total, each) => total + each[of], 0);
    const lacking = all.find((each) => each.lacking !== undefined)?.lacking;
    onProgress({
      phase: progress.phase,
      done: sum('done'),
      total: sum('total'),
      ...(lacking === undefined ? {} : { lacking }),
    });
  });
}
