import { addressBits, parseAddress, prefixAround } from '../support/ip.js';

/** All prefixes in which an address lies, the longest first; none where the text is not an address. */
export function prefixesAround(text: string): readonly string[] {
  const address = parseAddress(text);
  if (address === undefined) return [];
  const bits = addressBits(address.family);
  return Array.from({ length: bits + 1 }, (_, shorter) => prefixAround(address, bits - shorter).text);
}

/** What a table has for the longest prefix around an address, whose prefixes are given: a table has many more. */
export function longestMatch<T>(table: ReadonlyMap<string, T>, prefixes: readonly string[]): T | undefined {
  const prefix = prefixes.find((each) => table.has(each));
  return prefix === undefined ? undefined : table.get(prefix);
}
