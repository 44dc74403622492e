import type { PlanLinkEnd } from '../../plan/model.js';
import { CaptureSocket, type CaptureCalls, type ReceivedFrame } from './capture-socket.js';
import type { NetNamespace } from '../system/kernel.js';
import type { Siding } from '../shaping/siding.js';

/** How many frames of one interface are read in one turn: the agent has other things to do. */
const MOST_AT_ONCE = 4096;

/** One interface of a capture. It goes where its node goes: a container that is started again has another namespace. */
export class CaptureTap {
  #socket: CaptureSocket | undefined;
  /** On what leaves by the interface to be lost or late: the interface itself does not see that. */
  #aside: { readonly siding: Siding; readonly socket: CaptureSocket } | undefined;
  #generation: number;
  seen = 0;
  /** Frames that passed and are not in the file, wherever there was no room for them. */
  dropped = 0;

  /** LabError SYSTEM_CALL_FAILED where the kernel allows no such socket. */
  constructor(
    readonly calls: CaptureCalls,
    /** Its position in the file. */
    readonly interfaceId: number,
    readonly end: PlanLinkEnd,
    readonly namespace: NetNamespace,
    readonly sidingOf: () => Siding | undefined,
  ) {
    this.#generation = namespace.generation;
    this.#socket = CaptureSocket.open(calls, namespace, end.interface);
    this.#followSiding();
  }

  /** None while its interface is nowhere to be found. */
  get sockets(): readonly CaptureSocket[] {
    return [this.#socket, this.#aside?.socket].filter((socket) => socket !== undefined);
  }

  /** Hands over what has arrived. */
  drain(take: (frame: ReceivedFrame) => void): void {
    drainSocket(this.#socket, take);
    // What arrives there was sent here, whatever its destination.
    drainSocket(this.#aside?.socket, (frame) => {
      take({ ...frame, course: 'sent' });
    });
  }

  /**
   * Looks for the interface where it should be; until it is there, the old socket stays, and what arrived there is
   * handed over.
   */
  follow(take: (frame: ReceivedFrame) => void): void {
    if (this.#aside?.siding !== this.sidingOf()) {
      this.drain(take);
      this.#followSiding();
    }
    const { generation } = this.namespace;
    if (this.#socket !== undefined && this.#generation === generation) return;
    const next = this.#open(this.namespace, this.end.interface);
    if (next === undefined) return;
    this.drain(take);
    this.count();
    this.#socket?.close();
    this.#socket = next;
    this.#generation = generation;
  }

  /** Asks the kernel how much it had no room for. */
  count(): void {
    for (const socket of this.sockets) {
      const { seen, dropped } = socket.takeStatistics();
      this.seen += seen;
      this.dropped += dropped;
    }
  }

  close(): void {
    this.count();
    for (const socket of this.sockets) socket.close();
    this.#socket = undefined;
    this.#aside = undefined;
  }

  #followSiding(): void {
    this.count();
    this.#aside?.socket.close();
    this.#aside = undefined;
    const siding = this.sidingOf();
    const socket = siding === undefined ? undefined : this.#open(siding.far, siding.farDevice);
    if (siding !== undefined && socket !== undefined) this.#aside = { siding, socket };
  }

  #open(namespace: NetNamespace, device: string): CaptureSocket | undefined {
    try {
      return CaptureSocket.open(this.calls, namespace, device);
    } catch {
      // Whatever is in the way may be gone the next time.
      return undefined;
    }
  }
}

function drainSocket(socket: CaptureSocket | undefined, take: (frame: ReceivedFrame) => void): void {
  for (let left = MOST_AT_ONCE; left > 0; left--) {
    const frame = socket?.receive();
    if (frame === undefined) return;
    take(frame);
  }
}
