import { spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';

/**
 * Connections to an engine on another machine, each through an `ssh` of the user's own with its keys, settings and
 * known hosts, as the docker command makes them: at the far end `docker system dial-stdio` hands the streams to the
 * socket.
 */
export class SshDialer extends Agent {
  constructor(
    readonly destination: string,
    readonly port: string | undefined,
  ) {
    super({ keepAlive: false });
  }

  override createConnection(): Duplex {
    const portWords = this.port === undefined ? [] : ['-p', this.port];
    const words = [
      '-o',
      'ConnectTimeout=10',
      '-T',
      ...portWords,
      '--',
      this.destination,
      'docker',
      'system',
      'dial-stdio',
    ];
    const child = spawn('ssh', words, { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2000);
    });
    const stream = new SshStream(child.stdout, child.stdin, () => child.kill());
    child.on('error', (error) => stream.destroy(error));
    // Why it ended is known only when it has: an end of its output alone would be taken for the engine's.
    child.on('close', (status) => {
      if (status === 0) stream.push(null);
      else
        stream.destroy(
          new Error(`ssh ${this.destination}: ${complaint.trim() || `ended with status ${String(status)}`}`),
        );
    });
    return stream;
  }
}

/** What http expects of a socket, over the two streams of a program. */
class SshStream extends Duplex {
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
