/** A pcapng file as it was read back: what nearcast writes, by the format's own rules. */
export interface ReadCapture {
  readonly application: string | undefined;
  readonly interfaces: readonly ReadInterface[];
  readonly packets: readonly ReadPacket[];
  /** What each interface saw, by its name; empty where the file has no end. */
  readonly statistics: Readonly<Record<string, { readonly seen: number; readonly dropped: number }>>;
}

interface ReadInterface {
  readonly name: string;
  readonly linkType: number;
  readonly snapLength: number;
  /** As a power of ten. */
  readonly resolution: number;
}

export interface ReadPacket {
  readonly interface: string;
  readonly timestampNs: bigint;
  readonly direction: 'in' | 'out' | 'unknown';
  readonly reception: number;
  readonly bytes: Buffer;
  readonly originalBytes: number;
}

type Options = ReadonlyMap<number, Buffer>;

const directions = ['unknown', 'in', 'out'] as const;

/** Reads a file of whole blocks; throws where a block does not end as it began, or refers to what is not there. */
export function readPcapng(file: Buffer): ReadCapture {
  let application: string | undefined;
  const interfaces: ReadInterface[] = [];
  const packets: ReadPacket[] = [];
  const statistics: Record<string, { seen: number; dropped: number }> = {};
  const interfaceAt = (id: number): string => {
    const found = interfaces[id];
    if (found === undefined) throw new Error(`no interface ${String(id)}`);
    return found.name;
  };
  for (const { type, body } of blocksOf(file)) {
    switch (type) {
      case 0x0a0d0d0a:
        if (body.readUInt32LE(0) !== 0x1a2b3c4d || body.readUInt16LE(4) !== 1)
          throw new Error('no section of version 1, little-endian');
        application = optionsOf(body, 16).get(4)?.toString();
        break;
      case 1: {
        const options = optionsOf(body, 8);
        interfaces.push({
          name: options.get(2)?.toString() ?? '',
          linkType: body.readUInt16LE(0),
          snapLength: body.readUInt32LE(4),
          resolution: options.get(9)?.[0] ?? 6,
        });
        break;
      }
      case 5: {
        const options = optionsOf(body, 12);
        statistics[interfaceAt(body.readUInt32LE(0))] = {
          seen: Number(options.get(4)?.readBigUInt64LE() ?? 0n),
          dropped: Number(options.get(5)?.readBigUInt64LE() ?? 0n),
        };
        break;
      }
      case 6: {
        const length = body.readUInt32LE(12);
        const flags =
          optionsOf(body, 20 + Math.ceil(length / 4) * 4)
            .get(2)
            ?.readUInt32LE() ?? 0;
        packets.push({
          interface: interfaceAt(body.readUInt32LE(0)),
          timestampNs: (BigInt(body.readUInt32LE(4)) << 32n) | BigInt(body.readUInt32LE(8)),
          direction: directions[flags & 3] ?? 'unknown',
          reception: (flags >> 2) & 7,
          bytes: body.subarray(20, 20 + length),
          originalBytes: body.readUInt32LE(16),
        });
        break;
      }
      default:
        throw new Error(`a block of type ${String(type)}`);
    }
  }
  return { application, interfaces, packets, statistics };
}

function* blocksOf(file: Buffer): Generator<{ readonly type: number; readonly body: Buffer }> {
  for (let at = 0; at < file.length;) {
    const length = file.readUInt32LE(at + 4);
    if (length % 4 !== 0 || length < 12 || file.readUInt32LE(at + length - 4) !== length)
      throw new Error(`the block at ${String(at)} does not end as it began`);
    yield { type: file.readUInt32LE(at), body: file.subarray(at + 8, at + length - 4) };
    at += length;
  }
}

function optionsOf(body: Buffer, from: number): Options {
  const options = new Map<number, Buffer>();
  for (let at = from; body.readUInt16LE(at) !== 0;) {
    const length = body.readUInt16LE(at + 2);
    options.set(body.readUInt16LE(at), body.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return options;
}

const question = Buffer.from('\u0002id\u0006server\u0000\u0000\u0010\u0000\u0003', 'latin1');

/** Whether a frame carries the question TXT CH id.server, or its answer. */
export function asksForIdentity({ bytes }: ReadPacket): boolean {
  return bytes.includes(question);
}
