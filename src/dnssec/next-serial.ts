import { signedRecord, SOA_SIGNATURE } from './sign-zone.js';
import { readZone } from './zone-text.js';

/** A zone with another serial. */
export interface ZoneVersion {
  readonly text: string;
  readonly serial: number;
  /** Of its SOA record, where the zone is signed. */
  readonly signature: Buffer | undefined;
}

/** How a SOA record begins, up to its serial (RFC 1035 section 3.3.13). */
const BEFORE_SERIAL = /(\sSOA\s+\S+\s+\S+(?:\s|\(|;.*\n)+)(\d+)/i;

/**
 * The zone as it is published next: its serial is one more (RFC 1982), and so its SOA record has another signature.
 * Undefined where its serial cannot be found.
 */
export function nextSerial(zone: string, text: string): ZoneVersion | undefined {
  const written = BEFORE_SERIAL.exec(text);
  if (written === null) return undefined;
  const serial = (Number(written[2]) + 1) % 2 ** 32;
  const raised = text.replace(BEFORE_SERIAL, `$1${String(serial)}`);
  const signed = SOA_SIGNATURE.exec(raised);
  if (signed === null) return { text: raised, serial, signature: undefined };
  const [line = ''] = raised.split('\n').filter((each) => / IN SOA /.test(each));
  const read = readZone(zone, line);
  const soa = 'line' in read ? undefined : read[0];
  if (soa === undefined) return undefined;
  const signature = signedRecord(soa, zone);
  return {
    text: raised.replace(SOA_SIGNATURE, signature.line),
    serial,
    signature: signature.bytes,
  };
}
