import { join } from 'node:path';
import { type Environment, findProgram, isExecutable } from './machine.js';
import type { FrrInstallation } from './installation.js';
import type { PackagedProduct, PrivateCopy } from './manifest.js';
import { copyFolder, type EnsureOptions, locateCopy, obtainCopy } from './packaged.js';
import { provePrograms } from './prove.js';

export type { FrrInstallation } from './installation.js';

/** The daemons that a lab may need; an FRR that lacks one of them will not do. */
const requiredDaemons = ['zebra', 'ospfd', 'ospf6d', 'bgpd', 'bfdd', 'staticd'] as const;

/** What a lab needs besides FRR: ip and tc to make links, nft to lose packets. */
const packageOfProgram = { ip: 'iproute2', nft: 'nftables' };

const systemDaemonFolders = ['/usr/lib/frr', '/usr/libexec/frr'];

const daemonsInCopy = 'usr/lib/frr';
const vtyshInCopy = 'usr/bin/vtysh';

export const frrProduct: PackagedProduct = {
  title: 'FRRouting',
  package: 'frr',
  installHint: 'install FRRouting (frr) with its daemons',
  unavailable: 'FRR_UNAVAILABLE',
  programs: [`${daemonsInCopy}/zebra`, vtyshInCopy],
  libraryFolders: ['frr'],
  proofs: (copy) => proofsOf(toInstallation(copy)),
};

/**
 * The FRR that this machine has, its own or a private copy, or undefined. Looks at a few files and starts no process.
 * NEARCAST_FRR=private passes over the machine's own.
 */
export function locateFrr(env: Environment = process.env): FrrInstallation | undefined {
  return locateSystemFrr(env) ?? locatePrivateFrr(env);
}

/**
 * The FRR that this machine has, obtained first where it has none: from the distribution's own packages, verified by
 * apt, unpacked into the user's cache. Nothing outside that folder is changed, and no service is started.
 */
export async function ensureFrr(options: EnsureOptions = {}): Promise<FrrInstallation> {
  const { env = process.env } = options;
  const present = locateFrr(env);
  if (present !== undefined) return present;
  const wanted = { packages: ['bind9-dnsutils'], extras: missingPackages(env) };
  return toInstallation(await obtainCopy(frrProduct, wanted, options));
}

/** The folder of this machine's private copy, whether it exists or not. */
export function privateCopyFolder(env: Environment = process.env): string {
  return copyFolder(frrProduct, missingPackages(env), env);
}

/** Starts an installation's programs once, doing nothing, to prove that they load here; resolves to zebra's version. */
export function proveFrr(frr: FrrInstallation, signal?: AbortSignal): Promise<string> {
  return provePrograms(frrProduct, proofsOf(frr), frr.libraryPath, signal);
}

function proofsOf({ daemonsDir, vtysh, binDirs: [programs] }: FrrInstallation): ReturnType<PackagedProduct['proofs']> {
  return [
    [join(daemonsDir, 'zebra'), '--version'],
    [join(daemonsDir, 'ospfd'), '--version'],
    [vtysh, '--help'],
    // A machine that has dig already gets no second one.
    ...(programs === undefined || !isExecutable(join(programs, 'dig')) ? [] : [[join(programs, 'dig'), '-v'] as const]),
  ];
}

function toInstallation({ folder, version, libraryPath, binDirs }: PrivateCopy): FrrInstallation {
  return {
    source: 'private',
    version,
    daemonsDir: join(folder, daemonsInCopy),
    vtysh: join(folder, vtyshInCopy),
    libraryPath,
    binDirs,
  };
}

function locateSystemFrr(env: Environment): FrrInstallation | undefined {
  if (env['NEARCAST_FRR'] === 'private') return undefined;
  const daemonsDir = systemDaemonFolders.find((folder) =>
    requiredDaemons.every((daemon) => isExecutable(join(folder, daemon))),
  );
  const vtysh = daemonsDir === undefined ? undefined : findProgram('vtysh', env);
  if (daemonsDir === undefined || vtysh === undefined) return undefined;
  return { source: 'system', version: undefined, daemonsDir, vtysh, libraryPath: undefined, binDirs: [] };
}

function locatePrivateFrr(env: Environment): FrrInstallation | undefined {
  const copy = locateCopy(frrProduct, missingPackages(env), env);
  return copy === undefined ? undefined : toInstallation(copy);
}

/** What a lab needs besides FRR and the machine lacks. */
function missingPackages(env: Environment): readonly string[] {
  return Object.entries(packageOfProgram).flatMap(([program, name]) =>
    findProgram(program, env) === undefined ? [name] : [],
  );
}
