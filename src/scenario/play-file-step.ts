import { LabError } from '../errors.js';
import type { Lab } from '../lab/lab.js';
import { clientsOf } from '../plan/roles.js';
import type { FileStep } from '../topology/file/schema.js';
import { readSteps } from '../topology/file/steps.js';
import { playStep, type StepOptions } from './play-step.js';
import type { TestedStep } from './step-report.js';

/**
 * Plays one step in a running lab, written as in a topology file: `play(lab, {fail: 'server-a', expect: {client1:
 * 'server-b', outage: '1s'}})`. Its verdicts are what a test asserts. A fault goes with the connection unless `bound`
 * is false. Throws USAGE for a step that is none, or several; TARGET_UNKNOWN and the like as `lab.fail` does.
 */
export async function play(lab: Lab, step: FileStep, options: StepOptions = { bound: true }): Promise<TestedStep> {
  const { nodes, services } = await lab.plan();
  const [first, ...others] = readSteps(
    step,
    clientsOf(nodes).map(({ name }) => name),
  );
  if (first === undefined || others.length > 0) {
    throw new LabError('USAGE', 'a repetition has several steps', { hint: 'play each of them in a loop' });
  }
  return playStep(lab, first, services, options);
}
