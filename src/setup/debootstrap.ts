import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../errors.js';
import { downloadPackages } from './apt.js';
import { cacheFolder, createCacheFolder } from './cache.js';
import { draftName, sweepDrafts } from './drafts.js';
import { type Environment, findProgram, readDistribution } from './machine.js';
import { isDebianLike } from './os-release.js';
import { run } from './run.js';
import { readSources, type Source } from './sources.js';

export interface BaseSystemOptions {
  readonly env?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** A Debian or Ubuntu that is not yet set up: `secondStage` must run in it, as its root. */
export interface BaseSystem {
  /** A tar archive of the whole file system. */
  readonly archive: string;
  readonly codename: string;
  readonly mirror: string;
  readonly secondStage: readonly string[];
  dispose(): Promise<void>;
}

/**
 * Makes a small system from the distribution's packages: the release of this machine, from the mirror that its own apt
 * uses. Only the first half of debootstrap runs here, which unpacks and runs nothing: so no root is needed, and the
 * second half is for a container. debootstrap itself is obtained privately where the machine has none.
 */
export async function makeBaseSystem({
  env = process.env,
  signal,
  onProgress,
}: BaseSystemOptions = {}): Promise<BaseSystem> {
  const distribution = readDistribution();
  const { codename } = distribution;
  if (!isDebianLike(distribution) || codename === undefined) {
    throw unavailable(
      `a base image can be built from packages only on Debian and Ubuntu; this is ${distribution.prettyName}`,
    );
  }
  const sources = (await readSources(signal)).filter(
    ({ release }) => release === codename || release.startsWith(`${codename}-`),
  );
  const mirror = sources.find(({ release, component }) => release === codename && component === 'main')?.site;
  if (mirror === undefined) throw unavailable(`the package sources of this machine do not offer ${codename}`);
  const cache = cacheFolder(env);
  createCacheFolder(cache);
  await sweepDrafts(cache.path);
  const draft = join(cache.path, draftName('base'));
  const dispose = (): Promise<void> => rm(draft, { recursive: true, force: true, maxRetries: 3 });
  try {
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    const debootstrap = await locateDebootstrap(draft, env, signal, onProgress);
    onProgress?.(`debootstrap: fetching ${codename} from ${mirror}`);
    const root = join(draft, 'root');
    await asRootOfFiles(debootstrap, ['--foreign', '--variant=minbase', codename, root, mirror], signal, (line) => {
      const name = /^I: (?:Retrieving|Extracting|Validating) (\S+?)\.*(?: \S+)?$/.exec(line)?.[1];
      if (name !== undefined) onProgress?.(`debootstrap: ${name}`);
    });
    writeFileSync(join(root, 'nearcast.sources'), aptSources(sources));
    const archive = join(draft, 'root.tar');
    await asRootOfFiles(
      { program: 'tar' },
      ['--numeric-owner', '--owner=0', '--group=0', '-C', root, '-cf', archive, '.'],
      signal,
    );
    return { archive, codename, mirror, secondStage: ['sh', '-c', SECOND_STAGE], dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

const SECOND_STAGE = [
  '/debootstrap/debootstrap --second-stage',
  'mv /nearcast.sources /etc/apt/sources.list',
  'rm -rf /debootstrap /var/cache/apt/* /var/lib/apt/lists/* /var/log/* /usr/share/doc /usr/share/man /usr/share/locale',
].join(' && ');

function aptSources(sources: readonly Source[]): string {
  return [...new Set(sources.map(({ site, release, component }) => `deb ${site} ${release} ${component}\n`))].join('');
}

interface Tool {
  readonly program: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

async function locateDebootstrap(
  draft: string,
  env: Environment,
  signal: AbortSignal | undefined,
  onProgress: BaseSystemOptions['onProgress'],
): Promise<Tool> {
  const own = findProgram('debootstrap', env);
  if (own !== undefined && findProgram('wget', env) !== undefined) return { program: own };
  onProgress?.('downloading a private copy of debootstrap (nothing is installed on the machine)');
  const downloaded = await downloadPackages(['debootstrap', 'wget'], join(draft, 'apt'), { signal });
  if (!downloaded.ok) throw unavailable(`apt could not download debootstrap: ${downloaded.reasons.join('; ')}`);
  const tools = join(draft, 'tools');
  mkdirSync(tools);
  for (const { path } of downloaded.files) {
    const { ok, lines } = await run(['dpkg', '-x', path, tools], { signal });
    if (!ok) throw unavailable(`${path} could not be unpacked: ${lines.slice(-2).join(' ')}`);
  }
  return {
    program: join(tools, 'usr/sbin/debootstrap'),
    env: {
      DEBOOTSTRAP_DIR: join(tools, 'usr/share/debootstrap'),
      PATH: [join(tools, 'usr/bin'), env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(':'),
      LD_LIBRARY_PATH: ['usr/lib', 'lib'].map((folder) => join(tools, folder, debianTriplet())).join(':'),
    },
  };
}

function debianTriplet(): string {
  return process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
}

/**
 * Runs a program that believes to be root, in a user namespace with one user. Owners of files are all the same there:
 * the second stage unpacks every package once more, with the right ones.
 */
async function asRootOfFiles(
  { program, env }: Tool,
  words: readonly string[],
  signal: AbortSignal | undefined,
  onLine?: (line: string) => void,
): Promise<void> {
  const namespace = process.getuid?.() === 0 ? [] : ['unshare', '--user', '--map-root-user', '--mount'];
  const [first = program, ...rest] = [...namespace, program, ...words];
  const { ok, lines } = await run([first, ...rest], {
    signal,
    onLine,
    // debootstrap looks for device nodes that only a real root can make, but not where it believes to be in a
    // container.
    env: { ...env, container: 'lxc', TAR_OPTIONS: '--no-same-owner' },
  });
  if (!ok) throw unavailable(`${program} failed: ${lines.slice(-3).join('; ')}`);
}

function unavailable(why: string): LabError {
  return new LabError('IMAGE_UNAVAILABLE', why, {
    hint: 'give the engine a Debian image named nearcast/base:latest: docker load, or docker tag debian:bookworm-slim nearcast/base:latest',
  });
}
