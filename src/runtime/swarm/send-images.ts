import type { LabPlan } from '../../plan/model.js';
import { LabError } from '../../errors.js';
import { inParallel } from '../../support/in-parallel.js';
import { wordsOf, type Engine } from '../docker/engine.js';
import { hasImage } from '../docker/images/image-work.js';
import { labImages } from '../docker/images/ensure-images.js';
import type { ReachedMachine } from './reach-machines.js';

/** A few at once would only share the way there. */
const MACHINES_AT_ONCE = 2;

/** Sends the images of nodes from this machine's engine to those that do not have them. LabError IMAGE_UNAVAILABLE. */
export async function sendImages(
  from: Engine,
  machines: readonly ReachedMachine[],
  nodesOf: (machine: string) => LabPlan['nodes'],
): Promise<void> {
  await inParallel(machines, MACHINES_AT_ONCE, async ({ machine, at, facts }) => {
    const { ofNode } = labImages(facts.architecture);
    for (const image of new Set(nodesOf(machine.name).map(ofNode))) {
      try {
        if (await hasImage(at.engine, image)) continue;
        const written = await at.engine.loadImage(await from.getImage(image).get(), { quiet: true });
        await new Promise((resolve, reject) => {
          written.on('end', resolve).on('error', reject).resume();
        });
      } catch (cause) {
        throw new LabError('IMAGE_UNAVAILABLE', `${image} could not be sent to ${machine.name}: ${wordsOf(cause)}`, {
          cause,
          hint: `docker save ${image} | ssh ${machine.name} docker load`,
        });
      }
    }
  });
}
