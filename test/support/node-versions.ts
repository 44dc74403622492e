import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { cacheFolder } from '../../src/setup/cache.js';

/** The npm registry has Node's own builds as packages. */
const builds = new Map([
  [20, '20.20.2'],
  [22, '22.23.3'],
  [24, '24.22.3'],
]);
const FETCH_DEADLINE_MS = 150_000;

/**
 * The folder of a `node` program of a major version: the one that runs the suite, or one from the npm registry, fetched
 * once.
 */
async function folderOfNode(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${String(major)}.`)) return dirname(process.execPath);
  const version = builds.get(major);
  if (version === undefined) throw new Error(`no build of Node ${String(major)} is named here`);
  const kept = join(dirname(cacheFolder(process.env).path), 'nearcast-test', `node-${version}-${process.arch}`);
  const name = `node-linux-${process.arch}`;
  const programs = join('node_modules', name, 'bin');
  if (existsSync(join(kept, programs, 'node'))) return join(kept, programs);
  const draft = `${kept}.${String(process.pid)}`;
  mkdirSync(draft, { recursive: true });
  try {
    await execa(
      'npm',
      ['install', '--prefix', draft, '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`],
      { cwd: draft, timeout: FETCH_DEADLINE_MS },
    );
    rmSync(kept, { recursive: true, force: true });
    renameSync(draft, kept);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return join(kept, programs);
}

/** Every major version that nearcast is for, each with the folder of its program, or why there is none here. */
export const nodePrograms: readonly {
  readonly major: number;
  readonly folder: string | undefined;
  readonly trouble: string;
}[] = await Promise.all(
  [...builds.keys()].map(async (major) => {
    try {
      return { major, folder: await folderOfNode(major), trouble: '' };
    } catch (error) {
      return {
        major,
        folder: undefined,
        trouble: `Node ${String(major)} is not here, and cannot be fetched: ${String(error)}`,
      };
    }
  }),
);
