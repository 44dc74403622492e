import { Duplex } from 'node:stream';

/** What http expects of a socket, over two streams. */
export class DialedSocket extends Duplex {
  constructor(
    readonly input: NodeJS.ReadableStream & { resume(): unknown; pause(): unknown },
    readonly output: NodeJS.WritableStream,
    readonly onClose: () => void,
  ) {
    super({ allowHalfOpen: true });
    input.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) input.pause();
    });
    output.on('error', (error: Error) => this.destroy(error));
  }

  override _read(): void {
    this.input.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.output.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.output.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.onClose();
    done(error);
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
