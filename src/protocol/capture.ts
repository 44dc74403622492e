import type { PlanLinkEnd } from '../plan/model.js';
import type { CaptureWhere } from '../plan/parts/capture-ends.js';

/** What is captured, and how much of it. */
export interface CaptureParams extends CaptureWhere {
  /** How many bytes of each packet are kept, from its Ethernet header on; all by default. */
  readonly snapLength?: number | undefined;
  /** It ends with this many packets. */
  readonly mostPackets?: number | undefined;
  /** How much may wait to be read; what comes beyond is dropped, and counted. */
  readonly limitBytes: number;
}

/** By which it is read, and what is captured, in the order of the file's interfaces. */
export interface CaptureStarted {
  readonly id: number;
  readonly ends: readonly PlanLinkEnd[];
  /** What the machine's clock of the day, by which packets are stamped, is ahead of the agent's own. */
  readonly wallAheadMs: number;
}

/** The next part of a capture: whole blocks of a pcapng file. Both counts are those of the whole file so far. */
export interface CaptureChunk {
  /** Base64. */
  readonly chunk: string;
  readonly packets: number;
  /** Packets that passed and will not be in the file: there was no room for them, in the kernel or in the agent. */
  readonly dropped: number;
  /** There is more to read at once. */
  readonly hasMore: boolean;
  /** All packets that were wanted have been handed over. */
  readonly isComplete: boolean;
  /** All that was stamped before this has been handed over; null where nothing follows at all. */
  readonly knownUntilMs: number | null;
}
