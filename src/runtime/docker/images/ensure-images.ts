import { Readable } from 'node:stream';
import tar from 'tar-stream';
import { LabError } from '../../../errors.js';
import { frrVersionOf, frrVersions, type FrrVersion } from '../../../frr/versions.js';
import type { LabPlan } from '../../../plan/model.js';
import { wordsOf, type Engine } from '../engine.js';
import { ensureBase } from './base-image.js';
import { follow, hasImage, pull, type ImageWork } from './image-work.js';
import { agentImage, type ContextFile, frrImage, imageLabel, type OwnImage } from './own-images.js';
import { versionContext, versionImage } from './version-image.js';

/** The image of each node, and the agent's. */
export interface LabImages {
  readonly agent: string;
  readonly ofNode: (node: LabPlan['nodes'][number]) => string;
}

/** Which images a lab runs in, whether or not they are there. */
export function labImages(architecture: string): LabImages {
  const frr = frrImage().reference;
  return {
    agent: agentImage(architecture).reference,
    ofNode(node) {
      const version = versionOf(node);
      return node.container?.image ?? (version === undefined ? frr : versionImage(version).reference);
    },
  };
}

/** The version that a node runs in an image of nearcast's own, where it is not that image's usual one. */
function versionOf({ routing, container }: LabPlan['nodes'][number]): FrrVersion | undefined {
  const { frrVersion } = routing ?? {};
  return frrVersion === undefined || container?.image !== undefined ? undefined : frrVersionOf(frrVersion);
}

/**
 * Makes sure that every image of a lab is on the engine: its own are built, the user's pulled, where they are missing.
 * LabError IMAGE_UNAVAILABLE, RUNTIME_UNFIT.
 */
export async function ensureImages(
  engine: Engine,
  architecture: string,
  plan: LabPlan,
  work: ImageWork,
): Promise<void> {
  refuseSystem(plan);
  const foreign = [...new Set(plan.nodes.flatMap(({ container }) => container?.image ?? []))];
  const needsFrr = plan.nodes.some(({ container }) => container?.image === undefined);
  const own = [agentImage(architecture), ...(needsFrr ? [frrImage()] : [])];
  const versions = [...new Set(plan.nodes.flatMap((node) => versionOf(node) ?? []))];
  const references = [...own, ...versions.map(versionImage)].map(({ reference }) => reference);
  const missing = await missingOf(engine, [...references, ...foreign]);
  for (const image of own) {
    if (missing.has(image.reference)) await buildImage(engine, image, work);
  }
  for (const version of versions) {
    if (missing.has(versionImage(version).reference)) await buildVersion(engine, architecture, version, work);
  }
  for (const reference of foreign) {
    if (missing.has(reference)) await pullImage(engine, reference, work);
  }
}

/** The FRRouting that is installed on this machine is in no container. */
function refuseSystem({ nodes }: LabPlan): void {
  const asking = nodes.find(({ routing }) => routing?.frrVersion === 'system');
  if (asking === undefined) return;
  throw new LabError(
    'RUNTIME_UNFIT',
    `${asking.name} is to run the FRRouting of this machine, and a container runs that of its image`,
    { hint: `choose a version (${frrVersions.join(', ')}), or an image of your own with  image:  in the file` },
  );
}

/**
 * Builds nearcast's own images, those that are there too: the usual ones, or those with these versions of FRRouting,
 * and then of the usual ones what is missing.
 */
export async function buildOwnImages(
  engine: Engine,
  architecture: string,
  work: ImageWork,
  versions: readonly FrrVersion[] = [],
): Promise<readonly string[]> {
  const usual = [frrImage(), agentImage(architecture)];
  const there = versions.length === 0 ? new Set<string>() : await presentOf(engine, usual);
  const images = usual.filter(({ reference }) => !there.has(reference));
  for (const image of images) await buildImage(engine, image, work);
  for (const version of versions) await buildVersion(engine, architecture, version, work);
  return [...images, ...versions.map(versionImage)].map(({ reference }) => reference);
}

async function presentOf(engine: Engine, images: readonly OwnImage[]): Promise<ReadonlySet<string>> {
  const references = images.map(({ reference }) => reference);
  const missing = await missingOf(engine, references);
  return new Set(references.filter((reference) => !missing.has(reference)));
}

async function missingOf(engine: Engine, references: readonly string[]): Promise<ReadonlySet<string>> {
  const there = await Promise.all(
    references.map(async (reference) => [reference, await hasImage(engine, reference)] as const),
  );
  return new Set(there.filter(([, found]) => !found).map(([reference]) => reference));
}

async function buildImage(engine: Engine, image: OwnImage, work: ImageWork): Promise<void> {
  await build(engine, image, await ensureBase(engine, work), work);
}

/** Begins with nearcast's own image, which must be there. */
async function buildVersion(engine: Engine, architecture: string, version: FrrVersion, work: ImageWork): Promise<void> {
  const files = await versionContext(version, architecture, work);
  await build(engine, { ...versionImage(version), files }, frrImage().reference, work);
}

async function build(
  engine: Engine,
  { repository, reference, files }: OwnImage,
  base: string,
  work: ImageWork,
): Promise<void> {
  const { signal, onProgress } = work;
  onProgress({ topic: reference, text: `building ${reference}` });
  const pack = tar.pack();
  for (const file of files) addTo(pack, file);
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

function addTo(pack: tar.Pack, { name, content, mode = 0o644, linkTo }: ContextFile): void {
  const mtime = new Date(0);
  if (linkTo === undefined) pack.entry({ name, mode, mtime }, content);
  else pack.entry({ name, type: 'symlink', linkname: linkTo, mtime });
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
