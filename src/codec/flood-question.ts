import * as dns from 'dns-packet';
import { optRecord } from './dns-message.js';

const PADDING_OPTION = 12;
const FLOOD_BYTES = 1000;

/** What a flood sends: a question that no instance of a lab can answer, filled up to a thousand bytes (RFC 7830). */
export function floodQuestion(): Buffer {
  const bare = encode(0);
  return encode(FLOOD_BYTES - bare.length);
}

function encode(padding: number): Buffer {
  return dns.encode({
    type: 'query',
    id: 0,
    flags: 0,
    questions: [{ type: 'A', class: 'IN', name: 'flood.invalid' }],
    additionals: [optRecord([{ code: PADDING_OPTION, data: Buffer.alloc(padding) }])],
  });
}
