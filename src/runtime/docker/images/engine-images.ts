import type { RuntimeImages } from '../../runtime.js';
import { connectEngine, locateEngine, statusOf, wordsOf } from '../engine.js';
import { LabError } from '../../../errors.js';
import { buildOwnImages, labImages } from './ensure-images.js';
import { frrVersions } from '../../../frr/versions.js';
import { baseReference, frrImage, imageLabel } from './own-images.js';
import { versionImage } from './version-image.js';

/** Nearcast's own images on the engine that the environment names. */
export async function imagesOfEngine(env: NodeJS.ProcessEnv): Promise<RuntimeImages> {
  const { engine, facts } = await connectEngine(locateEngine(env));
  const list: RuntimeImages['list'] = async () => {
    const current = new Set([
      ...[labImages(facts.architecture).agent, frrImage().reference, baseReference],
      ...frrVersions.map((version) => versionImage(version).reference),
    ]);
    // A base that was pulled carries no label of ours.
    const found = await engine.listImages({ filters: { reference: ['nearcast/*'] } });
    return found
      .flatMap(({ RepoTags, Labels, Size }) =>
        (RepoTags ?? []).map((reference) => ({
          reference,
          role: (Labels as Record<string, string> | null)?.[imageLabel] ?? 'base',
          sizeMb: Math.round(Size / 1_000_000),
          current: current.has(reference),
        })),
      )
      .sort((a, b) => (a.reference < b.reference ? -1 : 1));
  };
  return {
    list,
    build: ({ versions, ...work }) => buildOwnImages(engine, facts.architecture, work, versions),
    async remove() {
      const references = (await list()).map(({ reference }) => reference);
      for (const reference of references) {
        try {
          await engine.getImage(reference).remove();
        } catch (error) {
          if (statusOf(error) === 404) continue;
          throw new LabError('IMAGE_UNAVAILABLE', `${reference} cannot be removed: ${wordsOf(error)}`, {
            cause: error,
            hint: 'if a lab still uses it: nearcast down --all',
          });
        }
      }
      return references;
    },
  };
}
