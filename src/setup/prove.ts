import { basename, join } from 'node:path';
import { LabError } from '../errors.js';
import type { FrrInstallation } from './installation.js';
import { isExecutable } from './machine.js';
import { run } from './run.js';

/**
 * Starts an installation's programs once, doing nothing, to prove that they load here; resolves to zebra's version.
 */
export async function proveCopy(copy: FrrInstallation, signal?: AbortSignal): Promise<string> {
  const env = copy.libraryPath === undefined ? {} : { LD_LIBRARY_PATH: copy.libraryPath };
  const [programs] = copy.binDirs;
  const commands: readonly (readonly [string, string])[] = [
    [join(copy.daemonsDir, 'zebra'), '--version'],
    [join(copy.daemonsDir, 'ospfd'), '--version'],
    [copy.vtysh, '--help'],
    // A machine that has dig already gets no second one.
    ...(programs === undefined || !isExecutable(join(programs, 'dig')) ? [] : [[join(programs, 'dig'), '-v'] as const]),
  ];
  const ended = await Promise.all(commands.map((argv) => run(argv, { env, signal })));
  ended.forEach(({ ok, lines }, i) => {
    if (!ok) throw explainLoadFailure(basename(commands[i]?.[0] ?? ''), lines);
  });
  return parseFrrVersion(ended[0]?.lines ?? []) ?? 'unknown';
}

/** The version in what `zebra --version` prints. */
export function parseFrrVersion(lines: readonly string[]): string | undefined {
  return lines.map((line) => /\bversion ([\w.+~-]+)/.exec(line)?.[1]).find((version) => version !== undefined);
}

/** The library that the dynamic loader could not find, or undefined when that is not what went wrong. */
export function parseMissingLibrary(lines: readonly string[]): string | undefined {
  return lines
    .map((line) => /error while loading shared libraries: ([^:\s]+):/.exec(line)?.[1])
    .find((name) => name !== undefined);
}

/** Why a program of an installation does not run here. */
export function explainLoadFailure(program: string, lines: readonly string[]): LabError {
  const library = parseMissingLibrary(lines);
  const cause = new Error(lines.slice(-3).join('\n'));
  return library === undefined
    ? new LabError('FRR_UNAVAILABLE', `${program} does not run here: ${lines.at(-1) ?? 'it printed nothing'}`, {
        cause,
        hint: 'is the folder on a file system mounted noexec? NEARCAST_CACHE_DIR names another place',
      })
    : new LabError('FRR_UNAVAILABLE', `${program} needs the library ${library}, which this machine lacks`, {
        cause,
        hint: 'remove the private copy to download it again, or install frr',
      });
}
