import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync, type Dirent } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { Attach, Attached } from './file/own-frr.js';
import { largestFile } from './read.js';

/**
 * Reads what the topology file at `path` names, by paths from its folder. With `within`, nothing outside that folder is
 * read, wherever paths and links in it lead: for files of strangers.
 */
export function attachTo(path: string, { within }: { readonly within?: string | undefined } = {}): Attach {
  return (name) => {
    const at = resolve(dirname(path), name);
    const refuse = (why: string, hint: string, isMissing = false): Attached => ({
      path: at,
      isMissing,
      message: `${JSON.stringify(name)} ${why}`,
      hint,
    });
    const isOutside = (place: string, folder: string): boolean => !place.startsWith(`${folder}${sep}`);
    const outside = refuse('leads out of the folder of the submission', 'hand in the file with the topology');
    try {
      // Nothing is said of a file outside: not even whether it is there.
      if (within !== undefined && isOutside(at, resolve(within))) return outside;
      const real = realpathSync(at);
      if (within !== undefined && isOutside(real, realpathSync(within))) return outside;
      const text = textAt(real);
      return typeof text === 'string' ? { path: at, text } : refuse(text.why, text.hint);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      if (code === 'ENOENT' || code === 'ENOTDIR')
        return refuse('is not there', 'paths are relative to the topology file', true);
      return refuse(`cannot be read (${code})`, `give yourself read permission: chmod u+r ${name}`);
    }
  };
}

/** A folder of more files than these is not the folder of one machine's configuration. */
const MOST_FILES = 10_000;

/**
 * The files in a folder and in those below it, by paths from `root`, in order: up to ten thousand. Links are files, wherever
 * they lead. None where there is no such folder, or it may not be read.
 */
export function filesBelow(root: string, folder: string): readonly string[] {
  const found: string[] = [];
  const folders = [folder];
  for (let next = folders.shift(); next !== undefined && found.length < MOST_FILES; next = folders.shift()) {
    for (const entry of entriesOf(join(root, next)).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.isDirectory()) folders.push(join(next, entry.name));
      else found.push(join(next, entry.name));
    }
  }
  return found.slice(0, MOST_FILES).sort();
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function textAt(path: string): string | { readonly why: string; readonly hint: string } {
  // Nothing waits for a writer at the other end of a pipe.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile()) return { why: 'is not a regular file', hint: 'name a text file' };
    const bytes = Buffer.alloc(largestFile + 1);
    let length = 0;
    for (let more = -1; more !== 0 && length < bytes.length; length += more)
      more = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (length > largestFile) return { why: 'is larger than 1 MiB', hint: 'is it a configuration of FRRouting?' };
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length));
  } catch (error) {
    if (error instanceof TypeError) return { why: 'is not UTF-8 text', hint: 'save it as UTF-8' };
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
