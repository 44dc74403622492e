/** The numbers of the types of records that a signed zone can have. */
export const typeNumbers = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
} as const;

/** Those that a zone file may have; the others come with the signatures. */
export const recordTypes = ['A', 'NS', 'CNAME', 'SOA', 'PTR', 'MX', 'TXT', 'AAAA', 'SRV', 'DS'] as const;
export type RecordType = (typeof recordTypes)[number];

interface Written {
  readonly text: string;
  readonly data: Buffer;
}

interface Readers {
  /** An absolute name, or undefined where it is none. */
  readonly nameOf: (written: string) => string | undefined;
  /** The bytes of an address, or undefined where it is none. */
  readonly addressOf: (written: string) => Buffer | undefined;
}

type Field = (written: string, readers: Readers) => Written | undefined;

/** What each type has in it, field by field (RFC 1035 section 3.3, 2782, 3596, 4034). */
const fieldsOf: Readonly<Record<Exclude<RecordType, 'TXT' | 'DS'>, readonly Field[]>> = {
  A: [address(4)],
  AAAA: [address(16)],
  NS: [name],
  CNAME: [name],
  PTR: [name],
  MX: [number(2), name],
  SRV: [number(2), number(2), number(2), name],
  SOA: [name, name, number(4), number(4), number(4), number(4), number(4)],
};

/** The data of a record, as text and on the wire; undefined where it is not of that type. */
export function recordData(type: RecordType, fields: readonly string[], readers: Readers): Written | undefined {
  if (type === 'TXT') return textData(fields);
  if (type === 'DS') return signerData(fields, readers);
  return joined(fieldsOf[type], fields, readers);
}

/** A name on the wire, in lower case and not compressed (RFC 4034 section 6.2). */
export function nameBytes(domain: string): Buffer {
  const labels = domain.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ]);
}

/** A number in network byte order. */
export function numberBytes(value: number, bytes: 1 | 2 | 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

function joined(kinds: readonly Field[], fields: readonly string[], readers: Readers): Written | undefined {
  if (fields.length !== kinds.length) return undefined;
  const read = kinds.map((kind, i) => kind(fields[i] ?? '', readers));
  const known = read.filter((field) => field !== undefined);
  if (known.length < read.length) return undefined;
  return { text: known.map(({ text }) => text).join(' '), data: Buffer.concat(known.map(({ data }) => data)) };
}

function name(written: string, { nameOf }: Readers): Written | undefined {
  const text = nameOf(written);
  return text === undefined ? undefined : { text, data: nameBytes(text) };
}

function number(bytes: 1 | 2 | 4): Field {
  return (written) => {
    if (!/^\d+$/.test(written)) return undefined;
    const value = Number(written);
    return value < 2 ** (8 * bytes) ? { text: String(value), data: numberBytes(value, bytes) } : undefined;
  };
}

function address(bytes: number): Field {
  return (written, { addressOf }) => {
    const data = addressOf(written);
    return data?.length === bytes ? { text: written, data } : undefined;
  };
}

/** Character strings, of at most 255 bytes each. */
function textData(fields: readonly string[]): Written | undefined {
  const strings = fields.map((field) =>
    Buffer.from(field.startsWith('"') ? field.slice(1, -1).replace(/\\(.)/g, '$1') : field),
  );
  if (strings.length === 0 || strings.some(({ length }) => length > 255)) return undefined;
  return {
    text: fields.join(' '),
    data: Buffer.concat(strings.flatMap((string) => [numberBytes(string.length, 1), string])),
  };
}

/** Of a key of a child zone (RFC 4034 section 5); its digest may have spaces in it. */
function signerData([tag = '', algorithm = '', kind = '', ...parts]: readonly string[], readers: Readers) {
  const numbers = joined([number(2), number(1), number(1)], [tag, algorithm, kind], readers);
  const digest = parts.join('').toUpperCase();
  if (numbers === undefined || !/^(?:[0-9A-F]{2})+$/.test(digest)) return undefined;
  return { text: `${numbers.text} ${digest}`, data: Buffer.concat([numbers.data, Buffer.from(digest, 'hex')]) };
}
