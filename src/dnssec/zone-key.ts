import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { nameBytes, numberBytes } from './record-data.js';

/** Ed25519 (RFC 8080). Its signatures are a function of key and text alone (RFC 8032): the same zone gives the same file. */
const ALGORITHM = 15;
const SHA_256 = 2;
/** A zone key that is also a secure entry point: one key signs all that is in the zone. */
const FLAGS = 257;
const DNSKEY_PROTOCOL = 3;
/** How a private key of Ed25519 begins in PKCS #8 (RFC 8410 section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key of a zone. */
export interface ZoneKey {
  readonly zone: string;
  readonly algorithm: number;
  readonly tag: number;
  readonly dnskey: Buffer;
  readonly dnskeyText: string;
  /** The data of the DS record that its parent has of it. */
  readonly signer: { readonly text: string; readonly data: Buffer };
  readonly sign: (text: Buffer) => Buffer;
}

/** The key follows from the name of the zone: a lab has no secret to keep, and its files are the same everywhere. */
export function zoneKey(zone: string): ZoneKey {
  const seed = createHash('sha256').update(`nearcast zone ${zone}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = publicBytes(key);
  const dnskey = Buffer.concat([numberBytes(FLAGS, 2), Buffer.from([DNSKEY_PROTOCOL, ALGORITHM]), publicKey]);
  const tag = keyTag(dnskey);
  const digest = createHash('sha256').update(nameBytes(zone)).update(dnskey).digest();
  return {
    zone,
    algorithm: ALGORITHM,
    tag,
    dnskey,
    dnskeyText: `${String(FLAGS)} ${String(DNSKEY_PROTOCOL)} ${String(ALGORITHM)} ${publicKey.toString('base64')}`,
    signer: {
      text: `${String(tag)} ${String(ALGORITHM)} ${String(SHA_256)} ${digest.toString('hex').toUpperCase()}`,
      data: Buffer.concat([numberBytes(tag, 2), Buffer.from([ALGORITHM, SHA_256]), digest]),
    },
    sign: (text) => sign(null, text, key),
  };
}

function publicBytes(key: KeyObject): Buffer {
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
}

/** RFC 4034 appendix B. */
function keyTag(dnskey: Buffer): number {
  const sum = dnskey.reduce((total, byte, i) => total + (i % 2 === 0 ? byte << 8 : byte), 0);
  return (sum + (sum >>> 16)) & 0xffff;
}
