import { join } from 'node:path';
import { locateFrr } from './frr.js';
import { type Environment, findProgram, isExecutable } from './machine.js';
import type { PackagedProduct } from './manifest.js';
import { copyFolder, type EnsureOptions, locateCopy, obtainCopy } from './packaged.js';

/** An NSD that nodes can run. */
export interface NsdInstallation {
  /** The machine's own, or a copy in the user's cache. */
  readonly source: 'system' | 'private';
  readonly version: string | undefined;
  readonly program: string;
  /** For LD_LIBRARY_PATH, of a copy. */
  readonly libraryPath: string | undefined;
  /** Of a copy: `nsd-checkzone`, and `dig` where the machine has none. */
  readonly binDirs: readonly string[];
}

const programInCopy = 'usr/sbin/nsd';

export const nsdProduct: PackagedProduct = {
  title: 'NSD',
  package: 'nsd',
  installHint: 'install NSD (nsd)',
  unavailable: 'SERVER_UNAVAILABLE',
  programs: [programInCopy, 'usr/sbin/nsd-checkzone'],
  libraryFolders: [],
  proofs: ({ folder, binDirs }) => [
    [join(folder, programInCopy), '-v'],
    ...binDirs
      .map((bin) => join(bin, 'dig'))
      .filter(isExecutable)
      .map((dig) => [dig, '-v'] as const),
  ],
};

/**
 * The NSD that this machine has, its own or a private copy, or undefined. Looks at a few files and starts no process.
 * NEARCAST_NSD=private passes over the machine's own.
 */
export function locateNsd(env: Environment = process.env): NsdInstallation | undefined {
  const program = env['NEARCAST_NSD'] === 'private' ? undefined : findProgram('nsd', env);
  if (program !== undefined && findProgram('nsd-checkzone', env) !== undefined)
    return { source: 'system', version: undefined, program, libraryPath: undefined, binDirs: [] };
  const copy = locateCopy(nsdProduct, missingPackages(env), env);
  if (copy === undefined) return undefined;
  const { folder, version, libraryPath, binDirs } = copy;
  return { source: 'private', version, program: join(folder, programInCopy), libraryPath, binDirs };
}

/** The NSD that this machine has, obtained first where it has none, as FRRouting is. */
export async function ensureNsd(options: EnsureOptions = {}): Promise<void> {
  const { env = process.env } = options;
  if (locateNsd(env) !== undefined) return;
  await obtainCopy(nsdProduct, { packages: [], extras: missingPackages(env) }, options);
}

/** The folder of this machine's private copy, whether it exists or not. */
export function nsdCopyFolder(env: Environment = process.env): string {
  return copyFolder(nsdProduct, missingPackages(env), env);
}

/** A server of DNS is asked with dig; a private copy of FRRouting has one already. */
function missingPackages(env: Environment): readonly string[] {
  return findProgram('dig', env, locateFrr(env)?.binDirs) === undefined ? ['bind9-dnsutils'] : [];
}
