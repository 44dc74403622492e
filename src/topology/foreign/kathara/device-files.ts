import { dirname, join } from 'node:path';
import { listWords } from '../../../support/suggest.js';
import { quote } from '../../model/finding.js';
import type { CommandContext } from '../commands.js';
import type { Placed, Surroundings } from '../foreign-lab.js';
import { configurationsIn } from '../frr-folder.js';
import type { PlacedReader } from '../placed-reader.js';
import { broughtUpBy, readInterfaces } from './interfaces-file.js';

/** In the folder of a device: what ifupdown gives to its interfaces. */
const interfacesFile = 'etc/network/interfaces';

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

/** What is read of a device's folder otherwise than as its files. */
interface KnownFiles {
  readonly offset: number;
  readonly paths: CommandContext['paths'];
  /** The folder of what configures routing. */
  readonly frr: string | undefined;
}

/** Leaves out by name what is in the folder of a device, and is neither read nor named by its scripts. */
export function noteUnusedFiles(device: string, known: KnownFiles, around: Surroundings, reader: PlacedReader): void {
  const named = new Set(known.paths.map(([, here]) => here.slice(join(around.folder, '/').length)));
  const unused = ownFiles(device, known, around).filter((file) => !named.has(file));
  const why =
    'no start-up script names it, and nodes see the files of this machine; with --runtime docker, a device has its files';
  for (const [place, files] of Object.entries(byPlace(unused))) {
    if (files.length > MOST_SAID) reader.ignore(known.offset, `${quote(place)} (${String(files.length)} files)`, why);
    else for (const file of files) reader.ignore(known.offset, quote(file), why);
  }
}

/**
 * How a container gets the files of its device, as Kathara's does: its folder is at /hostlab, and a command copies it over
 * the root. What all devices share is at /shared, and is the folder itself.
 */
export function filesInContainer(
  device: string,
  known: KnownFiles,
  around: Surroundings,
): { readonly binds: readonly Placed<string>[]; readonly commands: readonly Placed<string>[] } {
  const { offset } = known;
  const hasOwn = ownFiles(device, known, around).length > 0;
  const own = { value: `${join(around.folder, device)}:/hostlab/${device}:ro`, offset };
  const shared = { value: `${join(around.folder, 'shared')}:/shared`, offset };
  return {
    binds: [...(hasOwn ? [own] : []), ...(around.filesBelow('shared').length > 0 ? [shared] : [])],
    commands: hasOwn ? [{ value: `cp -RL /hostlab/${device}/. /`, offset }] : [],
  };
}

function ownFiles(device: string, { frr }: KnownFiles, around: Surroundings): readonly string[] {
  const read = new Set([join(device, interfacesFile), ...(frr === undefined ? [] : configurationsIn(frr, around))]);
  return around.filesBelow(device).filter((file) => !read.has(file));
}

/**
 * The commands of a device's file for ifupdown, if it has one: what of it has no meaning here is left out by name and line.
 * They come before all scripts, one of which runs them.
 */
export function broughtUp(
  name: string,
  {
    written,
    offset,
    interfaces,
  }: { readonly written: readonly string[]; readonly offset: number; readonly interfaces: ReadonlySet<string> },
  around: Surroundings,
  reader: PlacedReader,
): readonly string[] | undefined {
  const file = join(name, interfacesFile);
  const text = around.fileAt(file);
  if (text === undefined) return undefined;
  const lines = written.flatMap((script) => script.split('\n')).map((line) => line.trim());
  const { commands, ignored } = readInterfaces(text, broughtUpBy(lines), interfaces);
  const alike = new Map<string, (typeof ignored)[number][]>();
  for (const each of ignored) {
    const key = `${each.words.split(/\s/)[0] ?? ''} ${each.why}`;
    alike.set(key, [...(alike.get(key) ?? []), each]);
  }
  for (const [first, ...others] of alike.values()) {
    if (first === undefined) continue;
    const lineNumbers = listWords([first, ...others].map(({ line }) => String(line)));
    reader.ignore(offset, `${quote(first.words)} (line ${lineNumbers} of ${file})`, first.why);
  }
  return commands;
}

function byPlace(files: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const places: Record<string, readonly string[]> = {};
  for (const file of files) {
    const place = dirname(file).split('/').slice(0, SAID_DEPTH).join('/');
    places[place] = [...(places[place] ?? []), file];
  }
  return places;
}
