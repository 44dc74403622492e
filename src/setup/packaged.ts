import { join } from 'node:path';
import { LabError } from '../errors.js';
import { cacheFolder, createCacheFolder, isTrusted, privateCopyName } from './cache.js';
import { type Environment, findProgram, readDistribution } from './machine.js';
import { type PackagedProduct, type PrivateCopy, readPrivateCopy } from './manifest.js';
import { installCommand, isDebianLike } from './os-release.js';
import type { CopyProgress } from './progress.js';

export interface EnsureOptions {
  readonly env?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: CopyProgress) => void) | undefined;
}

/** Packages that a product's copy has where the machine lacks them; they are part of the copy's name. */
type Extras = readonly string[];

/** The folder of this machine's private copy, whether it exists or not. */
export function copyFolder(product: PackagedProduct, extras: Extras, env: Environment): string {
  const { suite, series = '' } = product;
  const name =
    suite === undefined
      ? privateCopyName(product.package, readDistribution(), process.arch, extras)
      : privateCopyName(`${product.package}-${series}`, { id: 'debian', release: suite }, process.arch, extras);
  return join(cacheFolder(env).path, name);
}

/** This machine's private copy. Looks at a few files and starts no process. */
export function locateCopy(product: PackagedProduct, extras: Extras, env: Environment): PrivateCopy | undefined {
  return isTrusted(cacheFolder(env)) ? readPrivateCopy(copyFolder(product, extras, env), product) : undefined;
}

/**
 * Obtains a private copy: from the distribution's own packages, verified by apt, unpacked into the user's cache. Nothing
 * outside that folder is changed, and no service is started.
 */
export async function obtainCopy(
  product: PackagedProduct,
  { packages, extras }: { readonly packages: readonly string[]; readonly extras: Extras },
  { env = process.env, signal, onProgress }: EnsureOptions,
): Promise<PrivateCopy> {
  const trouble = explainWhyNotObtainable(product, env);
  if (trouble !== undefined) throw trouble;
  const cache = cacheFolder(env);
  createCacheFolder(cache, product.unavailable);
  // Loaded only here: every start of a lab passes through this file.
  const { obtainPrivateCopy } = await import('./private-copy.js');
  return obtainPrivateCopy({
    product,
    folder: copyFolder(product, extras, env),
    packages: [product.package, ...packages, ...extras],
    isLasting: !cache.mustBeOwn,
    signal,
    onProgress,
  });
}

/** Why a product cannot be obtained for this machine privately, or undefined when it can be tried. */
export function explainWhyNotObtainable(
  { title, package: name, unavailable, installHint }: PackagedProduct,
  env: Environment = process.env,
): LabError | undefined {
  const distribution = readDistribution();
  const hint = installCommand(distribution, name) ?? installHint;
  if (!isDebianLike(distribution)) {
    const why = 'nearcast can download it only on Debian and Ubuntu';
    return new LabError(unavailable, `No ${title} on this machine (${distribution.prettyName}), and ${why}`, { hint });
  }
  const missing = ['apt-get', 'dpkg'].filter((program) => findProgram(program, env) === undefined);
  if (missing.length === 0) return undefined;
  return new LabError(unavailable, `No ${title} on this machine, and no ${missing.join(' and ')} to download it with`, {
    hint,
  });
}
