import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabError, toLabError } from '../errors.js';

/** Says that a file cannot be written, before anything is done that it would tell of. Throws USAGE. */
export async function refuseUnwritable(path: string | undefined, flag: string): Promise<void> {
  if (path === undefined) return;
  try {
    await access(dirname(path), constants.W_OK);
  } catch (cause) {
    throw new LabError('USAGE', `${path} cannot be written: ${toLabError(cause).message}`, { cause, hint: `name a file in a folder of yours: --${flag} report` });
  }
}
