import * as dns from 'dns-packet';
import { AUTHORITATIVE_ANSWER, decodeDns, optRecord } from './dns-message.js';

/** A query for the SOA record of a zone and its signature, without recursion. */
export function soaQuestion(id: number, zone: string): Buffer {
  return dns.encode({
    type: 'query',
    id,
    flags: 0,
    questions: [{ type: 'SOA', class: 'IN', name: zone.replace(/\.$/, '') }],
    additionals: [optRecord([], { dnssecOk: true })],
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
  const packet = decodeDns(message);
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
