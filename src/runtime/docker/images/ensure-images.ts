import { Readable } from 'node:stream';
import tar from 'tar-stream';
import { LabError } from '../../../errors.js';
import type { LabPlan } from '../../../plan/model.js';
import { wordsOf, type Engine } from '../engine.js';
import { ensureBase } from './base-image.js';
import { follow, hasImage, pull, type ImageWork } from './image-work.js';
import { agentImage, frrImage, imageLabel, type OwnImage } from './own-images.js';

/** The image of each node, and the agent's. */
export interface LabImages {
  readonly agent: string;
  readonly ofNode: (node: LabPlan['nodes'][number]) => string;
}

/** Which images a lab runs in, whether or not they are there. */
export function labImages(architecture: string): LabImages {
  const frr = frrImage().reference;
  return { agent: agentImage(architecture).reference, ofNode: (node) => node.container?.image ?? frr };
}

/**
 * Makes sure that every image of a lab is on the engine: its own are built, the user's pulled, where they are missing.
 */
export async function ensureImages(
  engine: Engine,
  architecture: string,
  plan: LabPlan,
  work: ImageWork,
): Promise<void> {
  const foreign = [...new Set(plan.nodes.flatMap(({ container }) => container?.image ?? []))];
  const needsFrr = plan.nodes.some(({ container }) => container?.image === undefined);
  const own = [agentImage(architecture), ...(needsFrr ? [frrImage()] : [])];
  const missing = await missingOf(engine, [...own.map(({ reference }) => reference), ...foreign]);
  for (const image of own) {
    if (missing.has(image.reference)) await buildImage(engine, image, work);
  }
  for (const reference of foreign) {
    if (missing.has(reference)) await pullImage(engine, reference, work);
  }
}

/** Builds nearcast's own images, those that are there too. */
export async function buildOwnImages(
  engine: Engine,
  architecture: string,
  work: ImageWork,
): Promise<readonly string[]> {
  const images = [frrImage(), agentImage(architecture)];
  for (const image of images) await buildImage(engine, image, work);
  return images.map(({ reference }) => reference);
}

async function missingOf(engine: Engine, references: readonly string[]): Promise<ReadonlySet<string>> {
  const there = await Promise.all(
    references.map(async (reference) => [reference, await hasImage(engine, reference)] as const),
  );
  return new Set(there.filter(([, found]) => !found).map(([reference]) => reference));
}

async function buildImage(engine: Engine, { repository, reference, files }: OwnImage, work: ImageWork): Promise<void> {
  const { signal, onProgress } = work;
  const base = await ensureBase(engine, work);
  onProgress({ topic: reference, text: `building ${reference}` });
  const pack = tar.pack();
  for (const { name, content } of files) pack.entry({ name, mode: 0o644, mtime: new Date(0) }, content);
  pack.finalize();
  try {
    const stream = await engine.buildImage(Readable.from(pack), {
      t: reference,
      buildargs: { BASE: base, ...proxies() },
      labels: { [imageLabel]: repository.split('/')[1] ?? '' },
      forcerm: true,
      abortSignal: signal,
    });
    await follow(engine, stream, (line) => {
      onProgress({ topic: `${reference} is built`, text: `${repository}: ${line}` });
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new LabError('IMAGE_UNAVAILABLE', `the engine could not build ${reference}: ${wordsOf(cause)}`, {
      cause,
      hint: 'the build downloads packages: check that containers of this engine reach the mirror, then: nearcast images build',
    });
  }
}

async function pullImage(engine: Engine, reference: string, work: ImageWork): Promise<void> {
  work.onProgress({ topic: reference, text: `pulling ${reference}` });
  const named = /[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`;
  try {
    await pull(engine, named, work, `${reference} is pulled`);
  } catch (cause) {
    work.signal.throwIfAborted();
    throw new LabError(
      'IMAGE_UNAVAILABLE',
      `the engine does not have the image ${reference} and cannot pull it: ${wordsOf(cause)}`,
      {
        cause,
        hint: 'correct "image:" in the topology file, or bring the image to the engine: docker pull, docker load or docker build',
      },
    );
  }
}

/**
 * What this machine needs to reach a mirror, a build may need too. Engines know these names, and keep them out of
 * images.
 */
function proxies(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
