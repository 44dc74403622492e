import { PassThrough, type Duplex } from 'node:stream';
import type { Engine } from './engine.js';

/** The two outputs of a program that an engine sends through one stream. */
export function separate(
  engine: Engine,
  stream: Duplex,
): { readonly stdout: PassThrough; readonly stderr: PassThrough } {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  engine.modem.demuxStream(stream, stdout, stderr);
  const end = (): void => {
    stdout.end();
    stderr.end();
  };
  stream.once('end', end);
  stream.once('close', end);
  stream.once('error', end);
  return { stdout, stderr };
}
