import { toLabError } from '../../errors.js';
import { frrVersions } from '../../frr/versions.js';
import type { Check } from '../../setup/doctor.js';
import { connectEngine, locateEngine } from './engine.js';

/** Whether an engine answers, and whether it has the images that labs run in. Changes nothing. */
export async function diagnoseEngine(env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  try {
    const { engine, facts } = await connectEngine(locateEngine(env));
    const found = `${facts.version}, ${facts.architecture}, at ${facts.address.text} (from ${facts.address.source})`;
    const { agentImage, frrImage } = await import('./images/own-images.js');
    const { hasImage } = await import('./images/image-work.js');
    const references = [frrImage().reference, agentImage(facts.architecture).reference];
    const there = await Promise.all(references.map((reference) => hasImage(engine, reference)));
    const missing = references.filter((_, index) => there[index] !== true);
    const { versionImage } = await import('./images/version-image.js');
    const ofVersions = frrVersions.map((version) => versionImage(version).reference);
    const built = await Promise.all(ofVersions.map((reference) => hasImage(engine, reference)));
    const also = ofVersions.filter((_, index) => built[index] === true);
    const images: Check =
      missing.length === 0
        ? { name: 'images', status: 'ok', found: [...references, ...also].join(', ') }
        : {
            name: 'images',
            status: 'warning',
            found: `without ${missing.join(', ')}`,
            hint: 'the next `up --runtime docker` builds them, or: nearcast images build',
          };
    return [{ name: 'Docker engine', status: 'ok', found }, images];
  } catch (error) {
    const { message, hint } = toLabError(error);
    return [{ name: 'Docker engine', status: 'missing', found: message, hint }];
  }
}
