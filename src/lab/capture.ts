import { open, type FileHandle } from 'node:fs/promises';
import { LabError, toLabError } from '../errors.js';
import type { CaptureWhere } from '../plan/parts/capture-ends.js';
import type { CaptureChunk } from '../protocol/capture.js';
import type { Agent } from '../runtime/runtime.js';
import { pollUntil } from '../support/poll.js';
import { parseTarget } from '../topology/model/target.js';

/** As much as most tools keep of a packet, and longer than any. */
const MOST_SNAP_BYTES = 262_144;
const DEFAULT_LIMIT_BYTES = 64 * 1024 * 1024;
const READ_EVERY_MS = 50;
const MOST_PIECES = 64;

export interface CaptureOptions {
  /** How many bytes of each packet are kept, up to 262144; whole packets where it is left out. */
  readonly snapBytes?: number | undefined;
  /** The capture ends with this many packets. */
  readonly packets?: number | undefined;
  /**
   * How much may wait in the lab until it is read; 64 MiB where it is left out. What comes beyond is dropped, and
   * counted.
   */
  readonly limitBytes?: number | undefined;
}

/** A part of a capture. Put together, the bytes of all parts are a pcapng file; so are those of the first ones. */
export interface CapturePart {
  readonly bytes: Buffer;
  /** Packets in the file so far. */
  readonly packets: number;
  /** Packets so far that passed and are not in the file, since there was no room for them. */
  readonly dropped: number;
  /** All packets that were wanted are in the file. */
  readonly isComplete: boolean;
}

/** What passes interfaces of a lab, from when it was started. It ends with the connection to the lab, if not before. */
export class Capture implements AsyncDisposable {
  readonly #agent: Agent;
  readonly #id: number;
  #isStopped = false;

  private constructor(
    agent: Agent,
    id: number,
    /** In the order of the file: `router1:eth1`. */
    readonly interfaces: readonly string[],
  ) {
    this.#agent = agent;
    this.#id = id;
  }

  /** LabError NODE_UNKNOWN, TARGET_UNKNOWN; USAGE for a number that is none. */
  static async start(agent: Agent, where: CaptureWhere, options: CaptureOptions = {}): Promise<Capture> {
    const { snapBytes, packets, limitBytes = DEFAULT_LIMIT_BYTES } = options;
    refuseUnlessCount(snapBytes, MOST_SNAP_BYTES, 'snap length in bytes');
    refuseUnlessCount(packets, Number.MAX_SAFE_INTEGER, 'number of packets');
    refuseUnlessCount(limitBytes, Number.MAX_SAFE_INTEGER, 'limit in bytes');
    const { id, ends } = await agent.call('captureStart', {
      ...where,
      snapLength: snapBytes,
      mostPackets: packets,
      limitBytes,
    });
    return new Capture(
      agent,
      id,
      ends.map((end) => `${end.node}:${end.interface}`),
    );
  }

  /** Everything that has passed since the last time. */
  async read(): Promise<CapturePart> {
    const chunks: CaptureChunk[] = [];
    // In pieces: one of all would keep the lab's agent from other work. Where more comes than can be read, this ends
    // all the same.
    do chunks.push(await this.#agent.call('captureRead', { id: this.#id }));
    while (chunks.at(-1)?.hasMore === true && chunks.length < MOST_PIECES);
    return toPart(chunks);
  }

  /** Ends the capture; the last part of its file. */
  async stop(): Promise<CapturePart> {
    const { bytes } = await this.read();
    this.#isStopped = true;
    const last = toPart([await this.#agent.call('captureStop', { id: this.#id })]);
    return { ...last, bytes: Buffer.concat([bytes, last.bytes]) };
  }

  /** Ends the capture where it has not ended; what was not read is forgotten. */
  async discard(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    try {
      await this.#agent.call('captureStop', { id: this.#id, discard: true });
    } catch (error) {
      // With the lab its captures have ended too.
      if (!(error instanceof LabError) || error.code !== 'AGENT_GONE') throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.discard();
  }
}

/** Reads `router1` or `router1:eth1`. Throws TARGET_UNKNOWN for what is neither. */
export function captureWhere(text: string): CaptureWhere {
  const target = parseTarget(text);
  if (target?.kind === 'node') return { nodes: [target.node] };
  if (target?.kind === 'interface') return { ends: [{ node: target.node, interface: target.interface }] };
  throw new LabError('TARGET_UNKNOWN', `"${text}" is neither a node nor an interface`, {
    hint: 'write it as in router1 or router1:eth1',
  });
}

export interface RecordOptions {
  /** When it ends by itself; only with the signal, or with all packets that were wanted, where it is left out. */
  readonly forMs?: number | undefined;
  /** Ends the capture well: what it aborts is the waiting. */
  readonly signal?: AbortSignal | undefined;
}

export interface Recorded {
  readonly packets: number;
  readonly dropped: number;
}

/** Reads a capture to its end and writes each part as it comes. LabError AGENT_GONE where the lab ends before it. */
export async function recordCapture(
  capture: Capture,
  write: (bytes: Buffer) => Promise<void>,
  { forMs = Infinity, signal }: RecordOptions = {},
): Promise<Recorded> {
  const writeNext = async (): Promise<boolean> => {
    const { bytes, isComplete } = await capture.read();
    await write(bytes);
    return isComplete;
  };
  try {
    await pollUntil(writeNext, (isComplete) => isComplete, { everyMs: READ_EVERY_MS, deadlineMs: forMs, signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
  const { bytes, packets, dropped } = await capture.stop();
  await write(bytes);
  return { packets, dropped };
}

/**
 * As `recordCapture`, into a file, which is written anew. Whatever happens, what it has by then can be opened. LabError
 * USAGE where there can be no such file.
 */
export async function recordCaptureToFile(
  capture: Capture,
  path: string,
  options: RecordOptions = {},
): Promise<Recorded> {
  const file = await open(path, 'w').catch((cause: unknown) => {
    throw new LabError('USAGE', `${path} cannot be written: ${toLabError(cause).message}`, {
      cause,
      hint: 'name a file in a folder that you can write to',
    });
  });
  try {
    return await recordCapture(capture, (bytes) => append(file, bytes, path), options);
  } finally {
    await file.close();
  }
}

async function append(file: FileHandle, bytes: Buffer, path: string): Promise<void> {
  try {
    await file.appendFile(bytes);
  } catch (cause) {
    throw new LabError('REPORT_UNWRITTEN', `${path} could not be written to its end: ${toLabError(cause).message}`, {
      cause,
      hint: 'make room, or name another file; what was written so far can be opened',
    });
  }
}

function toPart(chunks: readonly CaptureChunk[]): CapturePart {
  const { packets = 0, dropped = 0, isComplete = false } = chunks.at(-1) ?? {};
  return {
    bytes: Buffer.concat(chunks.map(({ chunk }) => Buffer.from(chunk, 'base64'))),
    packets,
    dropped,
    isComplete,
  };
}

function refuseUnlessCount(value: number | undefined, most: number, what: string): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= most)) return;
  throw new LabError('USAGE', `${String(value)} is not a valid ${what}`, {
    hint: `write a whole number from 1 to ${String(most)}`,
  });
}
