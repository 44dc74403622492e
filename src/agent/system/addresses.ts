import { addressText } from '../../support/address-text.js';
import { addressBits, parseAddress } from '../../support/ip.js';
import type { SocketAddress, SocketFamily } from './kernel.js';

/** A socket address for system calls. The address was validated long before: anything else is a defect. */
export function socketAddress(text: string, port: number): SocketAddress {
  const address = parseAddress(text);
  if (address === undefined) throw new RangeError(`${text} is not an address`);
  const size = addressBits(address.family) / 8;
  const bytes = Uint8Array.from({ length: size }, (_, index) =>
    Number((address.value >> BigInt(8 * (size - 1 - index))) & 0xffn),
  );
  return { family: address.family, bytes, port };
}

/** The address in a `struct sockaddr_in` or `sockaddr_in6` that the kernel has written. */
export function senderOf(from: Buffer, family: SocketFamily): string {
  return family === 'ipv4' ? addressText(from.subarray(4, 8)) : addressText(from.subarray(8, 24));
}
