import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { LabError } from '../../../errors.js';
import { packageRoot } from '../../../support/package-root.js';

/** A file of a build context, under its name there. */
export interface ContextFile {
  readonly name: string;
  readonly content: Buffer;
  /** 0644 unless said otherwise. */
  readonly mode?: number | undefined;
  /** Set for a symbolic link. */
  readonly linkTo?: string | undefined;
}

/** An image of nearcast's own: its tag is a hash of what it is made from. */
export interface OwnImage {
  readonly repository: string;
  readonly reference: string;
  readonly files: readonly ContextFile[];
}

export const baseReference = 'nearcast/base:latest';
/** Every image of ours carries this label with its role. */
export const imageLabel = 'nearcast.image';

/** What Node calls the architectures of engines. */
export const NODE_ARCHITECTURES: Readonly<Record<string, string>> = {
  amd64: 'x64',
  arm64: 'arm64',
  arm: 'arm',
  386: 'ia32',
  riscv64: 'riscv64',
};

/** What nodes run in that name no image. */
export function frrImage(): OwnImage {
  return ownImage('frr', []);
}

/** What the agent runs in, on an engine of this architecture. */
export function agentImage(architecture: string): OwnImage {
  const home = 'nearcast';
  const programs = ['agent.js', 'agent.cjs', 'identity-worker.js', 'http-server.js', 'relay.js'];
  return ownImage('agent', [
    ...programs.map((name) => ({
      name: `${home}/${name}`,
      content: readFileSync(join(packageRoot(), 'dist', name)),
    })),
    { name: `${home}/package.json`, content: Buffer.from('{"type": "module"}\n') },
    ...koffiFiles(architecture).map(({ name, content }) => ({ name: `${home}/node_modules/${name}`, content })),
  ]);
}

function ownImage(role: 'frr' | 'agent', context: readonly ContextFile[]): OwnImage {
  const dockerfile = readFileSync(join(packageRoot(), 'images', role, 'Dockerfile'));
  const files = [{ name: 'Dockerfile', content: dockerfile }, ...context];
  const hash = createHash('sha256');
  for (const { name, content } of files) hash.update(`${name} ${String(content.length)}\n`).update(content);
  const repository = `nearcast/${role}`;
  return { repository, reference: `${repository}:${hash.digest('hex').slice(0, 12)}`, files };
}

/** The package that the agent makes system calls with, and its part for the engine's architecture. */
function koffiFiles(architecture: string): readonly ContextFile[] {
  const arch = NODE_ARCHITECTURES[architecture] ?? architecture;
  const native = `@koromix/koffi-linux-${arch}`;
  const koffi = packageFolder(createRequire(join(packageRoot(), 'package.json')), 'koffi');
  let part: string;
  try {
    part = packageFolder(createRequire(join(koffi, 'package.json')), native);
  } catch (cause) {
    throw new LabError(
      'IMAGE_UNAVAILABLE',
      `the engine's machine is ${architecture}, and ${native} is not installed here`,
      {
        cause,
        hint: `npm install --no-save --force ${native}`,
      },
    );
  }
  const isNeeded = (path: string): boolean =>
    /\.(?:c?js|json|node)$/.test(path) && !/^(?:vendor|doc|musl_\w+)\//.test(path);
  return [...filesOf(koffi, 'koffi', isNeeded), ...filesOf(part, native, isNeeded)];
}

/** Packages need not let others see their manifest; the folder that carries their name is theirs all the same. */
function packageFolder(from: NodeJS.Require, name: string): string {
  const main = from.resolve(name);
  return main.slice(0, main.lastIndexOf(join('node_modules', name)) + join('node_modules', name).length);
}

function filesOf(folder: string, name: string, isNeeded: (path: string) => boolean): readonly ContextFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter(isNeeded)
    .sort()
    .map((path) => ({ name: `${name}/${path}`, content: readFileSync(join(folder, path)) }));
}
