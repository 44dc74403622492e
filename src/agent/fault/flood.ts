import type { Socket } from 'node:dgram';
import type { Socket as Connection } from 'node:net';
import { framed } from '../../codec/dns-stream.js';
import { floodQuestion } from '../../codec/flood-question.js';
import type { FaultEffect } from '../../fault/fault-effect.js';
import type { Family } from '../../plan/model.js';
import { openConnection, openUdp } from '../system/sockets.js';
import type { LabNode } from '../node/lab-node.js';
import { familyOf } from '../../support/family.js';

const TICK_MS = 10;
/** What a busy machine kept it from sending for longer is not made up for: no burst is above the rate. */
const LONGEST_DEBT_MS = 50;
const MOST_OPEN = 50;
/** Of each family. */
const FORGED_ADDRESSES = 64;

/**
 * Unwanted traffic from one node: questions over UDP at a steady rate, or TCP connections that each ask one
 * question and wait for its answer, at most so many at a time. It sends from the node's own addresses, or from forged
 * ones, in its own namespace alone.
 */
export class Flood {
  readonly #question = floodQuestion();
  readonly #open = new Set<Connection>();
  /** For each address, those that send to it in turn. */
  #udp: readonly (readonly Socket[])[] = [];
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
    if (protocol === 'udp') this.#udp = await Promise.all(addresses.map((address) => this.#sendersTo(address)));
    this.#lastMs = performance.now();
    this.#timer = setInterval(() => {
      this.#tick();
    }, TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const socket of this.#udp.flat()) socket.close();
    for (const connection of this.#open) connection.resetAndDestroy();
    this.#udp = [];
  }

  async #sendersTo(address: string): Promise<readonly Socket[]> {
    const family = familyOf(address);
    const { namespace } = this.node;
    if (!this.effect.forged) return [await openUdp(namespace, family === 'ipv6' ? '::' : '0.0.0.0', 0)];
    return Promise.all(
      Array.from({ length: FORGED_ADDRESSES }, (_, index) =>
        openUdp(namespace, forgedAddress(family, index + 1), 0, 'forged'),
      ),
    );
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
    const turn = this.#turn++;
    const index = turn % addresses.length;
    const address = addresses[index] ?? '';
    const senders = this.#udp[index] ?? [];
    const socket = senders[Math.floor(turn / addresses.length) % senders.length];
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

/** From the ranges that networks are tested with (RFC 2544, RFC 5180): in no lab, and not in the Internet. */
function forgedAddress(family: Family, index: number): string {
  return family === 'ipv4' ? `198.18.0.${String(index)}` : `2001:2::${index.toString(16)}`;
}
