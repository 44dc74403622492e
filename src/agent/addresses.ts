import { addressBits, parseAddress } from '../support/ip.js';
import type { SocketAddress } from './kernel.js';

/** A socket address for system calls. The address was validated long before: anything else is a defect. */
export function socketAddress(text: string, port: number): SocketAddress {
  const address = parseAddress(text);
  if (address === undefined) throw new RangeError(`${text} is no address`);
  const size = addressBits(address.family) / 8;
  const bytes = Uint8Array.from({ length: size }, (_, index) =>
    Number((address.value >> BigInt(8 * (size - 1 - index))) & 0xffn),
  );
  return { family: address.family, bytes, port };
}

/** The text of an address in network byte order, 4 or 16 bytes. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  return parseAddress(groups.join(':'))?.text ?? groups.join(':');
}
