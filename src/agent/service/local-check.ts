import type { Socket } from 'node:dgram';
import { identityQuestion, readIdentity } from '../../codec/dns-identity.js';
import { DNS_PORT } from '../../support/well-known-ports.js';
import type { IdentityThread } from './identity-thread.js';
import type { NetNamespace } from '../system/kernel.js';
import { openUdp } from '../system/sockets.js';

/** Asks an instance over its host's own loopback whether it answers. */
export class LocalCheck {
  #socket: Socket | undefined;
  #nextId = 1;
  #answered = 0;
  #underWay = 0;
  #says: string | undefined;

  constructor(
    readonly namespace: NetNamespace,
    readonly address: string,
    readonly thread: IdentityThread,
    readonly port = DNS_PORT,
  ) {}

  /** How many checks the server that runs has answered; undefined while one is under way. */
  get answered(): number | undefined {
    return this.#underWay > 0 ? undefined : this.#answered;
  }

  /** The name that the instance gave last. */
  get says(): string | undefined {
    return this.#says;
  }

  /**
   * Whether it answers in time. On a machine so busy that the answer is late for no reason of the instance's own, the
   * check waits for it: that a machine is short of CPU time is not a failure of a service.
   */
  async answers(timeoutMs: number): Promise<boolean> {
    const socket = (this.#socket ??= await openUdp(this.namespace, '127.0.0.1', 0));
    const id = this.#nextId++ & 0xffff;
    this.#underWay += 1;
    return new Promise<boolean>((resolve) => {
      const finish = (answered: boolean): void => {
        clearTimeout(timer);
        socket.off('message', take);
        socket.off('close', silent);
        resolve(answered);
      };
      const take = (message: Buffer): void => {
        const identity = readIdentity(message);
        if (identity?.id !== id) return;
        this.#says = identity.instance;
        this.#answered += 1;
        finish(true);
      };
      const silent = (): void => {
        finish(false);
      };
      const timer = setTimeout(() => {
        // What the thread has answered by now has arrived when the event loop has looked at its sockets once more.
        void this.thread.caughtUp().then(() => setImmediate(() => setImmediate(silent)));
      }, timeoutMs);
      socket.on('message', take);
      socket.once('close', silent);
      socket.send(identityQuestion(id), this.port, this.address, () => undefined);
    }).finally(() => {
      this.#underWay -= 1;
    });
  }

  /** The next check opens a socket of its own, in the namespace that the host then has. */
  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#says = undefined;
    this.#answered = 0;
  }
}
