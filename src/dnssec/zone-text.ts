import { parseAddress } from '../support/ip.js';
import { recordData, type RecordType, recordTypes } from './record-data.js';

/** A record of a zone, with its names written out, in lower case, with the dot at their end. */
export interface ZoneRecord {
  readonly owner: string;
  readonly ttl: number;
  readonly type: RecordType;
  /** As in a zone file, with absolute names. */
  readonly text: string;
  /** In canonical form (RFC 4034 section 6.2). */
  readonly data: Buffer;
}

export interface ZoneProblem {
  /** From 1 on. */
  readonly line: number;
  readonly message: string;
}

const DEFAULT_TTL = 3600;
const LONGEST_TTL = 2 ** 31 - 1;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** The records of a zone file (RFC 1035 section 5), as far as they can be signed here; or what is wrong with the first one. */
export function readZone(zone: string, text: string): readonly ZoneRecord[] | ZoneProblem {
  const records: ZoneRecord[] = [];
  let origin = zone;
  let owner = zone;
  let defaultTtl = DEFAULT_TTL;
  for (const { line, words, isIndented } of entriesOf(text)) {
    const [first = '', second = ''] = words;
    const problem = (message: string): ZoneProblem => ({ line, message });
    if (/^\$ORIGIN$/i.test(first)) {
      const name = absolute(second, origin);
      if (name === undefined) return problem(`"${second}" is not a domain name`);
      origin = name;
      continue;
    }
    if (/^\$TTL$/i.test(first)) {
      const ttl = readTtl(second);
      if (ttl === undefined) return problem(`"${second}" is not a time to live`);
      defaultTtl = ttl;
      continue;
    }
    if (first.startsWith('$')) return problem(`${first} is not supported`);
    if (!isIndented) {
      const name = absolute(first, origin);
      if (name === undefined) return problem(`"${first}" is not a domain name`);
      owner = name;
    }
    const rest = isIndented ? [...words] : words.slice(1);
    let ttl = defaultTtl;
    for (let word = rest[0]; word !== undefined; word = rest[0]) {
      const written = readTtl(word);
      if (written === undefined && !/^IN$/i.test(word)) break;
      ttl = written ?? ttl;
      rest.shift();
    }
    const [typeWord = '', ...fields] = rest;
    const type = recordTypes.find((known) => known === typeWord.toUpperCase());
    if (type === undefined) return problem(`the type "${typeWord}" is not one of ${recordTypes.join(', ')}`);
    if (!isWithin(owner, zone)) return problem(`${owner} is not in the zone ${zone}`);
    const read = recordData(type, fields, { nameOf: (name) => absolute(name, origin), addressOf });
    if (read === undefined) return problem(`"${fields.join(' ')}" is not the data of a record of type ${type}`);
    records.push({ owner, ttl, type, ...read });
  }
  return records;
}

/** Whether a name is the name of the zone, or below it. */
export function isWithin(name: string, zone: string): boolean {
  return zone === '.' || name === zone || name.endsWith(`.${zone}`);
}

interface Entry {
  readonly line: number;
  readonly words: readonly string[];
  /** It begins with a space: its owner is that of the entry before. */
  readonly isIndented: boolean;
}

/** What belongs together: a line, or several within parentheses; without comments. A quoted word keeps its quotes. */
function entriesOf(text: string): readonly Entry[] {
  const entries: Entry[] = [];
  let words: string[] = [];
  let startedAt = 1;
  let isIndented = false;
  let depth = 0;
  text.split('\n').forEach((written, index) => {
    if (depth === 0) {
      words = [];
      startedAt = index + 1;
      isIndented = /^\s/.test(written);
    }
    for (const [word] of written.matchAll(/"(?:\\.|[^"\\])*"|;.*$|[()]|[^\s()";]+/g)) {
      if (word.startsWith(';')) break;
      if (word === '(') depth += 1;
      else if (word === ')') depth -= 1;
      else words.push(word);
    }
    if (depth <= 0 && words.length > 0) entries.push({ line: startedAt, words, isIndented });
    if (depth <= 0) depth = 0;
  });
  return entries;
}

function absolute(written: string, origin: string): string | undefined {
  if (written === '@') return origin;
  const name = written.toLowerCase();
  const whole = name.endsWith('.') ? name : origin === '.' ? `${name}.` : `${name}.${origin}`;
  if (whole === '.') return whole;
  return whole.length <= 254 && /^(?:\*\.)?(?:[a-z0-9_/-]{1,63}\.)+$/.test(whole) ? whole : undefined;
}

function readTtl(text: string): number | undefined {
  if (!/^(?:\d+[smhdw]?)+$/i.test(text)) return undefined;
  const seconds = [...text.matchAll(/(\d+)([smhdw]?)/gi)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit.toLowerCase()] ?? 1),
    0,
  );
  return seconds <= LONGEST_TTL ? seconds : undefined;
}

function addressOf(text: string): Buffer | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  const digits = address.family === 'ipv4' ? 8 : 32;
  return Buffer.from(address.value.toString(16).padStart(digits, '0'), 'hex');
}
