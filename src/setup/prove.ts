import { basename } from 'node:path';
import { LabError } from '../errors.js';
import type { PackagedProduct, PrivateCopy } from './manifest.js';
import { run } from './run.js';

/**
 * Starts a copy's programs once, doing nothing, to prove that they load here; resolves to the version that the first
 * prints.
 */
export async function proveCopy(product: PackagedProduct, copy: PrivateCopy, signal?: AbortSignal): Promise<string> {
  return provePrograms(product, product.proofs(copy), copy, signal);
}

/** How programs find their libraries: by a path for the machine's dynamic loader, or by one of their own. */
type Loading = { readonly libraryPath: string | undefined } & Pick<PrivateCopy, 'loader'>;

/** The same for programs that are in no copy. */
export async function provePrograms(
  product: PackagedProduct,
  commands: ReturnType<PackagedProduct['proofs']>,
  { libraryPath, loader }: Loading,
  signal?: AbortSignal,
): Promise<string> {
  const env = libraryPath === undefined || loader !== undefined ? {} : { LD_LIBRARY_PATH: libraryPath };
  const ended = await Promise.all(
    commands.map((argv) =>
      run(loader === undefined ? argv : [loader, '--library-path', libraryPath ?? '', ...argv], { env, signal }),
    ),
  );
  ended.forEach(({ ok, lines }, i) => {
    if (!ok) throw explainLoadFailure(product, basename(commands[i]?.[0] ?? ''), lines);
  });
  return parseVersion(ended[0]?.lines ?? []) ?? 'unknown';
}

/** The version in what `zebra --version`, `nsd -v` or `unbound -V` prints. */
export function parseVersion(lines: readonly string[]): string | undefined {
  return lines.map((line) => /\bversion ([\w.+~-]+)/i.exec(line)?.[1]).find((version) => version !== undefined);
}

/** Whether `10.3.1` is of the series 10.3. */
export function isOfSeries(version: string, series: string): boolean {
  return version === series || version.startsWith(`${series}.`);
}

/** The library that the dynamic loader could not find, or undefined when that is not what went wrong. */
export function parseMissingLibrary(lines: readonly string[]): string | undefined {
  return lines
    .map((line) => /error while loading shared libraries: ([^:\s]+):/.exec(line)?.[1])
    .find((name) => name !== undefined);
}

/** Why a program of an installation does not run here. */
export function explainLoadFailure(
  { package: name, unavailable }: PackagedProduct,
  program: string,
  lines: readonly string[],
): LabError {
  const library = parseMissingLibrary(lines);
  const cause = new Error(lines.slice(-3).join('\n'));
  return library === undefined
    ? new LabError(unavailable, `${program} does not run here: ${lines.at(-1) ?? 'it printed nothing'}`, {
        cause,
        hint: 'is the folder on a file system mounted noexec? NEARCAST_CACHE_DIR names another place',
      })
    : new LabError(unavailable, `${program} needs the library ${library}, which this machine lacks`, {
        cause,
        hint: `remove the private copy to download it again, or install ${name}`,
      });
}
