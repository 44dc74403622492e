import { LabError } from '../../errors.js';
import type { PlanProgram } from '../../plan/model.js';
import { pollUntil } from '../../support/poll.js';
import type { LabNode } from './lab-node.js';
import { NodeProgram } from './node-program.js';

const START_DEADLINE_MS = 30_000;

/** Starts the programs that the file lets a node run for long. LabError START_COMMAND_FAILED where one does not start. */
export async function startLongPrograms(node: LabNode): Promise<void> {
  for (const program of node.plan.run ?? []) await startLongProgram(node, program);
}

/** Refuses a lab one of whose programs has ended before the lab was there. */
export async function refuseEndedPrograms(node: LabNode): Promise<void> {
  for (const program of node.plan.run ?? []) await refuseEnded(node, program);
}

async function startLongProgram(node: LabNode, program: PlanProgram): Promise<void> {
  const { name: source, argv } = program;
  const running = new NodeProgram(node, { source, argv, environment: {} });
  running.start();
  await pollUntil(
    // nsenter(1) is in front of it, and in its place until it could be run.
    () => !running.isRunning || running.processes().some(({ name }) => name !== 'nsenter'),
    (started) => started,
    { everyMs: 5, deadlineMs: START_DEADLINE_MS },
  );
  await refuseEnded(node, program);
}

async function refuseEnded({ name, endedPrograms, log }: LabNode, { name: program, argv }: PlanProgram): Promise<void> {
  const ended = endedPrograms.get(program);
  if (ended === undefined) return;
  await ended.told;
  throw new LabError(
    'START_COMMAND_FAILED',
    `program ${program} of ${name} ended with ${ended.how}: ${argv.join(' ')}`,
    {
      hint: log.lastOf(program, 2000, ended.printedFrom) || 'it printed nothing',
    },
  );
}
