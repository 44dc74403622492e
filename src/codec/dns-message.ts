import * as dns from 'dns-packet';

/** In the flags of a message: the server is an authority for the name (RFC 1035 section 4.1.1). */
export const AUTHORITATIVE_ANSWER = 0x400;

/** The OPT record of a message: 1232 bytes over UDP (RFC 6891), and signatures where they are wanted (RFC 3225). */
export function optRecord(
  options: readonly { readonly code: number; readonly data: Buffer }[],
  { dnssecOk } = { dnssecOk: false },
): dns.Answer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: dnssecOk ? dns.DNSSEC_OK : 0,
    flag_do: dnssecOk,
    options,
  } as dns.OptAnswer;
}

/** A message; undefined for bytes that are none. */
export function decodeDns(message: Buffer): dns.DecodedPacket | undefined {
  try {
    return dns.decode(message);
  } catch {
    return undefined;
  }
}
