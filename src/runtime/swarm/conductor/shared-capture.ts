import { blocksOf, stamped, stampOf } from '../../../codec/pcapng.js';
import { captureEnds } from '../../../plan/parts/capture-ends.js';
import type { CaptureChunk, CaptureParams, CaptureStarted } from '../../../protocol/capture.js';
import type { Crew, Member } from './crew.js';

/** The capture of one agent, as a part of one of several. */
interface Source {
  readonly member: Member;
  readonly id: number;
  /** By the number of an interface in this capture: its number in the whole. */
  readonly places: readonly number[];
  /** Added to the times of its packets, they are times of the first machine that has some of the capture. */
  readonly shiftNs: bigint;
  /** In that time; null where nothing follows. */
  knownUntilNs: bigint | null;
  seen: CaptureChunk | undefined;
}

interface Stamped {
  readonly timestampNs: bigint;
  readonly bytes: Buffer;
}

/**
 * What passes interfaces on several machines, as one file, in the order of time: each agent captures at its own nodes, and its
 * packets are moved to the clock of the first machine.
 */
export class SharedCapture {
  readonly #sources: readonly Source[];
  #waiting: readonly Stamped[] = [];
  /** By their places: until the first part is handed over. */
  readonly #descriptions: Buffer[] = [];
  #section: Buffer | undefined;
  #isOpen = false;
  #packets = 0;
  #wanted: number;

  private constructor(sources: readonly Source[], { mostPackets = Infinity }: CaptureParams) {
    this.#sources = sources;
    this.#wanted = mostPackets;
  }

  /** All of them, or none. LabError NODE_UNKNOWN, TARGET_UNKNOWN. */
  static async start(
    crew: Crew,
    params: CaptureParams,
  ): Promise<Omit<CaptureStarted, 'id'> & { readonly capture: SharedCapture }> {
    const ends = captureEnds(crew.plan, params);
    const clocks = await crew.clocks();
    const shares = crew.members
      .map((member, index) => ({
        member,
        toLeadMs: clocks[index]?.toLeadMs ?? 0,
        own: ends.filter(({ node }) => member.nodes.includes(node)),
      }))
      .filter(({ own }) => own.length > 0);
    const limitBytes = Math.ceil(params.limitBytes / Math.max(1, shares.length));
    const started = await Promise.allSettled(
      shares.map(({ member, own }) =>
        member.agent.call('captureStart', { ...params, nodes: undefined, ends: own, limitBytes }),
      ),
    );
    const failed = started.find((each) => each.status === 'rejected');
    if (failed !== undefined) {
      await Promise.allSettled(
        shares.map(async ({ member }, index) => {
          const begun = started[index];
          if (begun?.status === 'fulfilled')
            await member.agent.call('captureStop', { id: begun.value.id, discard: true });
        }),
      );
      throw failed.reason;
    }
    let ahead: number | undefined;
    const sources = started.flatMap((each, index): readonly Source[] => {
      const share = shares[index];
      if (each.status === 'rejected' || share === undefined) return [];
      const fromWall = share.toLeadMs - each.value.wallAheadMs;
      ahead ??= fromWall;
      return [
        {
          member: share.member,
          id: each.value.id,
          places: share.own.map((end) => ends.indexOf(end)),
          shiftNs: BigInt(Math.round((fromWall - ahead) * 1e6)),
          knownUntilNs: 0n,
          seen: undefined,
        },
      ];
    });
    const wallAheadMs = -(ahead ?? 0);
    return { ends, wallAheadMs, capture: new SharedCapture(sources, params) };
  }

  async read(): Promise<CaptureChunk> {
    await Promise.all(
      this.#sources.map(async (source) => {
        this.#take(source, await source.member.agent.call('captureRead', { id: source.id }));
      }),
    );
    return this.#handOver([]);
  }

  async stop({ discard = false }: { readonly discard?: boolean | undefined }): Promise<CaptureChunk> {
    const statistics: (readonly [place: number, block: Buffer])[] = [];
    await Promise.all(
      this.#sources.map(async (source) => {
        const chunk = await source.member.agent.call('captureStop', { id: source.id, discard });
        statistics.push(...this.#take(source, { ...chunk, knownUntilMs: null }));
      }),
    );
    return this.#handOver(statistics.sort(([a], [b]) => a - b).map(([, block]) => block));
  }

  /** What is no packet and not from the beginning of a file is handed back. */
  #take(source: Source, chunk: CaptureChunk): readonly (readonly [place: number, block: Buffer])[] {
    source.seen = chunk;
    source.knownUntilNs = chunk.knownUntilMs === null ? null : BigInt(chunk.knownUntilMs) * 1_000_000n + source.shiftNs;
    const statistics: (readonly [number, Buffer])[] = [];
    const fresh: Stamped[] = [];
    let described = 0;
    for (const { kind, bytes } of blocksOf(Buffer.from(chunk.chunk, 'base64'))) {
      if (kind === 'section') this.#section ??= bytes;
      else if (kind === 'interface') this.#descriptions[source.places[described++] ?? 0] = bytes;
      else {
        const stamp = stampOf(bytes);
        const interfaceId = source.places[stamp.interfaceId] ?? 0;
        const timestampNs = stamp.timestampNs + source.shiftNs;
        const block = stamped(bytes, { interfaceId, timestampNs });
        if (kind === 'packet') fresh.push({ timestampNs, bytes: block });
        else statistics.push([interfaceId, block]);
      }
    }
    this.#waiting = [...this.#waiting, ...fresh];
    return statistics;
  }

  /** What no agent can have anything older to add to. */
  #handOver(closing: readonly Buffer[]): CaptureChunk {
    const known = this.#sources.flatMap(({ knownUntilNs }) => (knownUntilNs === null ? [] : [knownUntilNs]));
    const sorted = [...this.#waiting].sort((a, b) => Number(a.timestampNs - b.timestampNs));
    const later = sorted.findIndex(({ timestampNs }) => known.some((untilNs) => timestampNs >= untilNs));
    const all = later === -1 ? sorted.length : later;
    const count = Math.min(all, this.#wanted);
    this.#waiting = sorted.slice(all);
    this.#wanted -= count;
    this.#packets += count;
    const seen = this.#sources.flatMap(({ seen: chunk }) => chunk ?? []);
    const opening = this.#isOpen || this.#section === undefined ? [] : [this.#section, ...this.#descriptions];
    this.#isOpen ||= this.#section !== undefined;
    return {
      chunk: Buffer.concat([...opening, ...sorted.slice(0, count).map(({ bytes }) => bytes), ...closing]).toString(
        'base64',
      ),
      packets: this.#packets,
      dropped: seen.reduce((sum, { dropped }) => sum + dropped, 0),
      hasMore: seen.some(({ hasMore }) => hasMore),
      isComplete: this.#wanted === 0 || (seen.length > 0 && seen.every(({ isComplete }) => isComplete)),
      knownUntilMs: null,
    };
  }
}
