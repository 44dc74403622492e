import { dirname, join } from 'node:path';
import { quote } from '../../model/finding.js';
import type { CommandContext } from '../commands.js';
import type { Surroundings } from '../foreign-lab.js';
import { configurationsIn } from '../frr-folder.js';
import type { PlacedReader } from '../placed-reader.js';

/** In the folder of a device: what ifupdown gives to its interfaces. */
export const interfacesFile = 'etc/network/interfaces';

/** Where more files than these are in a folder that no device uses, they are told of as one: by so many names, as in `pc1/etc/apache2`. */
const MOST_SAID = 3;
const SAID_DEPTH = 3;

/** What stands beside the devices' own files, and has no meaning here. */
export function noteFilesBeside(devices: readonly string[], around: Surroundings, reader: PlacedReader): void {
  const why: Readonly<Record<string, string>> = {
    'lab.ext': "a lab never touches the machine's network",
    'lab.dep': 'all nodes start together',
    ...Object.fromEntries(
      ['shared', ...devices].map((name) => [`${name}.shutdown`, 'a lab leaves nothing behind: nodes just end']),
    ),
  };
  for (const [file, reason] of Object.entries(why))
    if (around.fileAt(file) !== undefined) reader.ignore(0, quote(file), reason);
}

/** Files of a device's folder that its scripts name: where they are in the device, and where on this machine. */
export function pathsIn(text: string, device: string, { fileAt, folder }: Surroundings): CommandContext['paths'] {
  const named = new Set(text.match(/(?<![\w./-])\/[\w./-]*[\w-]/g));
  return [...named].flatMap((path) => {
    const beside = [join(device, path), path.startsWith('/shared/') ? path.slice(1) : undefined];
    const found = beside.find((each) => each !== undefined && fileAt(each) !== undefined);
    return found === undefined ? [] : [[path, join(folder, found)] as const];
  });
}

/** Leaves out by name what is in the folder of a device, and is neither read nor named by its scripts. */
export function noteUnusedFiles(
  device: string,
  {
    offset,
    paths,
    frr,
  }: { readonly offset: number; readonly paths: CommandContext['paths']; readonly frr: string | undefined },
  around: Surroundings,
  reader: PlacedReader,
): void {
  const used = new Set([
    join(device, interfacesFile),
    ...(frr === undefined ? [] : configurationsIn(frr, around)),
    ...paths.map(([, here]) => here.slice(join(around.folder, '/').length)),
  ]);
  const unused = around.filesBelow(device).filter((file) => !used.has(file));
  const why = 'no start-up script names it, and nothing is copied: nodes see the files of this machine';
  for (const [place, files] of Object.entries(byPlace(unused))) {
    if (files.length > MOST_SAID) reader.ignore(offset, `${quote(place)} (${String(files.length)} files)`, why);
    else for (const file of files) reader.ignore(offset, quote(file), why);
  }
}

function byPlace(files: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const places: Record<string, readonly string[]> = {};
  for (const file of files) {
    const place = dirname(file).split('/').slice(0, SAID_DEPTH).join('/');
    places[place] = [...(places[place] ?? []), file];
  }
  return places;
}
