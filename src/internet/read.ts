import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { LabError, toLabError } from '../errors.js';
import { asGraph, type AsGraph } from './graph.js';
import { parseAsLinks } from './parse.js';

/** What a graph may have, unpacked: some times what the Internet has. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Reads a graph of autonomous systems from a file, which may be packed by gzip or bzip2. Throws USAGE. */
export async function readAsGraph(file: string): Promise<AsGraph> {
  return asGraph(parseAsLinks(await unpacked(file), file));
}

/** What is in a file, unpacked as its first bytes say. */
async function unpacked(file: string): Promise<Uint8Array> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new LabError('USAGE', `${file} cannot be read: ${toLabError(cause).message}`, {
      cause,
      hint: 'name a file of AS relationships, or make one with: nearcast generate --shape as-graph --output graph.txt',
    });
  }
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return await promisify(gunzip)(bytes, { maxOutputLength: MOST_BYTES });
    if (bytes.subarray(0, 3).toString('latin1') === 'BZh') return await withoutBzip2(bytes);
  } catch (cause) {
    throw new LabError('USAGE', `${file} cannot be unpacked: ${toLabError(cause).message}`, {
      cause,
      hint: 'it is damaged, or not whole: get it again',
    });
  }
  return bytes;
}

/** The library checks the sums of what it unpacks; it takes some times as long as gzip. */
async function withoutBzip2(bytes: Buffer): Promise<Buffer> {
  const { default: unbzip2 } = await import('unbzip2-stream');
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const stream = unbzip2();
    stream.on('data', (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (length > MOST_BYTES) reject(new Error(`it has more than ${String(MOST_BYTES)} bytes`));
    });
    stream.on('error', reject);
    stream.on('end', () => {
      resolve(Buffer.concat(parts));
    });
    stream.end(bytes);
  });
}
