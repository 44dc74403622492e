import { LabError } from '../errors.js';
import { frrVersionOf, frrVersions, type FrrChoice, type FrrVersion } from '../frr/versions.js';
import { columns } from '../report/format.js';
import { openImages } from '../runtime/registry.js';
import { frrChoicesOf, type VersionsFlags } from './flags.js';
import type { Run } from './run.js';

const actions = ['list', 'build', 'remove'] as const;

/** The images of the docker runtime: shows, builds or removes them. */
export async function imagesVerb(
  { output, signal }: Run,
  action = 'list',
  { frr }: VersionsFlags = {},
): Promise<number> {
  if (frr !== undefined && action !== 'build')
    throw new LabError('USAGE', `--frr is of no use to  images ${action}`, {
      hint: `nearcast images build --frr ${frr}`,
    });
  const versions = frrChoicesOf(frr)?.map(requireVersion);
  const images = await openImages();
  switch (action) {
    case 'list': {
      const found = await images.list();
      output.document({ images: found });
      const rows = found.map(({ reference, role, sizeMb, current }) => [
        reference,
        role,
        `${String(sizeMb)} MB`,
        current ? 'in use' : 'of an older version',
      ]);
      output.print(
        rows.length === 0
          ? 'this engine has no nearcast image yet; up builds the images that it needs'
          : columns(['IMAGE', 'FOR', 'SIZE', ''], rows),
      );
      return 0;
    }
    case 'build': {
      const built = await images.build({
        versions,
        signal,
        onProgress: ({ topic, text }) => {
          output.progress(topic, text);
        },
      });
      output.progressDone();
      output.document({ built });
      output.print(`built ${built.join(' and ')}`);
      return 0;
    }
    case 'remove': {
      const removed = await images.remove();
      output.document({ removed });
      output.print(removed.length === 0 ? 'there was no nearcast image' : `removed ${removed.join(', ')}`);
      return 0;
    }
    default:
      throw new LabError('USAGE', `images has no action "${action}"`, {
        hint: `the actions are ${actions.join(', ')}; as in: nearcast images build`,
      });
  }
}

/** Throws USAGE for the FRRouting of this machine, which is in no image. */
function requireVersion(choice: FrrChoice): FrrVersion {
  const version = frrVersionOf(choice);
  if (version !== undefined) return version;
  throw new LabError('USAGE', 'no image can have the FRRouting of this machine', {
    hint: `choose a version: ${frrVersions.join(', ')}`,
  });
}
