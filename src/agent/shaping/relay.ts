import type { Impairment } from '../../topology/model/fault.js';
import { ETHERNET_HEADER_BYTES, VNET_HEADER_BYTES, type PacketSocket } from './packets.js';

const TICK_MS = 1;
/** As netem's: more than this waiting, and the next one is dropped. */
const MOST_WAITING = 1000;
/** Sent when it is due within half a tick: as often early as late. */
const EARLY_MS = TICK_MS / 2;

interface Waiting {
  readonly frame: Buffer;
  readonly dueAtMs: number;
}

/**
 * What netem does, on a kernel without it: frames that leave an interface are handed over here, wait, and are sent on.
 * It works in steps of a millisecond: that is its added jitter, which the benchmark measures. Frames keep their order
 * but for those that `reorder` picks, which do not wait.
 */
export class Relay {
  readonly #waiting: Waiting[] = [];
  #freeAtMs = 0;
  #lastDueMs = 0;
  #timer: NodeJS.Timeout | undefined;
  constructor(
    readonly from: PacketSocket,
    readonly to: PacketSocket,
    readonly impairment: Impairment,
    readonly random: () => number = Math.random,
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.tick(performance.now());
    }, TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.from.close();
    this.to.close();
  }

  /** Takes what has arrived, and sends what is due. */
  tick(nowMs: number): void {
    for (let frame = this.from.receive(); frame !== undefined; frame = this.from.receive()) this.#take(frame, nowMs);
    while ((this.#waiting[0]?.dueAtMs ?? Infinity) <= nowMs + EARLY_MS) {
      const next = this.#waiting.shift();
      if (next !== undefined) this.to.send(next.frame);
    }
  }

  #take(frame: Buffer, nowMs: number): void {
    const { delayMs = 0, jitterMs = 0, loss = 0, duplicate = 0, reorder = 0, corrupt = 0, rateBps } = this.impairment;
    if (this.#happens(loss) || this.#waiting.length >= MOST_WAITING) return;
    if (this.#happens(corrupt)) this.#corrupt(frame);
    const copies = this.#happens(duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const leavesAtMs =
        rateBps === undefined
          ? nowMs
          : Math.max(nowMs, this.#freeAtMs) + ((frame.length - VNET_HEADER_BYTES) * 8000) / rateBps;
      this.#freeAtMs = leavesAtMs;
      if (this.#happens(reorder)) {
        this.to.send(frame);
        continue;
      }
      const waitMs = delayMs + jitterMs * (2 * this.random() - 1);
      this.#lastDueMs = Math.max(this.#lastDueMs, leavesAtMs + waitMs);
      this.#waiting.push({ frame, dueAtMs: this.#lastDueMs });
    }
  }

  #happens(share: number): boolean {
    return share > 0 && this.random() < share;
  }

  /** One wrong bit, behind the Ethernet header. */
  #corrupt(frame: Buffer): void {
    const first = VNET_HEADER_BYTES + ETHERNET_HEADER_BYTES;
    const at = first + Math.floor(this.random() * (frame.length - first));
    if (at < frame.length) frame[at] = (frame[at] ?? 0) ^ (1 << Math.floor(this.random() * 8));
  }
}
