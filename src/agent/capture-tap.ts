import type { PlanLinkEnd } from '../plan/model.js';
import { CaptureSocket, type CaptureCalls, type ReceivedFrame } from './capture-socket.js';
import type { NetNamespace } from './kernel.js';

/** So many frames of one interface in one turn: the agent has other things to do. */
const MOST_AT_ONCE = 4096;

/** One interface of a capture. It goes where its node goes: a container that is started again has another namespace. */
export class CaptureTap {
  #socket: CaptureSocket | undefined;
  #generation: number;
  seen = 0;
  /** Frames that passed and are not in the file, whoever had no room for them. */
  dropped = 0;

  /** LabError DEPLOY_FAILED where the kernel allows no such socket. */
  constructor(
    readonly calls: CaptureCalls,
    /** Its position in the file. */
    readonly interfaceId: number,
    readonly end: PlanLinkEnd,
    readonly namespace: NetNamespace,
  ) {
    this.#generation = namespace.generation;
    this.#socket = CaptureSocket.open(calls, namespace, end.interface);
  }

  /** Undefined while its interface is nowhere to be found. */
  get socket(): CaptureSocket | undefined {
    return this.#socket;
  }

  /** Hands over what has arrived. */
  drain(take: (frame: ReceivedFrame) => void): void {
    for (let left = MOST_AT_ONCE; left > 0; left--) {
      const frame = this.#socket?.receive();
      if (frame === undefined) return;
      take(frame);
    }
  }

  /** Looks for the interface where it should be; until it is there, the old socket stays, and what arrived there is handed over. */
  follow(take: (frame: ReceivedFrame) => void): void {
    const { generation } = this.namespace;
    if (this.#socket !== undefined && this.#generation === generation) return;
    const next = this.#reopen();
    if (next === undefined) return;
    this.drain(take);
    this.close();
    this.#socket = next;
    this.#generation = generation;
  }

  /** Asks the kernel how much it had no room for. */
  count(): void {
    const { seen, dropped } = this.#socket?.takeStatistics() ?? { seen: 0, dropped: 0 };
    this.seen += seen;
    this.dropped += dropped;
  }

  close(): void {
    this.count();
    this.#socket?.close();
    this.#socket = undefined;
  }

  #reopen(): CaptureSocket | undefined {
    try {
      return CaptureSocket.open(this.calls, this.namespace, this.end.interface);
    } catch {
      // Whatever is in the way may be gone the next time.
      return undefined;
    }
  }
}
