import { join } from 'node:path';
import type { LabErrorCode } from '../errors.js';
import { isExecutable, readTextIfAny } from './machine.js';

/** What nearcast obtains from the distribution's packages where a machine has none, and how it is known there. */
export interface PackagedProduct {
  /** As people call it: `FRRouting`. */
  readonly title: string;
  /** The package that it is in. */
  readonly package: string;
  /** Set where it is of a certain suite of Debian's archive, whatever the machine is: its copy brings its own libc. */
  readonly suite?: string | undefined;
  /** With `suite`: how its version must begin, as suites move on. */
  readonly series?: string | undefined;
  /** What to do on a distribution whose packages are not known. */
  readonly installHint: string;
  /** The code of the error that says that there is none. */
  readonly unavailable: LabErrorCode;
  /** Programs that a whole copy has, relative to it. */
  readonly programs: readonly string[];
  /** Folders of the product's own below those of the shared libraries. */
  readonly libraryFolders: readonly string[];
  /** What starts the copy's programs once, doing nothing; the first of them prints the version. */
  readonly proofs: (copy: PrivateCopy) => readonly (readonly [program: string, ...words: string[]])[];
}

/** What people call a product, with its version where a certain one is meant. */
export function titleOf({ title, series }: PackagedProduct): string {
  return series === undefined ? title : `${title} ${series}`;
}

/** A private copy with the paths that it has on this machine. */
export interface PrivateCopy {
  readonly folder: string;
  readonly version: string;
  /** For LD_LIBRARY_PATH of every program in it. */
  readonly libraryPath: string;
  readonly binDirs: readonly string[];
  /** The dynamic loader of a copy that has its own libc: the machine's would not do. */
  readonly loader?: string | undefined;
}

/** What a private copy holds. Written last, inside the copy: a copy without it is not whole. */
export interface CopyManifest {
  readonly format: 1;
  readonly version: string;
  /** Each package as `name version`. */
  readonly packages: readonly string[];
  /** All folders are relative to the copy. */
  readonly libraryDirs: readonly string[];
  readonly binDirs: readonly string[];
  readonly loader?: string | undefined;
}

export const manifestName = 'nearcast-copy.json';
const current: CopyManifest['format'] = 1;

/** The private copy in a folder, or undefined when there is none that this version of nearcast understands. */
export function readPrivateCopy(folder: string, { programs }: PackagedProduct): PrivateCopy | undefined {
  const manifest = parseManifest(readTextIfAny(join(folder, manifestName)));
  if (manifest === undefined) return undefined;
  return programs.every((program) => isExecutable(join(folder, program))) ? toPrivateCopy(folder, manifest) : undefined;
}

/** A private copy with the paths it has on this machine. */
export function toPrivateCopy(folder: string, manifest: CopyManifest): PrivateCopy {
  const inCopy = (path: string): string => join(folder, path);
  return {
    folder,
    version: manifest.version,
    libraryPath: manifest.libraryDirs.map(inCopy).join(':'),
    binDirs: manifest.binDirs.map(inCopy),
    ...(manifest.loader === undefined ? {} : { loader: inCopy(manifest.loader) }),
  };
}

/** The manifest in a text, or undefined when it is none, or of another format. */
export function parseManifest(text: string | undefined): CopyManifest | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isManifest(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isManifest(value: unknown): value is CopyManifest {
  if (typeof value !== 'object' || value === null) return false;
  const { format, version, packages, libraryDirs, binDirs, loader } = value as Partial<
    Record<keyof CopyManifest, unknown>
  >;
  return (
    format === current &&
    typeof version === 'string' &&
    (loader === undefined || typeof loader === 'string') &&
    [packages, libraryDirs, binDirs].every(
      (field) => Array.isArray(field) && field.every((item) => typeof item === 'string'),
    )
  );
}
