import { join } from 'node:path';
import { locateFrr } from './frr.js';
import { type Environment, findProgram, isExecutable } from './machine.js';
import type { PackagedProduct } from './manifest.js';
import { copyFolder, type EnsureOptions, locateCopy, obtainCopy } from './packaged.js';

/** A server that nodes can run. */
export interface ServerInstallation {
  /** The machine's own, or a copy in the user's cache. */
  readonly source: 'system' | 'private';
  readonly version: string | undefined;
  /** The server itself first, and then what belongs to it. */
  readonly programs: readonly string[];
  /** For LD_LIBRARY_PATH, of a copy. */
  readonly libraryPath: string | undefined;
  /** Of a copy: its programs, and `dig` where the machine has none. */
  readonly binDirs: readonly string[];
}

interface ServerProduct {
  readonly product: PackagedProduct;
  /** Programs that the nodes run, the server itself first. */
  readonly programs: readonly string[];
  /** The word that has the server print its version. */
  readonly versionWord: string;
  /** Set to `private`, this variable passes over the machine's own. */
  readonly variable: string;
}

/** A server of the distribution's packages. */
export type ServerName = (typeof serverNames)[number];

export const serverNames = ['nsd', 'unbound'] as const;

/** Servers that are obtained when a lab needs them, as FRRouting is. */
export const serverProducts: Readonly<Record<ServerName, ServerProduct>> = {
  nsd: serverProduct({ server: 'nsd', title: 'NSD', programs: ['nsd', 'nsd-checkzone'], versionWord: '-v' }),
  unbound: serverProduct({ server: 'unbound', title: 'Unbound', programs: ['unbound'], versionWord: '-V' }),
};

/** The server that this machine has, its own or a private copy, or undefined. Looks at a few files and starts no process. */
export function locateServer(server: ServerName, env: Environment = process.env): ServerInstallation | undefined {
  const { product, programs, variable } = serverProducts[server];
  const own = env[variable] === 'private' ? [] : programs.flatMap((program) => findProgram(program, env) ?? []);
  if (own.length === programs.length)
    return { source: 'system', version: undefined, programs: own, libraryPath: undefined, binDirs: [] };
  const copy = locateCopy(product, missingPackages(env), env);
  if (copy === undefined) return undefined;
  const { folder, version, libraryPath, binDirs } = copy;
  return {
    source: 'private',
    version,
    programs: product.programs.map((program) => join(folder, program)),
    libraryPath,
    binDirs,
  };
}

/** Sees to it that this machine has the server: obtains it first where it has none, as FRRouting is. */
export async function ensureServer(server: ServerName, options: EnsureOptions = {}): Promise<void> {
  const { env = process.env } = options;
  if (locateServer(server, env) !== undefined) return;
  await obtainCopy(serverProducts[server].product, { packages: [], extras: missingPackages(env) }, options);
}

/** The folder of this machine's private copy, whether it exists or not. */
export function serverCopyFolder(server: ServerName, env: Environment = process.env): string {
  return copyFolder(serverProducts[server].product, missingPackages(env), env);
}

function serverProduct({
  server,
  title,
  programs,
  versionWord,
}: Pick<ServerProduct, 'programs' | 'versionWord'> & {
  readonly server: ServerName;
  readonly title: string;
}): ServerProduct {
  const inCopy = programs.map((program) => `usr/sbin/${program}`);
  const product: PackagedProduct = {
    title,
    package: server,
    installHint: `install ${title} (${server})`,
    unavailable: 'SERVER_UNAVAILABLE',
    programs: inCopy,
    libraryFolders: [],
    proofs: ({ folder, binDirs }) => [
      [join(folder, inCopy[0] ?? ''), versionWord],
      ...binDirs
        .map((bin) => join(bin, 'dig'))
        .filter(isExecutable)
        .map((dig) => [dig, '-v'] as const),
    ],
  };
  return { product, programs, versionWord, variable: `NEARCAST_${server.toUpperCase()}` };
}

/** Guides query a DNS server with dig; a private copy of FRRouting has one already. */
function missingPackages(env: Environment): readonly string[] {
  return findProgram('dig', env, locateFrr(env)?.binDirs) === undefined ? ['bind9-dnsutils'] : [];
}
