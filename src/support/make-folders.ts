import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those it lies in. Unlike `mkdir` with `recursive`, it ends where no folder can be made at all: in
 * /proc, Node 20 would try for ever. Throws what the last `mkdir` threw.
 */
export function makeFolders(path: string, mode?: number): void {
  const parent = dirname(path);
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || parent === path) throw error;
    makeFolders(parent);
    makeInto(path, mode);
  }
}

function makeInto(path: string, mode: number | undefined): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
