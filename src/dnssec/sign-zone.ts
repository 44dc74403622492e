import { nameBytes, numberBytes, typeNumbers } from './record-data.js';
import type { ZoneKey } from './zone-key.js';
import { zoneKey } from './zone-key.js';
import { isWithin, readZone, type ZoneRecord } from './zone-text.js';

/** From 2020 to 2080, the longest that serial number arithmetic can tell apart (RFC 4034 section 3.1.5): no lab sees the end. */
const INCEPTION = { text: '20200101000000', seconds: 1_577_836_800 };
const EXPIRATION = { text: '20800101000000', seconds: 3_471_292_800 };
const CLASS_IN = 1;

type SignedType = keyof typeof typeNumbers;

interface Rrset {
  readonly owner: string;
  readonly type: SignedType;
  readonly ttl: number;
  readonly records: readonly { readonly text: string; readonly data: Buffer }[];
}

/**
 * A zone with its key, its signatures and its NSEC records (RFC 4035 section 2), as the text of a zone file. A delegation to
 * a zone whose name is in `signed` gets the DS record of that zone's key, unless it has one already. A zone that cannot be
 * read stays as it is, for the checks to point at.
 */
export function signZone(zone: string, text: string, signed: ReadonlySet<string>): string {
  const read = readZone(zone, text);
  if ('line' in read) return text;
  const soa = read.find(({ type }) => type === 'SOA');
  if (soa === undefined) return text;
  const key = zoneKey(zone);
  const records = withSigners(read, zone, signed);
  const sets = [
    ...rrsetsOf(records),
    { owner: zone, type: 'DNSKEY' as const, ttl: soa.ttl, records: [{ text: key.dnskeyText, data: key.dnskey }] },
  ];
  const cuts = new Set(records.filter(({ type, owner }) => type === 'NS' && owner !== zone).map(({ owner }) => owner));
  const isGlue = (owner: string): boolean => [...cuts].some((cut) => owner !== cut && isWithin(owner, cut));
  const isSigned = ({ owner, type }: Rrset): boolean => !isGlue(owner) && (!cuts.has(owner) || type === 'DS');
  const all = [
    ...sets,
    ...nsecSets(
      sets.filter(({ owner }) => !isGlue(owner)),
      { soa, cuts },
    ),
  ];
  const lines = all.flatMap((set) => [
    ...set.records.map((record) => line(set, set.type, record.text)),
    ...(isSigned(set) || set.type === 'NSEC' ? [line(set, 'RRSIG', signatureOf(set, key))] : []),
  ]);
  // A zone file begins with its SOA record.
  const first = lines.findIndex((each) => / IN SOA /.test(each));
  return [...lines.splice(first, 1), ...lines, ''].join('\n');
}

/** The line of a signed zone that has the signature of its SOA record. */
export const SOA_SIGNATURE = /^\S+ \d+ IN RRSIG SOA .*$/m;

/** The signature of a set of one record: as bytes, and as a line of the zone file. */
export function signedRecord(
  { owner, type, ttl, text, data }: ZoneRecord,
  zone: string,
): { readonly line: string; readonly bytes: Buffer } {
  const set: Rrset = { owner, type, ttl, records: [{ text, data }] };
  const signature = signatureOf(set, zoneKey(zone));
  return { line: line(set, 'RRSIG', signature), bytes: Buffer.from(signature.split(' ').at(-1) ?? '', 'base64') };
}

/** The DS records of signed zones that the file delegates to. */
function withSigners(records: readonly ZoneRecord[], zone: string, signed: ReadonlySet<string>): readonly ZoneRecord[] {
  const delegated = records.filter(
    ({ type, owner }, i) =>
      type === 'NS' &&
      owner !== zone &&
      signed.has(owner) &&
      records.findIndex((other) => other.type === 'NS' && other.owner === owner) === i &&
      !records.some((other) => other.type === 'DS' && other.owner === owner),
  );
  return [
    ...records,
    ...delegated.map(({ owner, ttl }): ZoneRecord => ({ owner, ttl, type: 'DS', ...zoneKey(owner).signer })),
  ];
}

function rrsetsOf(records: readonly ZoneRecord[]): readonly Rrset[] {
  const sets = new Map<string, ZoneRecord[]>();
  for (const record of records) {
    const key = `${record.owner} ${record.type}`;
    const set = sets.get(key) ?? [];
    if (!set.some(({ data }) => data.equals(record.data))) set.push(record);
    sets.set(key, set);
  }
  return [...sets.values()].flatMap((set) => {
    const [first] = set;
    return first === undefined ? [] : [{ owner: first.owner, type: first.type, ttl: first.ttl, records: set }];
  });
}

/** What is at each name, and which name comes next (RFC 4034 section 4). */
function nsecSets(sets: readonly Rrset[], { soa, cuts }: { soa: ZoneRecord; cuts: ReadonlySet<string> }): Rrset[] {
  const owners = [...new Set(sets.map(({ owner }) => owner))].sort(canonicalOrder);
  const minimum = Number(soa.text.split(' ').at(-1));
  return owners.map((owner, i) => {
    const next = owners[(i + 1) % owners.length] ?? owner;
    const here = sets.filter((set) => set.owner === owner).map(({ type }) => type);
    const seen = cuts.has(owner) ? here.filter((type) => type === 'NS' || type === 'DS') : here;
    const types = [...new Set<SignedType>([...seen, 'RRSIG', 'NSEC'])].sort((a, b) => typeNumbers[a] - typeNumbers[b]);
    return {
      owner,
      type: 'NSEC',
      // RFC 9077 section 3.
      ttl: Math.min(soa.ttl, minimum),
      records: [{ text: `${next} ${types.join(' ')}`, data: Buffer.concat([nameBytes(next), bitmapOf(types)]) }],
    };
  });
}

/** All types that are used here are below 256: one window. */
function bitmapOf(types: readonly SignedType[]): Buffer {
  const bytes = Buffer.alloc(Math.floor(Math.max(...types.map((type) => typeNumbers[type])) / 8) + 1);
  for (const type of types) {
    const number = typeNumbers[type];
    const at = Math.floor(number / 8);
    bytes.writeUInt8(bytes.readUInt8(at) | (0x80 >> (number % 8)), at);
  }
  return Buffer.concat([Buffer.from([0, bytes.length]), bytes]);
}

/** RFC 4034 section 6.1: by labels, the last one first. */
function canonicalOrder(a: string, b: string): number {
  const [left, right] = [a, b].map((name) =>
    name
      .split('.')
      .filter((label) => label !== '')
      .reverse(),
  );
  for (let i = 0; ; i += 1) {
    const [one, other] = [left?.[i], right?.[i]];
    if (one === undefined || other === undefined) return (one === undefined ? 0 : 1) - (other === undefined ? 0 : 1);
    const order = Buffer.compare(Buffer.from(one), Buffer.from(other));
    if (order !== 0) return order;
  }
}

/** RFC 4034 section 3.1. */
function signatureOf({ owner, type, ttl, records }: Rrset, key: ZoneKey): string {
  const labels = owner.split('.').filter((label) => label !== '' && label !== '*').length;
  const head = Buffer.concat([
    numberBytes(typeNumbers[type], 2),
    numberBytes(key.algorithm, 1),
    numberBytes(labels, 1),
    numberBytes(ttl, 4),
    numberBytes(EXPIRATION.seconds, 4),
    numberBytes(INCEPTION.seconds, 4),
    numberBytes(key.tag, 2),
    nameBytes(key.zone),
  ]);
  const start = Buffer.concat([
    nameBytes(owner),
    numberBytes(typeNumbers[type], 2),
    numberBytes(CLASS_IN, 2),
    numberBytes(ttl, 4),
  ]);
  const body = records
    .map(({ data }) => data)
    .sort((a, b) => Buffer.compare(a, b))
    .map((data) => Buffer.concat([start, numberBytes(data.length, 2), data]));
  return [
    type,
    key.algorithm,
    labels,
    ttl,
    EXPIRATION.text,
    INCEPTION.text,
    key.tag,
    key.zone,
    key.sign(Buffer.concat([head, ...body])).toString('base64'),
  ].join(' ');
}

function line({ owner, ttl }: Rrset, type: SignedType, text: string): string {
  return `${owner} ${String(ttl)} IN ${type} ${text}`;
}
