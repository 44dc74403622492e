import { addressBits, parseAddress } from '../../support/ip.js';
import type { SocketAddress } from './kernel.js';

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
