import { connectEngine } from '../../src/runtime/docker/engine.js';
import { frrImage } from '../../src/runtime/docker/images/own-images.js';
import { CONTAINERS_AT_ONCE, removeContainers } from '../../src/runtime/docker/lab-containers.js';
import { inParallel } from '../../src/support/in-parallel.js';
import type { Figure } from './figures.js';

/** What the engine alone takes to create and start as many containers, without anything of a lab in them. */
export async function bareContainers(count: number): Promise<number> {
  const { engine } = await connectEngine();
  const image = frrImage().reference;
  const startedAt = performance.now();
  const containers = await inParallel(Array.from({ length: count }), CONTAINERS_AT_ONCE, async () => {
    const container = await engine.createContainer({
      Image: image,
      Cmd: ['sleep', '60'],
      HostConfig: { NetworkMode: 'none' },
    });
    await container.start();
    return { Id: container.id };
  });
  const tookMs = performance.now() - startedAt;
  await removeContainers(engine, containers);
  return tookMs;
}

/** A lab's time for each of its containers (its agent's is one), and how much of it is the engine's own. */
export function perContainer(
  what: string,
  containers: number,
  labs: readonly number[],
  bare: readonly number[],
): readonly Figure[] {
  const shares = labs.map((ms, index) => (100 * (bare[index] ?? NaN)) / ms);
  return [
    {
      what: `${what}, for each of ${String(containers)} containers`,
      unit: 'ms',
      values: labs.map((ms) => ms / containers),
    },
    { what: `${what}, share of the engine (as many bare containers)`, unit: '%', values: shares },
  ];
}
