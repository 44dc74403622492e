import * as dns from 'dns-packet';

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
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [{ code: PADDING_OPTION, data: Buffer.alloc(padding) }],
      },
    ],
  });
}
