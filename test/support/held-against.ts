import { isDeepStrictEqual } from 'node:util';
import { unpredicted } from '../../src/assert/judge-predictions.js';
import { networkText, type GeneratedNetwork } from '../../src/generate/network.js';
import {
  conditionAfter,
  Lab,
  LabError,
  planLab,
  predict,
  readTopology,
  up,
  type Answer,
  type LabPlan,
  type Prediction,
  type WordedChange,
} from '../../src/index.js';

import { renderLab } from '../../src/render/render.js';
import { runtimeNamed } from '../../src/runtime/registry.js';
import type { Islands } from './islands.js';
import { withEvidence } from './route-evidence.js';

/** How long a step may take to settle: labs run beside each other. */
const DEADLINE_MS = 60_000;

/**
 * Deploys a network and breaks it as it says. Every difference between what is predicted and what packets did: who
 * answers, over which way, at what cost; none where all is as predicted.
 */
export async function differencesIn(network: GeneratedNetwork, name: string): Promise<readonly string[]> {
  const text = networkText(network);
  const reading = readTopology(text, `${network.name}.yml`);
  if (!('topology' in reading))
    throw new Error(`${reading.problems.map(({ message }) => message).join('\n')}\n${text}`);
  const plan = planLab(reading.topology);
  const deployed = await up({ ...reading.topology, play: 'test' }, { name, runtime: 'netns' }).catch(
    (error: unknown) => {
      if (error instanceof LabError && error.code === 'NOT_CONVERGED') return error;
      throw error;
    },
  );
  if (deployed instanceof LabError) return [deployed.message];
  const { lab, result } = deployed;
  try {
    const found = [...differing(plan, [], result.answers)];
    let changes: readonly WordedChange[] = [];
    for (const { target, how } of network.failures) {
      for (const action of ['fail', 'restore'] as const) {
        changes = [...changes, { action, target, how }];
        const { pending } = await lab[action](target, { how, deadlineMs: DEADLINE_MS });
        const after = `after ${action} ${target} (${how})`;
        found.push(...(await withEvidence(lab, pending)).map((each) => `${after}: ${each}`));
        found.push(...differing(plan, changes, await lab.who()).map((each) => `${after}: ${each}`));
      }
    }
    return found;
  } finally {
    await lab.down();
  }
}

/**
 * The same for networks that are islands of one lab: all of them break at the same moment, and are repaired at the same moment. By
 * island, the differences that concern it.
 */
export async function differencesOnIslands(
  { plan, islands }: Islands,
  name: string,
): Promise<ReadonlyMap<GeneratedNetwork, readonly string[]>> {
  const runtime = runtimeNamed('netns');
  const deployed = await runtime.deploy({
    lab: name,
    plan,
    files: renderLab(plan),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const found: string[] = [];
  try {
    const lab = new Lab(runtime, deployed, 'down');
    found.push(...(await lab.settle(DEADLINE_MS)).pending);
    found.push(...differing(plan, [], await lab.who()));
    let changes: readonly WordedChange[] = [];
    const rounds = Math.max(...islands.map(({ failures }) => failures.length));
    for (let round = 0; round < rounds; round++) {
      for (const action of ['fail', 'restore'] as const) {
        const parts = islands.flatMap(({ failures }) => {
          const failure = failures[round];
          return failure === undefined ? [] : [{ action, ...failure }];
        });
        changes = [...changes, ...parts];
        const { pending } = await lab.together(parts, { deadlineMs: DEADLINE_MS });
        const after = (text: string): string =>
          `after ${action} ${parts.find(({ target }) => islandIn(target) === islandIn(text))?.target ?? ''}: ${text}`;
        found.push(...pending.map(after), ...differing(plan, changes, await lab.who()).map(after));
      }
    }
  } finally {
    await deployed.discard();
  }
  return new Map(
    islands.flatMap((island) => {
      const own = found.filter((text) => islandIn(text) === islandIn(island.name));
      return own.length === 0 ? [] : [[island, own] as const];
    }),
  );
}

/** The first island that a text names. */
function islandIn(text: string): string | undefined {
  return /\bi\d+(?=-)|(?<=\bservice-)\d+/.exec(text)?.[0].replace(/^(?=\d)/, 'i');
}

/** Whether a network is a topology at all: a smaller one may have lost what it needs. */
export function isValid(network: GeneratedNetwork): boolean {
  return 'topology' in readTopology(networkText(network), 'smaller.yml');
}

function differing(plan: LabPlan, changes: readonly WordedChange[], answers: readonly Answer[]): readonly string[] {
  const { predictions } = predict(plan, conditionAfter(plan, changes));
  return [
    ...unpredicted(predictions, answers, plan).map(
      ({ prediction, seen }) =>
        `${prediction.client} at ${prediction.address} is answered by ${seen.map((each) => each ?? 'nobody').join(', ')}, not by ${prediction.instances.map(({ instance }) => instance).join(' or ') || 'nobody'}`,
    ),
    ...predictions.flatMap((prediction) => otherWay(prediction, answers)),
  ];
}

/** A way that is sure was another one, or had another cost; a hop that stayed silent says nothing. */
function otherWay(
  { client, address, certainty, instances: [sure] }: Prediction,
  answers: readonly Answer[],
): readonly string[] {
  const answer = answers.find((each) => each.client === client && each.address === address);
  if (certainty !== 'certain' || sure?.ways !== 1 || answer?.instance !== sure.instance || answer.path.includes(null))
    return [];
  return [
    ...(isDeepStrictEqual(answer.path, sure.path)
      ? []
      : [`${client} at ${address} takes ${answer.path.join(' > ')}, not ${sure.path.join(' > ')}`]),
    ...(answer.cost === sure.cost
      ? []
      : [`${client} at ${address} pays ${String(answer.cost)}, not ${String(sure.cost)}`]),
  ];
}
