import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LabError } from '../errors.js';
import { downloadPackages, type PackageFile } from './apt.js';
import { draftName, sweepDrafts } from './drafts.js';
import type { FrrInstallation } from './installation.js';
import { type CopyManifest, manifestName, readPrivateCopy, toInstallation } from './manifest.js';
import type { FrrProgress } from './progress.js';
import { proveCopy } from './prove.js';
import { run } from './run.js';

interface ObtainOptions {
  readonly folder: string;
  readonly packages: readonly string[];
  /** Not so where it is the temporary folder. */
  readonly isLasting: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: FrrProgress) => void) | undefined;
}

/** Needed by the frr package for its log files on a host; of no use in a lab. */
const uselessPackages: ReadonlySet<string> = new Set(['logrotate', 'libpopt0']);
const uselessFolders = ['usr/share/doc', 'usr/share/man', 'usr/share/lintian', 'usr/lib/systemd', 'lib/systemd', 'etc'];

/**
 * Makes a private copy: beside its final place, which it takes in one step when it is whole and proved to run. Two
 * processes that do this at once both end with a whole copy, whoever is first; an interrupted one leaves nothing.
 */
export async function obtainPrivateCopy(options: ObtainOptions): Promise<FrrInstallation> {
  const { folder, signal } = options;
  const place = dirname(folder);
  await sweepDrafts(place);
  const draft = join(place, draftName(basename(folder)));
  try {
    mkdirSync(draft, { recursive: true });
    const manifest = await fill(draft, options);
    signal?.throwIfAborted();
    const copy = await takePlace(join(draft, 'root'), folder, manifest);
    options.onProgress?.({ kind: 'ready', version: manifest.version, folder });
    return copy;
  } catch (cause) {
    throw explainFailure(cause, folder, signal);
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function fill(
  draft: string,
  { folder, packages, isLasting, signal, onProgress }: ObtainOptions,
): Promise<CopyManifest> {
  onProgress?.({ kind: 'started', packages, folder });
  onProgress?.({ kind: 'placed', folder: dirname(folder), isLasting });
  const downloaded = await downloadPackages(packages, join(draft, 'apt'), {
    signal,
    onUpdate: () => onProgress?.({ kind: 'updating' }),
    onDownload: (download) => onProgress?.({ kind: 'downloading', ...download }),
  });
  if (!downloaded.ok) throw explainApt(downloaded.reasons);
  const files = downloaded.files.filter(({ name }) => !uselessPackages.has(name));
  onProgress?.({ kind: 'verified', packages: downloaded.files.length });
  onProgress?.({ kind: 'unpacking', folder });
  const root = join(draft, 'root');
  await unpack(files, root, signal);
  const layout = readLayout(root, files);
  const version = await proveCopy(toInstallation(root, layout), signal);
  const manifest = { ...layout, version };
  writeFileSync(join(root, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

async function unpack(files: readonly PackageFile[], root: string, signal: AbortSignal | undefined): Promise<void> {
  mkdirSync(root);
  for (const { path, name } of files) {
    const { ok, lines } = await run(['dpkg', '-x', path, root], { signal });
    if (!ok) {
      const cause = new Error(lines.slice(-3).join('\n'));
      throw new LabError('FRR_UNAVAILABLE', `The package ${name} could not be unpacked`, {
        cause,
        hint: 'is the disk full? NEARCAST_CACHE_DIR names another place',
      });
    }
  }
  await Promise.all(uselessFolders.map((path) => rm(join(root, path), { recursive: true, force: true })));
}

/** Where things are in an unpacked copy. Releases differ in whether programs are in /usr only. */
function readLayout(root: string, files: readonly PackageFile[]): CopyManifest {
  const libraryDirs = ['usr/lib', 'lib']
    .filter((path) => existsSync(join(root, path)))
    .flatMap((path) =>
      readdirSync(join(root, path))
        .filter((name) => /-linux-gnu/.test(name))
        .map((name) => join(path, name)),
    )
    .flatMap((path) => [path, ...(existsSync(join(root, path, 'frr')) ? [join(path, 'frr')] : [])]);
  return {
    format: 1,
    version: '',
    packages: files.map(({ name, version }) => `${name} ${version}`),
    daemonsDir: 'usr/lib/frr',
    vtysh: 'usr/bin/vtysh',
    libraryDirs,
    binDirs: ['usr/bin', 'usr/sbin', 'bin', 'sbin'].filter((path) => existsSync(join(root, path))),
  };
}

async function takePlace(made: string, folder: string, manifest: CopyManifest): Promise<FrrInstallation> {
  // Somebody else may have been faster; theirs may already be in use, so it stays.
  const theirs = readPrivateCopy(folder);
  if (theirs !== undefined) return theirs;
  try {
    renameSync(made, folder);
  } catch (error) {
    const meanwhile = readPrivateCopy(folder);
    if (meanwhile !== undefined) return meanwhile;
    if (!existsSync(folder)) throw error;
    // What is there is no copy: damaged, or made by another version of nearcast. It makes room.
    const aside = join(dirname(folder), draftName(`${basename(folder)}-old`));
    renameSync(folder, aside);
    renameSync(made, folder);
    await rm(aside, { recursive: true, force: true });
  }
  return toInstallation(folder, manifest);
}

function explainApt(reasons: readonly string[]): LabError {
  const text = reasons.join('\n');
  const hint = /Unable to locate package|no installation candidate/.test(text)
    ? 'the package sources of this machine do not offer frr; on Ubuntu: sudo add-apt-repository universe'
    : /unmet dependencies|held broken|--fix-broken/.test(text)
      ? "the machine's packages are broken: sudo apt-get --fix-broken install"
      : 'is this machine online, and is the proxy set in apt? With FRR installed (sudo apt-get install frr), no download is needed';
  return new LabError('FRR_UNAVAILABLE', `apt could not download FRRouting:\n${text}`, {
    cause: new Error(text),
    hint,
  });
}

function explainFailure(cause: unknown, folder: string, signal: AbortSignal | undefined): LabError {
  if (signal?.aborted === true)
    return new LabError('INTERRUPTED', 'Interrupted while downloading FRRouting', { cause });
  if (cause instanceof LabError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new LabError('FRR_UNAVAILABLE', `FRRouting could not be put into ${folder}: ${message}`, {
    cause,
    hint: 'set NEARCAST_CACHE_DIR to a folder that you can write to',
  });
}
