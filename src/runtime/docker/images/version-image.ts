import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../../errors.js';
import type { FrrVersion } from '../../../frr/versions.js';
import { packageRoot } from '../../../support/package-root.js';
import { ensureWholeFrr } from '../../../setup/frr.js';
import { describeCopyProgress } from '../../../setup/progress.js';
import type { ImageWork } from './image-work.js';
import { type ContextFile, frrImage, NODE_ARCHITECTURES } from './own-images.js';

/** The folder of the build context whose files take the place of the base's. */
const ROOT = 'root';

/**
 * What nodes run that are to run this version: nearcast's own image with the FRRouting of another release in it, and
 * that release's libc. Its tag says the version, and is a hash of what it begins with.
 */
export function versionImage(version: FrrVersion): { readonly repository: string; readonly reference: string } {
  const { repository, reference } = frrImage();
  const hash = createHash('sha256').update(reference).update(dockerfile()).digest('hex').slice(0, 12);
  return { repository, reference: `${repository}:${version}-${hash}` };
}

/**
 * The files that it is built from: those of the packages that apt has verified on this machine, which are obtained
 * first where they are not here yet.
 */
export async function versionContext(
  version: FrrVersion,
  architecture: string,
  { signal, onProgress }: ImageWork,
): Promise<readonly ContextFile[]> {
  const here = NODE_ARCHITECTURES[architecture] ?? architecture;
  if (here !== process.arch) {
    const why = `the engine's machine is ${architecture}, and this one gets the packages of ${process.arch}`;
    throw new LabError('IMAGE_UNAVAILABLE', `no image with FRRouting ${version} can be built: ${why}`, {
      hint: 'name an image that has this version, with  image:  in the file',
    });
  }
  const folder = await ensureWholeFrr(version, {
    signal,
    onProgress(progress) {
      const text = describeCopyProgress(progress);
      onProgress({ topic: text, text });
    },
  });
  return [{ name: 'Dockerfile', content: dockerfile() }, ...filesBelow(folder, ROOT)];
}

function dockerfile(): Buffer {
  return readFileSync(join(packageRoot(), 'images', 'frr-version', 'Dockerfile'));
}

function filesBelow(folder: string, name: string): readonly ContextFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): readonly ContextFile[] => {
      const path = join(folder, entry.name);
      const inside = `${name}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(path, inside);
      if (entry.isSymbolicLink()) return [{ name: inside, content: Buffer.alloc(0), linkTo: readlinkSync(path) }];
      const isManifest = name === ROOT;
      return !entry.isFile() || isManifest
        ? []
        : [{ name: inside, content: readFileSync(path), mode: statSync(path).mode & 0o777 }];
    });
}
