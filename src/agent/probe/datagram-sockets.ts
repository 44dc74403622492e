import type { Socket } from 'node:dgram';
import type { Cookies } from '../../codec/cookies.js';
import type { ObserveParams } from '../../protocol/sighting.js';
import type { IcmpListeners } from './icmp-listeners.js';
import { withPort, type Flow } from './flow.js';
import { openUdp } from '../system/sockets.js';

/** What the probes of one round have in common. */
export interface Round {
  readonly params: ObserveParams;
  readonly listeners: IcmpListeners;
  readonly sockets: DatagramSockets;
  readonly cookies: Cookies;
  /** Any number of 16 bits, to distinguish answers to this round from those to an earlier one. */
  readonly id: number;
}

/** A kernel that has so few ports to choose from may repeat one. */
const MOST_TRIES = 64;

export interface TakenSocket {
  readonly socket: Socket;
  /** Closes it when its last user is done. */
  readonly release: () => void;
}

/**
 * The UDP sockets of a round: one for each client, family and chosen source port, however many addresses are probed
 * from it, and one of its own for each flow whose port the kernel chooses. They are not connected: of what a connected
 * socket sends, Linux chooses among equal paths by a random number of the socket, not by the ports.
 */
export class DatagramSockets {
  readonly #had = new Set<string>();
  readonly #open = new Map<string, { readonly opening: Promise<Socket>; users: number }>();

  /** A socket for a flow. LabError USAGE if another program uses its port. */
  async take(flow: Flow): Promise<TakenSocket> {
    const { client, namespace, target, sourcePort, index } = flow;
    const key = `${client} ${target.family} ${sourcePort === 0 ? `flow ${String(index)}` : String(sourcePort)}`;
    const any = target.family === 'ipv4' ? '0.0.0.0' : '::';
    const entry = this.#open.get(key) ?? {
      opening: withPort(flow, () =>
        sourcePort === 0 ? this.#openFresh(flow, any) : openUdp(namespace, any, sourcePort, 'exclusive'),
      ),
      users: 0,
    };
    this.#open.set(key, entry);
    entry.users += 1;
    const release = (): void => {
      entry.users -= 1;
      if (entry.users > 0) return;
      this.#open.delete(key);
      void entry.opening.then(
        (socket) => socket.close(),
        () => undefined,
      );
    };
    try {
      return { socket: await entry.opening, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * A port that the kernel chooses, and that no flow of this client to this address had before: each flow is to be
   * another one.
   */
  async #openFresh({ client, namespace, target }: Flow, any: string): Promise<Socket> {
    for (let tries = 1; ; tries++) {
      const socket = await openUdp(namespace, any, 0);
      const port = `${client} ${target.address} ${String(socket.address().port)}`;
      if (!this.#had.has(port) || tries === MOST_TRIES) {
        this.#had.add(port);
        return socket;
      }
      socket.close();
    }
  }
}
