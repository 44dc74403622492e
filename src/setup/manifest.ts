import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isExecutable, readTextIfAny } from './machine.js';
import type { FrrInstallation } from './installation.js';

/** What a private copy holds. Written last, inside the copy: a copy without it is not whole. */
export interface CopyManifest {
  readonly format: 1;
  readonly version: string;
  /** Each package as `name version`. */
  readonly packages: readonly string[];
  /** All folders are relative to the copy. */
  readonly daemonsDir: string;
  readonly vtysh: string;
  readonly libraryDirs: readonly string[];
  readonly binDirs: readonly string[];
}

export const manifestName = 'nearcast-copy.json';
const current: CopyManifest['format'] = 1;

/** The private copy in a folder, or undefined when there is none that this version of nearcast understands. */
export function readPrivateCopy(folder: string): FrrInstallation | undefined {
  const manifest = parseManifest(readTextIfAny(join(folder, manifestName)));
  if (manifest === undefined) return undefined;
  const installation = toInstallation(folder, manifest);
  return isExecutable(join(installation.daemonsDir, 'zebra')) && existsSync(installation.vtysh)
    ? installation
    : undefined;
}

/** A private copy with the paths it has on this machine. */
export function toInstallation(folder: string, manifest: CopyManifest): FrrInstallation {
  const inCopy = (path: string): string => join(folder, path);
  return {
    source: 'private',
    version: manifest.version,
    daemonsDir: inCopy(manifest.daemonsDir),
    vtysh: inCopy(manifest.vtysh),
    libraryPath: manifest.libraryDirs.map(inCopy).join(':'),
    binDirs: manifest.binDirs.map(inCopy),
  };
}

/** The manifest in a text, or undefined when it is none, or of another format. */
export function parseManifest(text: string | undefined): CopyManifest | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isManifest(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isManifest(value: unknown): value is CopyManifest {
  if (typeof value !== 'object' || value === null) return false;
  const { format, version, packages, daemonsDir, vtysh, libraryDirs, binDirs } = value as Partial<
    Record<keyof CopyManifest, unknown>
  >;
  return (
    format === current &&
    [version, daemonsDir, vtysh].every((field) => typeof field === 'string') &&
    [packages, libraryDirs, binDirs].every(
      (field) => Array.isArray(field) && field.every((item) => typeof item === 'string'),
    )
  );
}
