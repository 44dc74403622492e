import { spawn } from 'node:child_process';
import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { DialedSocket } from './dialed-socket.js';

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
    const stream = new DialedSocket(child.stdout, child.stdin, () => child.kill());
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
