import type { ObserveParams } from '../../protocol/sighting.js';
import type { DatagramSockets } from './datagram-sockets.js';
import type { IcmpListeners } from './icmp-listeners.js';

/** What the probes of one round have in common. */
export interface Round {
  readonly params: ObserveParams;
  readonly listeners: IcmpListeners;
  readonly sockets: DatagramSockets;
  /** Any number of 16 bits, by which answers to this round are told from those to an earlier one. */
  readonly id: number;
}
