import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LabError } from '../errors.js';
import { attachTo, filesBelow } from './attach.js';
import type { Attach } from './file/own-frr.js';
import type { Surroundings } from './foreign/foreign-lab.js';
import { settle } from './model/finding.js';
import type { Finding } from './model/finding.js';
import type { Problem } from './model/problem.js';
import { largestFile, readTopology, tooLarge } from './read.js';
import type { TopologyReading } from './read.js';

/**
 * Reads a topology file. What is wrong in the file comes back as problems; a LabError `TOPOLOGY_NOT_FOUND` says that
 * there is no file that can be read. At most 1 MiB is read, whatever `path` leads to.
 */
export async function loadTopology(path: string, options: LoadOptions = {}): Promise<TopologyReading> {
  const loaded = await loadText(path);
  if ('problems' in loaded) return loaded;
  const attach = attachTo(path);
  return readTopology(loaded.text, path, attach, surroundingsOf(path, attach, options), options.student);
}

export interface LoadOptions {
  /** Whether nodes are containers: what files of other programs say of containers counts then. */
  readonly containers?: boolean | undefined;
  /** Whose network it is to be, where the file lets something vary. */
  readonly student?: string | undefined;
}

/** What a lab file of another program at `path` may name. */
export function surroundingsOf(path: string, attach: Attach, { containers = false }: LoadOptions): Surroundings {
  return {
    fileAt(name) {
      const attached = attach(name);
      return 'text' in attached ? attached.text : undefined;
    },
    filesBelow: (folder) => filesBelow(dirname(path), folder),
    variables: process.env,
    folder: dirname(resolve(path)),
    containers,
  };
}

/**
 * The text of a file as `loadTopology` reads it, or why it is none: problems under the name `shown`. Throws as it does.
 */
export async function loadText(
  path: string,
  shown = path,
): Promise<{ readonly text: string } | { readonly problems: readonly Problem[] }> {
  const bytes = await readStart(path);
  if (bytes.length > largestFile) return { problems: settle([tooLarge()], '', shown) };
  const text = decode(bytes);
  return text === undefined ? { problems: settle([notText()], '', shown) } : { text };
}

/** The first bytes of a file, one more than the largest file has. */
async function readStart(path: string): Promise<Buffer> {
  try {
    await using file = await open(path);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of file.createReadStream({ end: largestFile, autoClose: false })) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
    }
    return Buffer.concat(chunks, length);
  } catch (cause) {
    throw cannotRead(path, cause);
  }
}

function cannotRead(path: string, cause: unknown): LabError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'EISDIR':
      return new LabError('TOPOLOGY_NOT_FOUND', `${path} is a folder, not a topology file`, {
        cause,
        hint: 'name a file in it',
      });
    case 'ENOENT':
    case 'ENOTDIR':
      return new LabError('TOPOLOGY_NOT_FOUND', `there is no file ${path}`, {
        cause,
        hint: '"nearcast topologies" lists the bundled topologies',
      });
    case 'EACCES':
    case 'EPERM':
      return new LabError('TOPOLOGY_NOT_FOUND', `${path} cannot be read: permission denied`, {
        cause,
        hint: `give yourself read permission: chmod u+r ${path}`,
      });
    default:
      return new LabError(
        'TOPOLOGY_NOT_FOUND',
        `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause, hint: 'a topology file is a regular text file' },
      );
  }
}

function decode(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function notText(): Finding {
  return {
    offset: 0,
    code: 'NOT_TEXT',
    message: 'the file is not UTF-8 text',
    hint: 'a topology is a plain text file: save it as UTF-8, or check that this is the file you mean',
  };
}
