import { createReadStream } from 'node:fs';
import { makeBaseSystem, type BaseSystem } from '../../../setup/debootstrap.js';
import { LabError } from '../../../errors.js';
import { statusOf, wordsOf, type Engine } from '../engine.js';
import { follow, hasImage, pull, type ImageWork } from './image-work.js';
import { baseReference, imageLabel } from './own-images.js';

const PULLED = 'debian:bookworm-slim';
const DRAFT = 'nearcast/base:draft';

/**
 * The image that nearcast's own begin with: the one that is there, else a small Debian from the registry, else, where
 * no registry can be reached, one made from the packages that this machine's apt uses. It reports which one it is.
 */
export async function ensureBase(engine: Engine, work: ImageWork): Promise<string> {
  if (await hasImage(engine, baseReference)) return baseReference;
  const refusal = await tryPull(engine, work);
  if (refusal === undefined) {
    const [repo = '', tag = ''] = baseReference.split(':');
    await engine.getImage(PULLED).tag({ repo, tag });
    work.onProgress({ topic: 'base', text: `base image: ${PULLED}, pulled` });
    return baseReference;
  }
  work.onProgress({
    topic: 'base',
    text: `base image: ${PULLED} cannot be pulled (${refusal}); building one from Debian packages`,
  });
  const { signal, onProgress } = work;
  const system = await makeBaseSystem({
    signal,
    onProgress: (text) => {
      onProgress({ topic: 'debootstrap', text });
    },
  });
  try {
    await importSystem(engine, system, work);
    onProgress({ topic: 'base', text: `base image: ${system.codename}, built with debootstrap from ${system.mirror}` });
    return baseReference;
  } finally {
    await system.dispose();
  }
}

/** Why it cannot be pulled; undefined when it was. */
async function tryPull(engine: Engine, work: ImageWork): Promise<string | undefined> {
  try {
    await pull(engine, PULLED, work, 'pull');
    return undefined;
  } catch (error) {
    work.signal.throwIfAborted();
    return wordsOf(error).split('\n')[0] ?? '';
  }
}

/** Unpacked files become an image; the second stage runs in a container of it; what that leaves becomes the base. */
async function importSystem(engine: Engine, system: BaseSystem, { signal, onProgress }: ImageWork): Promise<void> {
  onProgress({ topic: 'second stage', text: 'debootstrap: setting the system up, in a container' });
  const [repo = '', tag = ''] = DRAFT.split(':');
  await follow(engine, await engine.importImage(createReadStream(system.archive), { repo, tag }));
  const container = await engine.createContainer({
    Image: DRAFT,
    Cmd: [...system.secondStage],
    Env: ['container=docker'],
    Labels: { [imageLabel]: 'draft' },
    HostConfig: { NetworkMode: 'none' },
  });
  const stop = (): void => void container.remove({ force: true }).catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await container.start();
    const { StatusCode: status } = (await container.wait()) as { StatusCode: number };
    signal.throwIfAborted();
    if (status !== 0) {
      const logs = (await container.logs({ stdout: true, stderr: true, tail: 5 })).toString('latin1');
      throw new LabError(
        'IMAGE_UNAVAILABLE',
        `the base system could not be set up: ${logs.replaceAll(/[^\x20-\x7e\n]/g, '').trim()}`,
      );
    }
    const [name = '', latest = ''] = baseReference.split(':');
    const changes = [
      `LABEL ${imageLabel}=base`,
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'CMD ["sh"]',
    ];
    await follow(engine, await engine.importImage(await container.export(), { repo: name, tag: latest, changes }));
  } finally {
    signal.removeEventListener('abort', stop);
    await container.remove({ force: true, v: true }).catch(ignoreMissing);
    await engine.getImage(DRAFT).remove({ force: true }).catch(ignoreMissing);
  }
}

function ignoreMissing(error: unknown): void {
  if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
}
