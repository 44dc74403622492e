import { createServer, type Server as HttpServer } from 'node:http';
import type { Server, Socket as TcpSocket } from 'node:net';
import { answerIdentity } from '../../codec/dns-identity.js';
import { DNS_PORT, HTTP_PORT } from '../../support/well-known-ports.js';
import { DnsStream, framed } from '../../codec/dns-stream.js';
import { socketAddress } from '../system/addresses.js';
import { socketsAt, unservedAt, type Place } from '../system/bound-sockets.js';
import type { AnsweredSocket, IdentityThread } from './identity-thread.js';
import type { NetNamespace } from '../system/kernel.js';
import { boundSocket, openTcp } from '../system/sockets.js';

/**
 * The built-in service of an instance: it names the instance in DNS, over UDP and TCP, and where it is wanted over
 * HTTP, on each of its addresses. It may be bound before its host has the address, and stays bound when the host loses
 * it.
 */
export class IdentityService {
  #udp: AnsweredSocket[] = [];
  #tcp: Server[] = [];
  #http: Server[] = [];
  #isHung = false;
  readonly #connections = new Set<TcpSocket>();
  #closed: Promise<unknown> = Promise.resolve();

  constructor(
    readonly instance: string,
    readonly namespace: NetNamespace,
    readonly addresses: readonly string[],
    readonly thread: IdentityThread,
    readonly speaksHttp = false,
  ) {}

  get isServing(): boolean {
    return this.#udp.length > 0 && !this.#isHung;
  }

  /** A hung process: the kernel still takes queries and connections for it, but nothing answers. */
  hang(): void {
    this.#isHung = true;
    for (const socket of this.#udp) socket.hang();
  }

  /** Where a socket accepts queries at its addresses, as the kernel lists it: `udp 192.0.2.53 port 53`. */
  listening(): readonly string[] {
    const { udp, tcp } = socketsAt(this.namespace, this.#places);
    return [...udp.map((place) => `udp ${textOf(place)}`), ...tcp.map((place) => `tcp ${textOf(place)}`)];
  }

  /** Where no socket accepts queries, though the service serves or hangs there. */
  unserved(): readonly string[] {
    const places = this.#places;
    const dns = places.filter(({ port }) => port === DNS_PORT);
    return unservedAt(this.namespace, dns, places);
  }

  get isHung(): boolean {
    return this.#isHung;
  }

  get #places(): readonly Place[] {
    const ports = this.speaksHttp ? [DNS_PORT, HTTP_PORT] : [DNS_PORT];
    return ports.flatMap((port) => this.addresses.map((address) => ({ address, port })));
  }

  async start(): Promise<void> {
    // One that hung goes on where it stood.
    this.#isHung = false;
    for (const socket of this.#udp) socket.resume();
    if (this.#udp.length > 0) return;
    // Two sockets at one address would both get queries.
    await this.#closed;
    this.#udp = this.addresses.map((address) =>
      this.thread.answer(boundSocket(this.namespace, 'udp', socketAddress(address, DNS_PORT)), this.instance),
    );
    this.#tcp = await Promise.all(this.addresses.map((address) => openTcp(this.namespace, address, DNS_PORT)));
    if (this.speaksHttp)
      this.#http = await Promise.all(this.addresses.map((address) => openTcp(this.namespace, address, HTTP_PORT)));
    for (const server of this.#tcp)
      server.on('connection', (connection) => {
        this.#answerStream(connection);
      });
    const pages = this.#pages();
    for (const server of this.#http)
      server.on('connection', (connection) => {
        this.#answerRequests(connection, pages);
      });
  }

  /** Everything at once, as when the process dies: open connections are reset. */
  stop(): void {
    this.#closed = Promise.all([this.#closed, ...this.#udp.map((socket) => socket.close())]);
    for (const server of [...this.#tcp, ...this.#http]) server.close();
    for (const connection of this.#connections) connection.resetAndDestroy();
    this.#udp = [];
    this.#tcp = [];
    this.#http = [];
  }

  #answerStream(connection: TcpSocket): void {
    this.#keep(connection);
    const stream = new DnsStream();
    connection.on('data', (chunk: Buffer) => {
      if (this.#isHung) return;
      for (const message of stream.take(chunk)) {
        const reply = answerIdentity(message, this.instance);
        if (reply === undefined) connection.destroy();
        else connection.write(framed(reply));
      }
    });
  }

  /**
   * HTTP on sockets that are none of Node's own (RFC 9112): the server is handed their connections, and listens
   * nowhere.
   */
  #answerRequests(connection: TcpSocket, pages: HttpServer): void {
    this.#keep(connection);
    pages.emit('connection', connection);
  }

  /** Every page has the name of the instance. */
  #pages(): HttpServer {
    return createServer((_, response) => {
      if (this.#isHung) return;
      response.setHeader('Content-Type', 'text/plain').setHeader('X-Instance', this.instance).end(`${this.instance}\n`);
    });
  }

  #keep(connection: TcpSocket): void {
    this.#connections.add(connection);
    connection.on('close', () => this.#connections.delete(connection));
    connection.on('error', ignore);
  }
}

function textOf({ address, port }: Place): string {
  return `${address} port ${String(port)}`;
}

function ignore(): void {
  // The client has gone, or there is no route back: the next query is answered all the same.
}
