import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { LabError } from '../../errors.js';

const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_OTHERS = 0o002;
const STICKY = 0o1000;
/** What the kernel shows for users without a number in this user namespace: they cannot act in it. */
const UNMAPPED_UID = 65_534;

/**
 * Refuses a folder whose entries another user could make, change or replace: what is read there decides which
 * processes are killed. So it must be this user's own, no other may write to it, and none may put another in its place.
 * Throws STATE_FOLDER, and what `lstat` throws where there is no such folder.
 */
export function refuseUnlessOwn(folder: string): void {
  const stat = lstatSync(folder);
  if (stat.isSymbolicLink()) throw unfit(folder, 'is a symbolic link', 'set NEARCAST_STATE_DIR to where it leads');
  if (!stat.isDirectory()) throw unfit(folder, 'is not a folder');
  if (stat.uid !== process.getuid?.()) throw unfit(folder, 'belongs to another user');
  if ((stat.mode & (WRITABLE_BY_GROUP | WRITABLE_BY_OTHERS)) !== 0) {
    throw unfit(
      folder,
      'is writable by other users, who could make nearcast kill your processes',
      `chmod go-w ${folder}, or set NEARCAST_STATE_DIR to a folder of your own`,
    );
  }
  for (const path of pathTo(folder)) {
    const parent = lstatSync(path);
    if (!isExchangeable(parent)) continue;
    throw unfit(folder, `is not safe: other users can replace it, because they can write to ${path}`);
  }
}

/** The folders that a folder lies in, as they are written and as they are with all symbolic links followed. */
function pathTo(folder: string): ReadonlySet<string> {
  const parent = dirname(folder);
  return new Set(
    [parent, realpathSync(parent)].flatMap((path) =>
      path.split(sep).map((_, index, parts) => join(sep, ...parts.slice(0, index + 1))),
    ),
  );
}

/**
 * Where the sticky bit is set, only its owner renames or removes an entry; a link can be followed if its owner is
 * trusted.
 */
function isExchangeable(stat: Stats): boolean {
  const { uid, gid, mode } = stat;
  const isTrusted = uid === 0 || uid === UNMAPPED_UID || uid === process.getuid?.();
  if (!isTrusted) return true;
  if (stat.isSymbolicLink() || (mode & STICKY) !== 0) return false;
  // On many systems each user has a group of their own, with no other member.
  const byGroup = (mode & WRITABLE_BY_GROUP) !== 0 && gid !== 0 && gid !== process.getgid?.();
  return byGroup || (mode & WRITABLE_BY_OTHERS) !== 0;
}

function unfit(folder: string, why: string, hint = 'set NEARCAST_STATE_DIR to a folder of your own'): LabError {
  return new LabError('STATE_FOLDER', `the state folder ${folder} ${why}`, { hint });
}
