import { readWhoami, whoamiRequest } from '../../codec/whoami.js';
import type { NetNamespace } from '../system/kernel.js';
import { openConnection } from '../system/sockets.js';
import type { ServerCheck } from './process-server.js';

/** Asks an instance over its host's own loopback, in HTTP: each check is a connection of its own. */
export class HttpCheck implements ServerCheck {
  constructor(
    readonly namespace: NetNamespace,
    readonly address: string,
    readonly port: number,
  ) {}

  answers(timeoutMs: number): Promise<boolean> {
    const connection = openConnection(this.namespace, 'ipv4', 0);
    return new Promise((resolve) => {
      const finish = (answered: boolean): void => {
        clearTimeout(timer);
        if (connection.connecting) connection.destroy();
        else connection.resetAndDestroy();
        resolve(answered);
      };
      const timer = setTimeout(finish, timeoutMs, false);
      let received = '';
      connection.setEncoding('latin1');
      connection.on('error', () => {
        finish(false);
      });
      connection.on('end', () => {
        finish(false);
      });
      connection.on('data', (text: string) => {
        received += text;
        if (readWhoami(received) !== undefined) finish(true);
      });
      connection.connect({ host: this.address, port: this.port });
      connection.write(whoamiRequest('localhost', 'close'));
    });
  }

  close(): void {
    // No connection outlives its check.
  }
}
