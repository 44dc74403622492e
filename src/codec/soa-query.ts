import * as dns from 'dns-packet';

const AUTHORITATIVE_ANSWER = 0x400;
const DNSSEC_OK = 0x8000;

/** A query for the SOA record of a zone and its signature, without recursion. */
export function soaQuestion(id: number, zone: string): Buffer {
  return dns.encode({
    type: 'query',
    id,
    flags: 0,
    questions: [{ type: 'SOA', class: 'IN', name: zone.replace(/\.$/, '') }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: DNSSEC_OK,
        flag_do: true,
        options: [],
      },
    ],
  });
}

/** What answers it; undefined for anything that is no response. */
export interface SoaAnswer {
  readonly id: number;
  /** Undefined where the answer has no authority, or no SOA record. */
  readonly serial: number | undefined;
  /** Of the SOA record, where the answer has it. */
  readonly signature: Buffer | undefined;
}

export function readSoa(message: Buffer): SoaAnswer | undefined {
  const packet = decode(message);
  if (packet?.type !== 'response') return undefined;
  const isAuthoritative = ((packet.flags ?? 0) & AUTHORITATIVE_ANSWER) !== 0;
  const soa = packet.answers?.find(({ type }) => type === 'SOA');
  const signed = packet.answers?.find((record) => record.type === 'RRSIG' && record.data.typeCovered === 'SOA');
  return {
    id: packet.id ?? 0,
    serial: isAuthoritative && soa?.type === 'SOA' ? soa.data.serial : undefined,
    signature: signed?.type === 'RRSIG' ? signed.data.signature : undefined,
  };
}

function decode(message: Buffer): dns.DecodedPacket | undefined {
  try {
    return dns.decode(message);
  } catch {
    return undefined;
  }
}
