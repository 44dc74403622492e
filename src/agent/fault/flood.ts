import type { Socket } from 'node:dgram';
import type { Socket as Connection } from 'node:net';
import { framed } from '../../codec/dns-stream.js';
import { floodQuestion } from '../../codec/flood-question.js';
import type { FaultEffect } from '../../fault/fault-effect.js';
import { openConnection, openUdp } from '../system/sockets.js';
import type { LabNode } from '../node/lab-node.js';
import { familyOf } from '../../support/family.js';

const TICK_MS = 10;
/** What a busy machine kept it from sending for longer is not made up for: no burst is above the rate. */
const LONGEST_DEBT_MS = 50;
const MOST_OPEN = 50;

/**
 * Unwanted traffic from one node: questions over UDP at a steady rate, or TCP connections that each ask one
 * question and wait for its answer, at most so many at a time. It sends from the node's own addresses, in its own
 * namespace alone.
 */
export class Flood {
  readonly #question = floodQuestion();
  readonly #open = new Set<Connection>();
  #udp: readonly Socket[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastMs = 0;
  #due = 0;
  #turn = 0;
  #sent = 0;

  constructor(
    readonly node: LabNode,
    readonly effect: FaultEffect<'flood'>,
  ) {}

  /** Datagrams that the kernel took, or connections that it opened. */
  get sent(): number {
    return this.#sent;
  }

  /** Whether packets of it leave the node. A connection that nothing answers sends its first packet, too. */
  get isSending(): boolean {
    return this.#sent > 0 || this.#open.size > 0;
  }

  async start(): Promise<void> {
    const { addresses, protocol } = this.effect;
    if (protocol === 'udp')
      this.#udp = await Promise.all(
        addresses.map((address) => openUdp(this.node.namespace, familyOf(address) === 'ipv6' ? '::' : '0.0.0.0', 0)),
      );
    this.#lastMs = performance.now();
    this.#timer = setInterval(() => {
      this.#tick();
    }, TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const socket of this.#udp) socket.close();
    for (const connection of this.#open) connection.resetAndDestroy();
    this.#udp = [];
  }

  #tick(): void {
    // It is a program of its node: it ends with its power, and is frozen with its other programs.
    if (!this.node.isRunning) {
      this.stop();
      return;
    }
    const nowMs = performance.now();
    const elapsedMs = Math.min(nowMs - this.#lastMs, LONGEST_DEBT_MS);
    this.#lastMs = nowMs;
    if (this.node.namespace.isFrozen) return;
    this.#due += (elapsedMs * this.effect.packets) / 1000;
    for (; this.#due >= 1; this.#due -= 1) this.#sendOne();
  }

  #sendOne(): void {
    const { addresses, port } = this.effect;
    const index = this.#turn++ % addresses.length;
    const address = addresses[index] ?? '';
    const socket = this.#udp[index];
    if (socket === undefined) this.#connect(address, port);
    else
      socket.send(this.#question, port, address, (error) => {
        if (error === null) this.#sent += 1;
      });
  }

  #connect(address: string, port: number): void {
    if (this.#open.size >= MOST_OPEN) return;
    const connection = openConnection(this.node.namespace, familyOf(address), 0);
    this.#open.add(connection);
    connection.on('error', ignore);
    connection.on('close', () => this.#open.delete(connection));
    connection.on('connect', () => {
      this.#sent += 1;
      connection.write(framed(this.#question));
    });
    const leave = (): void => {
      connection.resetAndDestroy();
    };
    connection.on('data', leave);
    connection.on('end', leave);
    connection.connect({ host: address, port });
  }
}

function ignore(): void {
  // A connection that is refused, or reset, makes room for the next one.
}
