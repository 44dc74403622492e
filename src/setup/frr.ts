import { join } from 'node:path';
import { LabError } from '../errors.js';
import { type FrrChoice, frrReleases, type FrrVersion } from '../frr/versions.js';
import { type Environment, findProgram, isExecutable, readDistribution } from './machine.js';
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

/** The machine's own FRR, or the version that its distribution has; or a version of another release, with its libc. */
function frrProductOf(choice: FrrChoice | undefined): PackagedProduct {
  if (choice === undefined || choice === 'system' || isOfThisRelease(choice)) return frrProduct;
  return wholeProductOf(choice);
}

/** A version with its libc. */
function wholeProductOf(version: FrrVersion): PackagedProduct {
  return { ...frrProduct, suite: frrReleases[version].suite, series: version };
}

/**
 * The FRR that this machine has, its own or a private copy, or undefined. Looks at a few files and starts no process.
 * Without a choice, the machine's own comes first; NEARCAST_FRR=private passes over it.
 */
export function locateFrr(env: Environment = process.env, choice?: FrrChoice): FrrInstallation | undefined {
  if (choice === 'system') return locateSystemFrr(env);
  if (choice === undefined) return locateOwnFirst(env) ?? locatePrivateFrr(env, choice);
  return locatePrivateFrr(env, choice);
}

/**
 * The FRR that this machine has, obtained first where it has none: from the distribution's own packages, or those of
 * the release that has the version, verified by apt, unpacked into the user's cache. Nothing outside that folder is
 * changed, and no service is started.
 */
export async function ensureFrr(options: EnsureOptions = {}, choice?: FrrChoice): Promise<FrrInstallation> {
  const { env = process.env } = options;
  const present = locateFrr(env, choice);
  if (present !== undefined) return present;
  if (choice === 'system') {
    throw new LabError('FRR_UNAVAILABLE', 'no FRRouting is installed on this machine', {
      hint: 'sudo apt-get install frr; or ask for a version that nearcast obtains itself: nearcast doctor says which there are',
    });
  }
  const product = frrProductOf(choice);
  const packages = product.suite === undefined ? ['bind9-dnsutils'] : [];
  return toInstallation(await obtainCopy(product, { packages, extras: extrasOf(product, env) }, options));
}

/**
 * Each of these versions, and what a lab needs besides: it comes along with that of the machine's release, where the machine has none
 * of it.
 */
export async function ensureVersions(
  choices: readonly (FrrChoice | undefined)[],
  options: EnsureOptions = {},
): Promise<readonly FrrInstallation[]> {
  const ready: FrrInstallation[] = [];
  for (const choice of choices) ready.push(await ensureFrr(options, choice));
  if (!choices.includes(undefined) && !hasTools(options.env)) await ensureFrr(options);
  return ready;
}

/**
 * The folder of a copy of a version with all that it needs, libc and all, whatever this machine runs: what a container
 * can begin with. Obtained first where it is not here.
 */
export async function ensureWholeFrr(version: FrrVersion, options: EnsureOptions = {}): Promise<string> {
  const product = wholeProductOf(version);
  const { env = process.env } = options;
  const copy = locateCopy(product, [], env) ?? (await obtainCopy(product, { packages: [], extras: [] }, options));
  return copy.folder;
}

/** Whether the machine has what a lab needs besides FRR, and what is used in nodes: a copy of FRR brings it along. */
function hasTools(env: Environment = process.env): boolean {
  return [...Object.keys(packageOfProgram), 'dig'].every((program) => findProgram(program, env) !== undefined);
}

/** The folder of this machine's private copy, whether it exists or not. */
export function privateCopyFolder(env: Environment = process.env, choice?: FrrChoice): string {
  const product = frrProductOf(choice);
  return copyFolder(product, extrasOf(product, env), env);
}

/** Starts an installation's programs once, doing nothing, to prove that they load here; resolves to zebra's version. */
export function proveFrr(frr: FrrInstallation, signal?: AbortSignal): Promise<string> {
  const { libraryPath, ownSystem } = frr;
  return provePrograms(frrProduct, proofsOf(frr), { libraryPath, loader: ownSystem?.loader }, signal);
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

function toInstallation({ folder, version, libraryPath, binDirs, loader }: PrivateCopy): FrrInstallation {
  return {
    source: 'private',
    version,
    daemonsDir: join(folder, daemonsInCopy),
    vtysh: join(folder, vtyshInCopy),
    libraryPath,
    // Programs that need another libc than the machine's start nowhere but in their own system.
    ...(loader === undefined ? { binDirs } : { binDirs: [], ownSystem: { root: folder, loader } }),
  };
}

function locateOwnFirst(env: Environment): FrrInstallation | undefined {
  return env['NEARCAST_FRR'] === 'private' ? undefined : locateSystemFrr(env);
}

function locateSystemFrr(env: Environment): FrrInstallation | undefined {
  const daemonsDir = systemDaemonFolders.find((folder) =>
    requiredDaemons.every((daemon) => isExecutable(join(folder, daemon))),
  );
  const vtysh = daemonsDir === undefined ? undefined : findProgram('vtysh', env);
  if (daemonsDir === undefined || vtysh === undefined) return undefined;
  return { source: 'system', version: undefined, daemonsDir, vtysh, libraryPath: undefined, binDirs: [] };
}

function locatePrivateFrr(env: Environment, choice: FrrVersion | undefined): FrrInstallation | undefined {
  const product = frrProductOf(choice);
  const copy = locateCopy(product, extrasOf(product, env), env);
  return copy === undefined ? undefined : toInstallation(copy);
}

/** Whether the machine's own distribution has this version: its packages then need no libc of their own. */
function isOfThisRelease(version: FrrVersion): boolean {
  const { id, codename } = readDistribution();
  return id === 'debian' && codename === frrReleases[version].suite;
}

/** What a lab needs besides FRR and the machine lacks; a copy of another release cannot bring it. */
function extrasOf({ suite }: PackagedProduct, env: Environment): readonly string[] {
  if (suite !== undefined) return [];
  return Object.entries(packageOfProgram).flatMap(([program, name]) =>
    findProgram(program, env) === undefined ? [name] : [],
  );
}
