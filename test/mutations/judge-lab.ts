import { setTimeout as delay } from 'node:timers/promises';
import { playScenario, readTopology, topologyError, type Lab, type Topology } from '../../src/index.js';
import type { LabMutation } from './model.js';

const SETTLE_MS = 20_000;
const SHOWS_AFTER_MS = 2000;

/** What came of a pitfall. */
export interface Outcome {
  readonly pitfall: number;
  readonly what: string;
  /** The harness failed with it. */
  readonly isRed: boolean;
  /** And said why. */
  readonly isNamed: boolean;
  /** And does not fail without it. */
  readonly isControlled: boolean;
  readonly said: string;
}

/** Puts a pitfall into a lab, plays its steps, takes it out again, and plays them once more. */
export async function judgeInLab(lab: Lab, text: string, mutation: LabMutation): Promise<Outcome> {
  const { pitfall, what, inject, mend, steps, soundSteps = steps, cause } = mutation;
  await inject(lab);
  // What holds at the first look, before routing has heard of it, would hold.
  await delay(SHOWS_AFTER_MS);
  const mutated = await playedIn(lab, topologyWith(text, steps));
  await mend(lab);
  const settled = await lab.settle(SETTLE_MS);
  const sound = [
    ...settled.pending,
    ...(await playedIn(lab, topologyWith(text, soundSteps))).filter((each) => each.startsWith('fail')),
  ];
  return {
    pitfall,
    what,
    isRed: mutated.some((each) => each.startsWith('fail')),
    isNamed: mutated.some((each) => each.startsWith('fail') && cause.test(each)),
    isControlled: sound.length === 0,
    said: [...mutated, ...(sound.length === 0 ? [] : ['without it:', ...sound])].join('\n'),
  };
}

/** The verdicts that are no pass, each with its causes; without steps, what doctor says. */
async function playedIn(lab: Lab, topology: Topology): Promise<readonly string[]> {
  if (topology.scenario.length === 0)
    return (await lab.examine()).filter(({ healthy }) => !healthy).map(({ node, text }) => `fail: ${node}: ${text}`);
  const { verdicts } = await playScenario(lab, topology);
  return verdicts
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ verdict, text, seen = '', causes = [] }) => [`${verdict}: ${text}: saw ${seen}`, ...causes].join('\n  '));
}

export function topologyWith(text: string, steps: readonly string[]): Topology {
  const written = steps.length === 0 ? text : `${text}scenario:\n${steps.map((step) => `  ${step}\n`).join('')}`;
  const reading = readTopology(written, 'mutated.yml');
  if ('problems' in reading) throw topologyError(reading.problems);
  return reading.topology;
}
