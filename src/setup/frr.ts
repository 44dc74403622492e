import { join } from 'node:path';
import { LabError } from '../errors.js';
import { cacheFolder, createCacheFolder, isTrusted, privateCopyName } from './cache.js';
import { type Environment, findProgram, isExecutable, readDistribution } from './machine.js';
import type { FrrInstallation } from './installation.js';
import { readPrivateCopy } from './manifest.js';
import { installCommand, isDebianLike } from './os-release.js';
import type { FrrProgress } from './progress.js';

export type { FrrInstallation } from './installation.js';

export interface EnsureFrrOptions {
  readonly env?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: FrrProgress) => void) | undefined;
}

/** The daemons that a lab may need; an FRR that lacks one of them will not do. */
const requiredDaemons = ['zebra', 'ospfd', 'ospf6d', 'bgpd', 'bfdd', 'staticd'] as const;

/** What a lab needs besides FRR: ip and tc to make links, nft to lose packets. */
const packageOfProgram = { ip: 'iproute2', nft: 'nftables' };

const systemDaemonFolders = ['/usr/lib/frr', '/usr/libexec/frr'];

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
export async function ensureFrr({
  env = process.env,
  signal,
  onProgress,
}: EnsureFrrOptions = {}): Promise<FrrInstallation> {
  const present = locateFrr(env);
  if (present !== undefined) return present;
  const trouble = explainWhyNotObtainable(env);
  if (trouble !== undefined) throw trouble;
  const cache = cacheFolder(env);
  createCacheFolder(cache);
  const packages = ['frr', 'bind9-dnsutils', ...missingPackages(env)];
  // Loaded only here: every start of a lab passes through this file.
  const { obtainPrivateCopy } = await import('./private-copy.js');
  return obtainPrivateCopy({
    folder: privateCopyFolder(env),
    packages,
    isLasting: !cache.mustBeOwn,
    signal,
    onProgress,
  });
}

/** Why no FRR can be obtained for this machine privately, or undefined when it can be tried. */
export function explainWhyNotObtainable(env: Environment = process.env): LabError | undefined {
  const distribution = readDistribution();
  const command = installCommand(distribution, 'frr');
  const hint = command === undefined ? 'install FRRouting (frr) with its daemons' : command;
  if (!isDebianLike(distribution)) {
    const why = 'nearcast can download it only on Debian and Ubuntu';
    return new LabError('FRR_UNAVAILABLE', `No FRRouting on this machine (${distribution.prettyName}), and ${why}`, {
      hint,
    });
  }
  const missing = ['apt-get', 'dpkg'].filter((name) => findProgram(name, env) === undefined);
  if (missing.length === 0) return undefined;
  const which = missing.join(' and ');
  return new LabError('FRR_UNAVAILABLE', `No FRRouting on this machine, and no ${which} to download it with`, { hint });
}

/** The folder of this machine's private copy, whether it exists or not. */
export function privateCopyFolder(env: Environment = process.env): string {
  return join(cacheFolder(env).path, privateCopyName(readDistribution(), process.arch, missingPackages(env)));
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
  return isTrusted(cacheFolder(env)) ? readPrivateCopy(privateCopyFolder(env)) : undefined;
}

/** What a lab needs besides FRR and the machine lacks. */
function missingPackages(env: Environment): readonly string[] {
  return Object.entries(packageOfProgram).flatMap(([program, name]) =>
    findProgram(program, env) === undefined ? [name] : [],
  );
}
