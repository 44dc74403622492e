import type { Methods } from '../../../protocol/messages.js';
import type { StepObserved } from '../../../protocol/observations.js';
import type { StepStage } from '../../../protocol/part.js';
import { pollUntil } from '../../../support/poll.js';
import { mergeSteps } from './merge-steps.js';
import type { Crew } from './crew.js';

const LOOK_EVERY_MS = 8;
/** Time for all agents to hear when it is that they act. */
const ACT_IN_MS = 15;
/** Beyond the step's own deadline: to begin, and for the last answers. */
const MORE_MS = 30_000;

type Stage = StepStage['stage'];

/**
 * A step that all agents play at the same moment, each with its own clients and its part of the faults; what they saw, as
 * one. `meanwhile` begins when they act. The first agent begins first: of two steps that want all of them, one waits there for the other.
 */
export async function sharedStep(
  crew: Crew,
  params: Methods['step']['params'],
  ticket: number,
  meanwhile: () => Promise<void> = async () => Promise.resolve(),
): Promise<StepObserved> {
  await crew.shareFaults();
  const clocks = await crew.clocks();
  const shared = { ...params, ticket, isShared: true };
  const playing: Promise<StepObserved>[] = [];
  let failure: { readonly error: unknown } | undefined;
  const play = (index: number): void => {
    const step = crew.members[index]?.agent.call('step', shared);
    if (step === undefined) return;
    playing.push(step);
    step.catch((error: unknown) => {
      failure ??= { error };
    });
  };
  const stages = async (go?: (index: number) => Methods['syncStep']['params']['go']): Promise<readonly Stage[]> => {
    const found = await Promise.all(
      crew.members
        .slice(0, playing.length)
        .map(({ agent }, index) => agent.call('syncStep', { ticket, go: go?.(index) })),
    );
    return found.map(({ stage }) => stage);
  };
  const until = async (wanted: (stage: Stage) => boolean, deadlineMs: number): Promise<void> => {
    await pollUntil(
      () => stages(),
      (now) => failure !== undefined || now.every((stage) => stage === 'over' || wanted(stage)),
      { everyMs: LOOK_EVERY_MS, deadlineMs },
    );
    if (failure !== undefined) throw failure.error;
  };
  try {
    play(0);
    await until((stage) => stage !== 'waiting', Infinity);
    for (const index of crew.members.keys()) if (index > 0) play(index);
    await until((stage) => stage === 'steady', MORE_MS);
    const actAtMs = performance.now() + ACT_IN_MS;
    await stages((index) => ({ to: 'act', atMs: actAtMs - (clocks[index]?.own.offsetMs ?? 0) }));
    await Promise.all([meanwhile(), until((stage) => stage === 'settled', params.deadlineMs + MORE_MS)]);
    await stages(() => ({ to: 'end' }));
    const seen = await Promise.all(playing);
    return mergeSteps(crew.plan, seen, await crew.clocksSince(clocks));
  } catch (error) {
    // What the others broke is restored.
    await crew.all((agent) => agent.call('interrupt', { ticket }).catch(() => null));
    await Promise.allSettled(playing);
    // Some of them may have been over by then.
    await crew.shareFaults().catch(() => undefined);
    throw error;
  }
}
