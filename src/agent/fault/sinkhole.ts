import type { Socket } from 'node:dgram';
import type { Server, Socket as Connection } from 'node:net';
import { answerIdentity, isIdentityQuestion } from '../../codec/dns-identity.js';
import { DnsStream, framed } from '../../codec/dns-stream.js';
import { DNS_PORT } from '../../support/well-known-ports.js';
import type { LabNode } from '../node/lab-node.js';
import { unservedAt } from '../system/bound-sockets.js';
import { openTcp, openUdpAt } from '../system/sockets.js';
import { SunkTraffic } from './sunk-traffic.js';

const MOST_HELD = 1000;
/** How long a held connection is quiet before its client is asked whether it is still there, and may say nothing. */
const KEEP_ALIVE_MS = 1000;
const GONE_AFTER_MS = 2000;

/**
 * Takes what is sent to an address, at each interface of its node by itself, and answers nothing but the identity
 * question, by which clients see where they end. Everything else is counted; a TCP connection is accepted and then held
 * without an answer for as long as its client waits (a tarpit).
 */
export class Sinkhole {
  readonly traffic = new SunkTraffic();
  readonly #held = new Set<Connection>();
  #udp: readonly Socket[] = [];
  #tcp: readonly Server[] = [];

  constructor(
    readonly node: LabNode,
    readonly address: string,
  ) {}

  async start(): Promise<void> {
    const { namespace, plan } = this.node;
    const devices = plan.interfaces.map(({ name }) => name);
    this.#udp = await Promise.all(
      devices.map(async (device) => {
        const socket = await openUdpAt(namespace, this.address, DNS_PORT, device);
        socket.on('message', (message, { address, port }) => {
          if (namespace.isFrozen) return;
          const reply = isIdentityQuestion(message) ? answerIdentity(message, this.node.name) : undefined;
          if (reply === undefined) this.traffic.datagram(address, device, performance.now());
          else socket.send(reply, port, address);
        });
        return socket;
      }),
    );
    this.#tcp = await Promise.all(
      devices.map(async (device) => {
        const server = await openTcp(namespace, this.address, DNS_PORT, device, GONE_AFTER_MS);
        server.on('connection', (connection) => {
          this.#take(connection, device);
        });
        return server;
      }),
    );
  }

  stop(): void {
    for (const socket of this.#udp) socket.close();
    for (const server of this.#tcp) server.close();
    for (const connection of this.#held) connection.resetAndDestroy();
    this.#udp = [];
    this.#tcp = [];
  }

  /** The transports over which no socket listens at its address. */
  unserved(): readonly string[] {
    const places = [{ address: this.address, port: DNS_PORT }];
    return unservedAt(this.node.namespace, places, places);
  }

  #take(connection: Connection, device: string): void {
    const source = connection.remoteAddress ?? '';
    if (this.#held.size >= MOST_HELD) {
      connection.resetAndDestroy();
      return;
    }
    this.#held.add(connection);
    // While routes move, a connection may be left at a sinkhole that its client's segments do not reach any more.
    connection.setKeepAlive(true, KEEP_ALIVE_MS);
    connection.on('error', ignore);
    connection.on('close', () => {
      this.#held.delete(connection);
      this.traffic.release(source, device, connection, performance.now());
    });
    const openedMs = performance.now();
    const stream = new DnsStream();
    let isAttacker = false;
    connection.on('data', (chunk: Buffer) => {
      if (isAttacker || this.node.namespace.isFrozen) return;
      const messages = stream.take(chunk);
      if (messages.length > 0 && messages.every(isIdentityQuestion)) {
        for (const message of messages) connection.write(framed(answerIdentity(message, this.node.name) ?? message));
        return;
      }
      // What it says from now on is read, so that its end is seen, and goes nowhere.
      isAttacker = true;
      this.traffic.hold(source, device, connection, openedMs);
    });
  }
}

function ignore(): void {
  // The client has closed, or no route leads back to it.
}
