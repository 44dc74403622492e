import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LabError } from '../errors.js';
import { downloadPackages, type OtherRelease, type PackageFile } from './apt.js';
import { draftName, sweepDrafts } from './drafts.js';
import {
  type CopyManifest,
  manifestName,
  type PackagedProduct,
  type PrivateCopy,
  readPrivateCopy,
  titleOf,
  toPrivateCopy,
} from './manifest.js';
import { isExecutable } from './machine.js';
import type { CopyProgress } from './progress.js';
import { isOfSeries, proveCopy } from './prove.js';
import { run } from './run.js';
import { debianArchive } from './sources.js';

/** Each fails only if another process did the same in the same moment. */
const MOST_ATTEMPTS = 5;

interface ObtainOptions {
  readonly product: PackagedProduct;
  readonly folder: string;
  readonly packages: readonly string[];
  /** Not so where it is the temporary folder. */
  readonly isLasting: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: CopyProgress) => void) | undefined;
}

/** What packages need to be set up on a host, or for their log files there; of no use in a lab. */
const uselessPackages: ReadonlySet<string> = new Set(['logrotate', 'libpopt0', 'adduser', 'init-system-helpers']);
const uselessFolders = ['usr/share/doc', 'usr/share/man', 'usr/share/lintian', 'usr/lib/systemd', 'lib/systemd', 'etc'];

/**
 * Makes a private copy: beside its final place, which it takes in one step when it is whole and proved to run. Two
 * processes that do this at once both end with a whole copy, whichever is first; an interrupted one leaves nothing.
 */
export async function obtainPrivateCopy(options: ObtainOptions): Promise<PrivateCopy> {
  const { product, folder, signal } = options;
  const place = dirname(folder);
  await sweepDrafts(place);
  const draft = join(place, draftName(basename(folder)));
  try {
    mkdirSync(draft, { recursive: true });
    const manifest = await fill(draft, options);
    signal?.throwIfAborted();
    const copy = await takePlace(join(draft, 'root'), options, manifest);
    options.onProgress?.({ kind: 'ready', title: product.title, version: manifest.version, folder });
    return copy;
  } catch (cause) {
    throw explainFailure(cause, product, folder, signal);
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function fill(
  draft: string,
  { product, folder, packages, isLasting, signal, onProgress }: ObtainOptions,
): Promise<CopyManifest> {
  onProgress?.({ kind: 'started', title: titleOf(product), packages, folder });
  onProgress?.({ kind: 'placed', folder: dirname(folder), isLasting });
  const downloaded = await downloadPackages(packages, join(draft, 'apt'), {
    signal,
    otherRelease: await otherReleaseOf(product, signal),
    onUpdate: () => onProgress?.({ kind: 'updating', suite: product.suite }),
    onDownload: (download) => onProgress?.({ kind: 'downloading', ...download }),
  });
  if (!downloaded.ok) throw explainApt(product, downloaded.reasons);
  const files = downloaded.files.filter(({ name }) => !uselessPackages.has(name));
  onProgress?.({ kind: 'verified', packages: downloaded.files.length });
  onProgress?.({ kind: 'unpacking', folder });
  const root = join(draft, 'root');
  await unpack(product, files, root, signal);
  const layout = readLayout(product, root, files);
  const version = await proveCopy(product, toPrivateCopy(root, layout), signal);
  const manifest = { ...layout, version };
  refuseOtherSeries(product, version);
  writeFileSync(join(root, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

async function unpack(
  { unavailable }: PackagedProduct,
  files: readonly PackageFile[],
  root: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  mkdirSync(root);
  for (const { path, name } of files) {
    const { ok, lines } = await run(['dpkg', '-x', path, root], { signal });
    if (!ok) {
      const cause = new Error(lines.slice(-3).join('\n'));
      throw new LabError(unavailable, `The package ${name} could not be unpacked`, {
        cause,
        hint: 'is the disk full? NEARCAST_CACHE_DIR names another place',
      });
    }
  }
  await Promise.all(uselessFolders.map((path) => rm(join(root, path), { recursive: true, force: true })));
}

/** The suite of a product that has one; undefined where its packages are the machine's own distribution's. */
async function otherReleaseOf(
  product: PackagedProduct,
  signal: AbortSignal | undefined,
): Promise<OtherRelease | undefined> {
  const { suite, unavailable } = product;
  if (suite === undefined) return undefined;
  const site = await debianArchive(signal);
  if (site !== undefined) return { site, suite };
  throw new LabError(
    unavailable,
    `${titleOf(product)} is in Debian's ${suite}, and apt on this machine fetches nothing of Debian`,
    {
      hint: 'ask for another version; nearcast doctor says which there are',
    },
  );
}

function refuseOtherSeries(product: PackagedProduct, version: string): void {
  const { suite = '', series, unavailable } = product;
  if (series === undefined || isOfSeries(version, series)) return;
  throw new LabError(unavailable, `${titleOf(product)} is no longer in Debian's ${suite}: that has ${version} now`, {
    hint: 'ask for another version; nearcast doctor says which there are',
  });
}

/** Where things are in an unpacked copy. Releases differ in whether programs are in /usr only. */
function readLayout(
  { libraryFolders, suite }: PackagedProduct,
  root: string,
  files: readonly PackageFile[],
): CopyManifest {
  const libraryDirs = ['usr/lib', 'lib']
    .filter((path) => existsSync(join(root, path)))
    .flatMap((path) =>
      readdirSync(join(root, path))
        .filter((name) => /-linux-gnu/.test(name))
        .map((name) => join(path, name)),
    )
    .flatMap((path) => [path, ...libraryFolders.map((name) => join(path, name))])
    .filter((path) => existsSync(join(root, path)));
  const loader = suite === undefined ? undefined : findLoader(root, libraryDirs);
  return {
    format: 1,
    version: '',
    packages: files.map(({ name, version }) => `${name} ${version}`),
    libraryDirs,
    binDirs: ['usr/bin', 'usr/sbin', 'bin', 'sbin'].filter((path) => existsSync(join(root, path))),
    ...(loader === undefined ? {} : { loader }),
  };
}

/** `ld-linux-x86-64.so.2` beside the libc, where that is among the packages. */
function findLoader(root: string, libraryDirs: readonly string[]): string | undefined {
  return libraryDirs
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
    .find((path) => /^ld-linux-.*\.so\.\d+$/.test(basename(path)) && isExecutable(join(root, path)));
}

async function takePlace(
  made: string,
  { product, folder }: ObtainOptions,
  manifest: CopyManifest,
): Promise<PrivateCopy> {
  for (let attempt = 1; ; attempt++) {
    // Somebody else may have been faster; theirs may already be in use, so it stays.
    const theirs = readPrivateCopy(folder, product);
    if (theirs !== undefined) return theirs;
    try {
      renameSync(made, folder);
      return toPrivateCopy(folder, manifest);
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !existsSync(dirname(folder))) throw error;
      // What is there is not a copy: damaged, or made by another version of nearcast. It makes room.
      await putAside(folder);
    }
  }
}

/** Removes a folder, unless somebody else has just done so. */
async function putAside(folder: string): Promise<void> {
  const aside = join(dirname(folder), draftName(`${basename(folder)}-old`));
  try {
    renameSync(folder, aside);
  } catch (error) {
    if (!existsSync(folder)) return;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

function explainApt(product: PackagedProduct, reasons: readonly string[]): LabError {
  const { title, package: name, unavailable } = product;
  const text = reasons.join('\n');
  const hint = /Unable to locate package|no installation candidate/.test(text)
    ? `the package sources of this machine do not offer ${name}; on Ubuntu: sudo add-apt-repository universe`
    : /unmet dependencies|held broken|--fix-broken/.test(text)
      ? "the machine's packages are broken: sudo apt-get --fix-broken install"
      : `is this machine online, and is the proxy set in apt? With ${title} installed (sudo apt-get install ${name}), no download is needed`;
  return new LabError(unavailable, `apt could not download ${titleOf(product)}:\n${text}`, {
    cause: new Error(text),
    hint,
  });
}

function explainFailure(
  cause: unknown,
  { title, unavailable }: PackagedProduct,
  folder: string,
  signal: AbortSignal | undefined,
): LabError {
  if (signal?.aborted === true) return new LabError('INTERRUPTED', `Interrupted while downloading ${title}`, { cause });
  if (cause instanceof LabError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new LabError(unavailable, `${title} could not be put into ${folder}: ${message}`, {
    cause,
    hint: 'set NEARCAST_CACHE_DIR to a folder that you can write to',
  });
}
