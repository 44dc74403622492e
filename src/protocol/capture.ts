import type { PlanLinkEnd } from '../plan/model.js';

/** What is captured: these interfaces, and all interfaces of these nodes; of every node where neither is named. */
export interface CaptureParams {
  readonly nodes?: readonly string[] | undefined;
  readonly ends?: readonly PlanLinkEnd[] | undefined;
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
}
