import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { retryTransient } from '../support/retry.js';
import { run } from './run.js';

/** A package file that apt downloaded and verified. */
export interface PackageFile {
  readonly path: string;
  readonly name: string;
  readonly version: string;
}

/** A line of apt's that says it begins to download a package. */
export interface PackageDownload {
  readonly name: string;
  readonly version: string;
  /** As apt writes it: `3855 kB`. */
  readonly size: string;
}

export interface AptOptions {
  readonly signal?: AbortSignal | undefined;
  /** Set where the packages are those of another release than the machine's, libc and all. */
  readonly otherRelease?: OtherRelease | undefined;
  /** Called when the machine's own package lists do not do, and new ones are fetched. */
  readonly onUpdate?: (() => void) | undefined;
  readonly onDownload?: ((download: PackageDownload) => void) | undefined;
}

/** A suite of Debian's archive that the machine's apt does not know. */
export interface OtherRelease {
  readonly site: string;
  readonly suite: string;
}

export type Downloaded =
  | { readonly ok: true; readonly files: readonly PackageFile[] }
  | { readonly ok: false; readonly reasons: readonly string[] };

const FIRST_WAIT_MS = 300;

/** Debian's own keys, which verify the suites that are not the machine's, too. */
const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * What packages need to be set up on a host, or for its users: apt takes these for installed where nothing of the
 * machine's is looked at.
 */
const takenForInstalled = [
  ...['adduser', 'cron', 'cron-daemon-common', 'debconf', 'init-system-helpers', 'iproute2', 'libpam-modules'],
  ...['libpam-runtime', 'logrotate', 'lsof', 'passwd', 'readline-common', 'sensible-utils', 'systemd'],
];

const hostLists = '/var/lib/apt/lists';
const hostStatus = '/var/lib/dpkg/status';

/**
 * apt's settings for a private run. Sources, keys, proxies and pins stay the machine's; hooks, which may touch the
 * machine, go; and so do indexes that only desktops and completion use.
 */
const privateSettings = [
  '#clear APT::Update::Pre-Invoke;',
  '#clear APT::Update::Post-Invoke;',
  '#clear APT::Update::Post-Invoke-Success;',
  '#clear AptCli::Hooks;',
  '#clear DPkg::Pre-Invoke;',
  '#clear DPkg::Post-Invoke;',
  '#clear DPkg::Pre-Install-Pkgs;',
  '#clear Acquire::IndexTargets::deb::DEP-11;',
  '#clear Acquire::IndexTargets::deb::Contents-deb;',
  '#clear Acquire::IndexTargets::deb::CNF;',
  'Acquire::Languages "none";',
  'Acquire::Retries "1";',
  'Acquire::AllowInsecureRepositories "false";',
  'APT::Get::AllowUnauthenticated "false";',
  'APT::Install-Recommends "false";',
  'APT::Install-Suggests "false";',
  // No lock of the machine's is taken: nothing of the machine's is written.
  'Debug::NoLocking "true";',
  // As root, apt would download as the user _apt, which cannot enter a folder of root's own.
  'APT::Sandbox::User "root";',
  '',
].join('\n');

/** The package that a line of apt's progress is about, or undefined when it is about none. */
export function parseDownloadLine(line: string): PackageDownload | undefined {
  // Get:5 URL SUITE/COMPONENT ARCHITECTURE NAME ARCHITECTURE VERSION [SIZE]; lines about indexes have one word less.
  const match = /^Get:\d+ \S+ \S+ \S+ (\S+) \S+ (\S+) \[([^\]]+)\]$/.exec(line.trim());
  const [, name, version, size] = match ?? [];
  return name === undefined || version === undefined || size === undefined ? undefined : { name, version, size };
}

/** The name and version in the name of a package file; a version's colon is written %3a there. */
export function parsePackageFileName(fileName: string): { name: string; version: string } | undefined {
  const [, name, version] = /^([^_]+)_([^_]+)_[^_]+\.deb$/.exec(fileName) ?? [];
  return name === undefined || version === undefined
    ? undefined
    : {
        name,
        version: version.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
      };
}

/** What apt says went wrong, without its progress; its last lines where it does not mark any. */
export function pickReasons(lines: readonly string[]): readonly string[] {
  const whole = joinContinuations(lines);
  const errors = whole.filter(isError);
  const warnings = whole.filter((line) => line.startsWith('W:'));
  const [chosen = []] = [errors, warnings, whole].filter(({ length }) => length > 0);
  return [...new Set(chosen)].slice(-4);
}

/**
 * Whether what apt says went wrong may be over at the next attempt: a mirror that is busy or in the middle of an
 * update, or a connection that broke. A name that does not resolve is not: this machine is offline.
 */
export function mayPass(reasons: readonly string[]): boolean {
  return reasons.some((reason) =>
    /\b50[0234]\b|Hash Sum mismatch|unexpected size|Mirror sync|Connection (?:failed|reset|timed out)|closed prematurely/i.test(
      reason,
    ),
  );
}

/** Why apt could not do it, where another attempt might. */
class PassingFailure extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(reasons.join('\n'));
  }
}

/**
 * Downloads packages and what they need beyond what the machine has, into a folder, with apt's own client: apt checks
 * every file against the signed indexes. The machine's package lists are read first; new ones are fetched, privately,
 * when those are missing or too old to lead to a file. A failure that may pass is tried again a few times.
 */
export async function downloadPackages(
  names: readonly string[],
  folder: string,
  options: AptOptions,
): Promise<Downloaded> {
  const attempt = async (): Promise<Downloaded> => {
    const downloaded = await downloadOnce(names, folder, options);
    if (!downloaded.ok && mayPass(downloaded.reasons)) throw new PassingFailure(downloaded.reasons);
    return downloaded;
  };
  try {
    return await retryTransient(attempt, {
      isTransient: (error) => error instanceof PassingFailure,
      signal: options.signal,
      firstWaitMs: FIRST_WAIT_MS,
    });
  } catch (error) {
    if (error instanceof PassingFailure) return { ok: false, reasons: error.reasons };
    throw error;
  }
}

async function downloadOnce(
  names: readonly string[],
  folder: string,
  { signal, otherRelease, onUpdate, onDownload }: AptOptions,
): Promise<Downloaded> {
  const archives = join(folder, 'cache', 'archives');
  const lists = join(folder, 'state', 'lists');
  for (const path of [archives, lists]) mkdirSync(join(path, 'partial'), { recursive: true });
  const settings = join(folder, 'apt.conf');
  writeFileSync(settings, privateSettings);
  const status = otherRelease === undefined ? [] : describeOtherRelease(folder, otherRelease);

  const apt = (listFolder: string, ...words: readonly string[]) =>
    run(['apt-get', '-q', `-c=${settings}`, ...privateFolders(folder, listFolder), ...status, ...words], {
      signal,
      onLine: (line) => {
        const download = parseDownloadLine(line);
        if (download !== undefined) onDownload?.(download);
      },
    });
  const download = (listFolder: string) => apt(listFolder, '-y', '--download-only', 'install', ...names);

  if (otherRelease === undefined && hasLists(hostLists) && (await download(hostLists)).ok)
    return { ok: true, files: listPackageFiles(archives) };
  onUpdate?.();
  const updated = await apt(lists, 'update');
  const downloaded = await download(lists);
  if (downloaded.ok) return { ok: true, files: listPackageFiles(archives) };
  // A list that could not be fetched is the deeper reason for a package that could not be found.
  const listTrouble = joinContinuations(updated.lines).filter(isError);
  return { ok: false, reasons: pickReasons(listTrouble.length > 0 ? listTrouble : downloaded.lines) };
}

function privateFolders(folder: string, listFolder: string): readonly string[] {
  const places = {
    'Dir::State': join(folder, 'state'),
    'Dir::State::lists': listFolder,
    'Dir::State::status': hostStatus,
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Cache::archives': join(folder, 'cache', 'archives'),
    'Dir::Log': join(folder, 'log'),
  };
  return Object.entries(places).flatMap(([name, path]) => ['-o', `${name}=${path}`]);
}

/** Settings after which apt knows this suite alone, and nothing of what is installed. */
function describeOtherRelease(folder: string, { site, suite }: OtherRelease): readonly string[] {
  const sources = join(folder, 'sources.list');
  const keys = existsSync(debianKeyring) ? `[signed-by=${debianKeyring}] ` : '';
  writeFileSync(sources, `deb ${keys}${site} ${suite} main\n`);
  const status = join(folder, 'status');
  writeFileSync(status, takenForInstalled.map(statusEntry).join('\n'));
  const settings = {
    'Dir::State::status': status,
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'APT::Default-Release': suite,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** As newer than any: no version of it is ever wanted. */
function statusEntry(name: string): string {
  const fields = {
    Package: name,
    Status: 'install ok installed',
    Version: '999:0',
    Architecture: 'all',
    'Multi-Arch': 'foreign',
    Maintainer: 'nobody <nobody@localhost>',
    Description: 'not needed',
  };
  return Object.entries(fields)
    .map(([field, value]) => `${field}: ${value}\n`)
    .join('');
}

/** `E: ...` of a whole run, `Err:3 ...` of one file. */
function isError(line: string): boolean {
  return /^(?:E:|Err:\d+ )/.test(line);
}

/** apt says on an indented line of its own why a file could not be fetched. */
function joinContinuations(lines: readonly string[]): readonly string[] {
  return lines
    .join('\n')
    .replaceAll(/\n[ \t]+(?=\S)/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

function hasLists(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => name.includes('_Packages'));
}

function listPackageFiles(archives: string): readonly PackageFile[] {
  return readdirSync(archives)
    .sort()
    .flatMap((fileName) => {
      const parsed = parsePackageFileName(fileName);
      return parsed === undefined ? [] : [{ path: join(archives, fileName), ...parsed }];
    });
}
