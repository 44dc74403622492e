import type { PlanLinkEnd } from '../../plan/model.js';
import { enhancedPacket, interfaceDescription, interfaceStatistics, sectionHeader } from '../../codec/pcapng.js';
import type { CaptureChunk, CaptureParams } from '../../protocol/capture.js';
import { CaptureCalls, MOST_FRAME_BYTES, type ReceivedFrame } from './capture-socket.js';
import { CaptureTap } from './capture-tap.js';
import type { NetNamespace } from '../system/kernel.js';
import type { Siding } from '../shaping/siding.js';
import { TimeOrder, type Timed } from './time-order.js';

const DRAIN_EVERY_MS = 5;
/** A longer line would keep the agent from other work. */
const MOST_READ_BYTES = 1024 * 1024;

/** Where to listen: in a node, and where frames are that left an interface of it to be lost or late. */
export interface Places {
  readonly namespaceOf: (node: string) => NetNamespace;
  readonly sidingOf: (end: PlanLinkEnd) => Siding | undefined;
}

interface Recorded extends Timed {
  readonly block: Buffer;
}

/**
 * What passes some interfaces, as blocks of a pcapng file, in the order of time over all of them. Until it is read it
 * waits in memory, up to a limit; what comes beyond is counted as dropped.
 */
export class RunningCapture {
  readonly #calls: CaptureCalls;
  readonly #taps: readonly CaptureTap[];
  readonly #limitBytes: number;
  readonly #order = new TimeOrder<Recorded>();
  readonly #timer: NodeJS.Timeout;
  /** The first blocks of the file, until they are read. */
  #opening: readonly Buffer[];
  readonly #ready: Recorded[] = [];
  #waitingBytes = 0;
  #handedOver = 0;
  /** How many packets are still wanted. */
  #wanted: number;
  #isClosed = false;
  /** When the last two turns began, on the clock that packets are stamped by. */
  #turnsAtMs: readonly [number, number] = [0, 0];
  #lastNs = 0n;

  /** LabError SYSTEM_CALL_FAILED where the kernel allows no packet sockets. */
  constructor(
    ends: readonly PlanLinkEnd[],
    { namespaceOf, sidingOf }: Places,
    { snapLength = MOST_FRAME_BYTES, limitBytes, mostPackets = Infinity }: CaptureParams,
  ) {
    this.#limitBytes = limitBytes;
    this.#wanted = mostPackets;
    this.#opening = [
      sectionHeader(),
      ...ends.map((end) => interfaceDescription(`${end.node}:${end.interface}`, snapLength)),
    ];
    this.#calls = new CaptureCalls(snapLength);
    this.#taps = openTaps(ends, { namespaceOf, sidingOf }, this.#calls);
    this.#timer = setInterval(() => {
      this.#drain();
    }, DRAIN_EVERY_MS);
  }

  /** What has come since the last time, but for the last few milliseconds; or the first part of it. */
  read(): CaptureChunk {
    return this.#handOver(MOST_READ_BYTES, []);
  }

  /** Ends it: all the rest, and what each interface saw. */
  stop({ discard }: { readonly discard: boolean }): CaptureChunk {
    if (discard) {
      this.close();
      return this.#handOver(0, []);
    }
    this.#drain();
    this.#release(this.#order.held);
    this.close();
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    return this.#handOver(
      Infinity,
      this.#taps.map((tap) => interfaceStatistics(tap.interfaceId, nowNs, tap)),
    );
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const tap of this.#taps) tap.close();
  }

  #drain(): void {
    if (this.#isClosed) return;
    this.#turnsAtMs = [this.#turnsAtMs[1], Date.now()];
    const fresh: Recorded[] = [];
    for (const tap of this.#taps)
      tap.follow((frame) => {
        this.#take(tap, frame, fresh);
      });
    const readable = this.#calls.readable(this.#taps.flatMap(({ sockets }) => sockets));
    for (const tap of this.#taps) {
      if (tap.sockets.some((socket) => readable.has(socket)))
        tap.drain((frame) => {
          this.#take(tap, frame, fresh);
        });
    }
    this.#release(this.#order.turn(fresh));
  }

  #take(tap: CaptureTap, frame: ReceivedFrame, fresh: Recorded[]): void {
    const block = enhancedPacket({ interfaceId: tap.interfaceId, ...frame });
    if (this.#waitingBytes + block.length > this.#limitBytes) {
      tap.dropped += 1;
      return;
    }
    this.#waitingBytes += block.length;
    fresh.push({ timestampNs: frame.timestampNs, block });
  }

  #release(recorded: readonly Recorded[]): void {
    for (const each of recorded.slice(0, this.#wanted)) this.#ready.push(each);
    this.#wanted -= Math.min(this.#wanted, recorded.length);
    if (this.#wanted === 0) this.close();
  }

  #handOver(mostBytes: number, closing: readonly Buffer[]): CaptureChunk {
    let bytes = 0;
    let packets = 0;
    for (const { block } of this.#ready) {
      if (bytes >= mostBytes) break;
      bytes += block.length;
      packets += 1;
    }
    const taken = this.#ready.splice(0, packets);
    const blocks = taken.map(({ block }) => block);
    const chunk = Buffer.concat([...this.#opening, ...blocks, ...closing]).toString('base64');
    this.#lastNs = taken.at(-1)?.timestampNs ?? this.#lastNs;
    const hasMore = this.#ready.length > 0;
    this.#opening = [];
    this.#waitingBytes -= bytes;
    this.#handedOver += packets;
    if (!this.#isClosed) for (const tap of this.#taps) tap.count();
    const dropped = this.#taps.reduce((sum, tap) => sum + tap.dropped, 0);
    return {
      chunk,
      packets: this.#handedOver,
      dropped,
      hasMore,
      isComplete: this.#wanted === 0 && !hasMore,
      // What is older than the turn before the last one is in the order of time by now.
      knownUntilMs: hasMore ? Number(this.#lastNs / 1_000_000n) : this.#isClosed ? null : this.#turnsAtMs[0],
    };
  }
}

/** All of them, or none. */
function openTaps(
  ends: readonly PlanLinkEnd[],
  { namespaceOf, sidingOf }: Places,
  calls: CaptureCalls,
): readonly CaptureTap[] {
  const taps: CaptureTap[] = [];
  try {
    for (const end of ends)
      taps.push(new CaptureTap(calls, taps.length, end, namespaceOf(end.node), () => sidingOf(end)));
    return taps;
  } catch (error) {
    for (const tap of taps) tap.close();
    throw error;
  }
}
