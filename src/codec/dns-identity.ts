import * as dns from 'dns-packet';
import { AUTHORITATIVE_ANSWER, decodeDns, optRecord } from './dns-message.js';

/** The names that a server answers with who it is (RFC 4892 section 2). */
const IDENTITY_NAMES: ReadonlySet<string> = new Set(['id.server', 'hostname.bind']);
const HEADER_LENGTH = 12;
const MAX_LABEL = 63;
const TYPE_AND_CLASS = 4;
const NSID_OPTION = 3;
const RCODE_NOTIMP = 4;
const RCODE_REFUSED = 5;
const RCODE_FORMERR = 1;
const RESPONSE_FLAG = 0x8000;
const OPCODE_MASK = 0x7800;
const RCODE_MASK = 0xf;
const RECURSION_DESIRED = 0x100;

/** The identity query, "which instance are you?": TXT `id.server.` in class CH, asking for NSID as well (RFC 5001). */
export function identityQuestion(id: number): Buffer {
  return dns.encode({
    type: 'query',
    id,
    flags: 0,
    questions: [{ type: 'TXT', class: 'CH', name: 'id.server' }],
    additionals: [optRecord([{ code: NSID_OPTION, data: Buffer.alloc(0) }])],
  });
}

/** Who answered which query; undefined for anything but an answer of an identity service. */
export function readIdentity(message: Buffer): { readonly id: number; readonly instance: string } | undefined {
  const reply = readReply(message);
  return reply?.text === undefined ? undefined : { id: reply.id, instance: reply.text };
}

/**
 * The id of the query that a reply refuses, with any error code; undefined for anything else (RFC 1035 section
 * 4.1.1).
 */
export function readRefusal(message: Buffer): number | undefined {
  if (message.length < HEADER_LENGTH) return undefined;
  const flags = message.readUInt16BE(2);
  return (flags & RESPONSE_FLAG) !== 0 && (flags & RCODE_MASK) !== 0 ? message.readUInt16BE(0) : undefined;
}

/**
 * Any DNS reply: which query it answers, its error code by name, and the first text in it. Undefined where it is
 * none.
 */
export function readReply(
  message: Buffer,
): { readonly id: number; readonly rcode: string; readonly text: string | undefined } | undefined {
  const packet = decodeDns(message);
  if (packet?.type !== 'response') return undefined;
  // What dns-packet decodes has the name of the code, which its types leave out.
  const { rcode = 'NOERROR' } = packet as { readonly rcode?: string };
  const answer = packet.answers?.find((record) => record.type === 'TXT');
  const texts = answer?.type !== 'TXT' ? undefined : Array.isArray(answer.data) ? answer.data : [answer.data];
  return { id: packet.id ?? 0, rcode, text: texts?.map((text) => text.toString()).join('') };
}

/**
 * What an identity service replies: its name to an identity query, REFUSED to any other, with NSID where it was
 * asked for. Undefined where the message is not a query at all, since answering responses would let two servers talk
 * forever.
 */
export function answerIdentity(message: Buffer, instance: string): Buffer | undefined {
  if (message.length < HEADER_LENGTH || (message.readUInt16BE(2) & RESPONSE_FLAG) !== 0) return undefined;
  const query = decodeDns(message);
  if (query === undefined) return refusal(message, RCODE_FORMERR);
  const opcode = message.readUInt16BE(2) & OPCODE_MASK;
  if (opcode !== 0) return refusal(message, RCODE_NOTIMP, replyOptions(query, instance));
  const [question] = query.questions ?? [];
  if (question === undefined || !asksIdentity(question)) {
    return refusal(message, RCODE_REFUSED, replyOptions(query, instance));
  }
  return dns.encode({
    type: 'response',
    id: query.id ?? 0,
    flags: AUTHORITATIVE_ANSWER | ((query.flags ?? 0) & RECURSION_DESIRED),
    questions: query.questions ?? [],
    answers: [{ type: 'TXT', class: 'CH', name: question.name, ttl: 0, data: instance }],
    additionals: replyOptions(query, instance),
  });
}

function asksIdentity({ type, class: dnsClass, name }: dns.Question): boolean {
  return type === 'TXT' && dnsClass === 'CH' && IDENTITY_NAMES.has(name.toLowerCase());
}

/** Whether a message is an identity question, and nothing else. */
export function isIdentityQuestion(message: Buffer): boolean {
  if (message.length < HEADER_LENGTH || (message.readUInt16BE(2) & (RESPONSE_FLAG | OPCODE_MASK)) !== 0) return false;
  const questions = decodeDns(message)?.questions ?? [];
  return questions.length > 0 && questions.every(asksIdentity);
}

/** A reply with an error code and the question as it came, byte by byte, whatever it says (RFC 1035 section 4.1). */
function refusal(message: Buffer, rcode: number, options: dns.Answer[] = []): Buffer {
  const end = questionEnd(message);
  const reply = Buffer.from(message.subarray(0, end ?? HEADER_LENGTH));
  reply.writeUInt16BE(RESPONSE_FLAG | (message.readUInt16BE(2) & (OPCODE_MASK | RECURSION_DESIRED)) | rcode, 2);
  reply.writeUInt16BE(end === undefined ? 0 : 1, 4);
  reply.fill(0, 6, HEADER_LENGTH);
  reply.writeUInt16BE(options.length, 10);
  return Buffer.concat([reply, dns.encode({ additionals: options }).subarray(HEADER_LENGTH)]);
}

/** Where the first question ends; undefined where there is none, or where it runs over the end. */
function questionEnd(message: Buffer): number | undefined {
  if (message.readUInt16BE(4) === 0) return undefined;
  let at = HEADER_LENGTH;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    if (length > MAX_LABEL) return undefined;
    at += 1 + length;
  }
  const end = at + 1 + TYPE_AND_CLASS;
  return end <= message.length ? end : undefined;
}

function replyOptions(query: dns.DecodedPacket, instance: string): dns.Answer[] {
  const opt = query.additionals?.find((record) => record.type === 'OPT');
  if (opt?.type !== 'OPT') return [];
  const wantsNsid = opt.options.some((option) => (option.code as number) === NSID_OPTION);
  return [optRecord(wantsNsid ? [{ code: NSID_OPTION, data: Buffer.from(instance) }] : [])];
}
