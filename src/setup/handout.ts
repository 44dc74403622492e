import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { LabError } from '../errors.js';
import type { FrrChoice } from '../frr/versions.js';
import { packageRoot } from '../support/package-root.js';
import { ensureFrr } from './frr.js';
import type { EnsureOptions } from './packaged.js';
import { run } from './run.js';
import { ensureServer, locateServer, type ServerName } from './servers.js';

export interface Handout {
  /** The name of the folder in the archive. */
  readonly name: string;
  /** Text files of the labs, by their path in the package: `topologies/figure1.yml`. */
  readonly files: ReadonlyMap<string, string>;
  /** For the one who unpacks it. */
  readonly readme: string;
  /** The versions of FRRouting besides that of this machine's release. */
  readonly versions: readonly FrrChoice[];
  readonly servers: readonly ServerName[];
}

/** Names of files that a build gives anew each time have a hash in them. */
const HASHED = /-[A-Z0-9]{8}\.js$/;
const REFERENCE = /["'`]\.\/([\w.-]+\.js)["'`]/g;
/** `/usr/lib/frr` or `/usr/sbin/nsd`, below the folder of a private copy. */
const DEPTH_IN_COPY = '../../..';

/**
 * Writes an archive with labs, nearcast, and the programs that they run: whoever unpacks it on the same release of the
 * same distribution needs no network. Programs that this machine has no private copy of are obtained first.
 */
export async function writeHandout(handout: Handout, archive: string, options: EnsureOptions = {}): Promise<void> {
  const draft = await mkdtemp(join(tmpdir(), 'nearcast-handout-'));
  try {
    const folder = join(draft, handout.name);
    await mkdir(folder);
    await writeFile(join(folder, 'README.md'), handout.readme);
    await writeFile(join(folder, 'nearcast'), starter, { mode: 0o755 });
    await copyPackage(join(folder, 'package'));
    for (const [path, text] of handout.files) {
      await mkdir(dirname(join(folder, 'package', path)), { recursive: true });
      await writeFile(join(folder, 'package', path), text);
    }
    for (const copy of await privateCopies(handout, options))
      await cp(copy, join(folder, 'cache', 'nearcast', copy.slice(dirname(copy).length + 1)), {
        recursive: true,
        verbatimSymlinks: true,
      });
    await mkdir(dirname(resolve(archive)), { recursive: true });
    const packed = await run(['tar', '-czf', resolve(archive), '-C', draft, handout.name], { signal: options.signal });
    if (!packed.ok)
      throw new LabError('REPORT_UNWRITTEN', `${archive} could not be written: ${packed.lines.slice(-1).join('')}`, {
        hint: 'make room, or name another file:  --output handout.tar.gz',
      });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Finds its own folder, wherever it was unpacked. */
const starter = `#!/bin/sh
here=$(dirname -- "$(readlink -f -- "$0")")
export NEARCAST_CACHE_DIR="$here/cache" NEARCAST_FRR=\${NEARCAST_FRR:-private} NEARCAST_COMMAND="$0"
exec node "$here/package/dist/bin.js" "$@"
`;

/** The package as far as a student needs it: neither the bundled solutions, nor what an earlier build left. */
async function copyPackage(to: string): Promise<void> {
  const root = packageRoot();
  await mkdir(join(to, 'dist'), { recursive: true });
  for (const name of await builtFiles(join(root, 'dist'))) await cp(join(root, 'dist', name), join(to, 'dist', name));
  for (const name of [
    'package.json',
    'LICENSE',
    'CHANGELOG.md',
    'topologies/topology.schema.json',
    'docs/labs/measured.json',
  ])
    if (existsSync(join(root, name))) await cp(join(root, name), join(to, name), { recursive: true });
  const pages = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));
  for (const name of pages) await cp(join(root, 'docs', name), join(to, 'docs', name));
  const { dependencies = {} } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  for (const name of [...Object.keys(dependencies), `@koromix/koffi-${process.platform}-${process.arch}`])
    await cp(dependencyFolder(root, name), join(to, 'node_modules', name), { recursive: true, dereference: true });
}

/** What the entries of the build lead to. */
async function builtFiles(dist: string): Promise<ReadonlySet<string>> {
  const there = new Set((await readdir(dist)).filter((name) => /\.c?js$/.test(name)));
  const found = new Set<string>();
  const queue = [...there].filter((name) => !HASHED.test(name));
  for (const name of queue) {
    if (found.has(name) || !there.has(name)) continue;
    found.add(name);
    const text = await readFile(join(dist, name), 'utf8');
    queue.push(...Array.from(text.matchAll(REFERENCE), ([, other = '']) => other));
  }
  return found;
}

function dependencyFolder(root: string, name: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    if (existsSync(path)) return path;
    if (folder === dirname(folder))
      throw new LabError('BUG', `the package ${name} cannot be found`, { hint: 'install nearcast again' });
  }
}

/** The folders of the private copies that the labs run from: students' machines may have none of these programs. */
async function privateCopies({ versions, servers }: Handout, options: EnsureOptions): Promise<readonly string[]> {
  const env = {
    ...(options.env ?? process.env),
    NEARCAST_FRR: 'private',
    NEARCAST_NSD: 'private',
    NEARCAST_UNBOUND: 'private',
  };
  const folders: string[] = [];
  for (const choice of [undefined, ...versions.filter((each) => each !== 'system')])
    folders.push(join((await ensureFrr({ ...options, env }, choice)).daemonsDir, DEPTH_IN_COPY));
  for (const server of servers) {
    await ensureServer(server, { ...options, env });
    folders.push(...(locateServer(server, env)?.programs.slice(0, 1) ?? []).map((path) => join(path, DEPTH_IN_COPY)));
  }
  return [...new Set(folders)];
}
