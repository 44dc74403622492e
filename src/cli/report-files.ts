import { access, constants, stat, writeFile } from 'node:fs/promises';
import { hostname, release, type } from 'node:os';
import { dirname, isAbsolute } from 'node:path';
import { LabError, toLabError } from '../errors.js';
import type { ReportOrigin } from '../report/html/header.js';
import { packageVersion } from '../support/package-root.js';
import { currentFolder } from '../support/current-folder.js';

/** Refuses a report file that cannot be written, before the work starts. Throws USAGE. */
export async function refuseUnwritable(path: string | undefined, flag: string): Promise<void> {
  if (path === undefined) return;
  if (!isAbsolute(path) && currentFolder() === undefined) {
    throw new LabError('USAGE', `${path} cannot be written: the folder that you are in was removed`, {
      hint: `name a file in an existing folder: --${flag} /tmp/report`,
    });
  }
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === true && flag !== 'with-capture') {
    throw new LabError('USAGE', `${path} is a folder`, { hint: `name a file in it: --${flag} ${path}/report` });
  }
  try {
    // What is there already, such as a device, need not lie in a folder of the user's.
    await access(there === undefined ? dirname(path) : path, constants.W_OK);
  } catch (cause) {
    throw new LabError('USAGE', `${path} cannot be written: ${toLabError(cause).message}`, {
      cause,
      hint: `name a file in a folder that you can write to: --${flag} report`,
    });
  }
}

/** Where a report comes from, for who reads it elsewhere; `done` is what was done if it is not one of tests. */
export function reportOrigin(files: readonly string[], done?: string): ReportOrigin {
  const versions = [`nearcast ${packageVersion()}`, `${type()} ${release()}`, `Node ${process.versions.node}`];
  return { files, host: hostname(), versions, ...(done === undefined ? {} : { done }) };
}

/** Writes a report at the end. Throws REPORT_UNWRITTEN, with the name of the file. */
export async function writeReport(
  path: string | undefined,
  text: () => string | Uint8Array | Promise<string | Uint8Array>,
): Promise<void> {
  if (path === undefined) return;
  try {
    await writeFile(path, await text());
  } catch (cause) {
    throw new LabError('REPORT_UNWRITTEN', `${path} could not be written: ${toLabError(cause).message}`, {
      cause,
      hint: 'make room, or name another file; the result is shown above',
    });
  }
}
