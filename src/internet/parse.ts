import { LabError } from '../errors.js';
import type { AsLinks } from './graph.js';
import { AsNumbers } from './numbers.js';

const NEWLINE = 10;
const HASH = 35;
const BAR = 124;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const RETURN = 13;
const HIGHEST_ASN = 4_294_967_295;
/** The shortest line is `1|2|0`. */
const LEAST_LINE = 6;

/**
 * Reads AS relationships as measurement projects publish them, serial-1 or serial-2: `provider|customer|-1` and
 * `peer|peer|0`, perhaps with a column of the source behind it; lines that begin with `#` are comments. Throws USAGE with
 * the first line that is none of these.
 */
export function parseAsLinks(bytes: Uint8Array, file: string): AsLinks {
  const most = Math.ceil(bytes.length / LEAST_LINE) + 1;
  const [first, second, isPeer] = [new Int32Array(most), new Int32Array(most), new Uint8Array(most)];
  const numbers = new AsNumbers();
  const length = bytes.length;
  let count = 0;
  let at = 0;
  for (let line = 1; at < length; line++) {
    const begin = at;
    const byte = bytes[at];
    if (byte !== HASH && byte !== NEWLINE && byte !== RETURN) {
      let a = 0;
      let digits = 0;
      for (; isDigit(bytes[at]); at++, digits++) a = a * 10 + (bytes[at] ?? ZERO) - ZERO;
      const hasFirst = digits > 0 && digits <= 10 && bytes[at] === BAR && a <= HIGHEST_ASN;
      at++;
      let b = 0;
      digits = 0;
      for (; hasFirst && isDigit(bytes[at]); at++, digits++) b = b * 10 + (bytes[at] ?? ZERO) - ZERO;
      const hasSecond = hasFirst && digits > 0 && digits <= 10 && bytes[at] === BAR && b <= HIGHEST_ASN;
      at++;
      const isNegative = bytes[at] === MINUS;
      if (isNegative) at++;
      const value = bytes[at];
      const after = bytes[at + 1];
      const isWhole = after === undefined || after === BAR || after === NEWLINE || after === RETURN;
      if (!hasSecond || !isWhole || value !== (isNegative ? ZERO + 1 : ZERO) || a === b)
        throw notALink(bytes, begin, line, file);
      first[count] = numbers.indexFor(a);
      second[count] = numbers.indexFor(b);
      isPeer[count] = isNegative ? 0 : 1;
      count++;
    }
    const end = bytes.indexOf(NEWLINE, at);
    at = end < 0 ? length : end + 1;
  }
  if (count === 0)
    throw new LabError('USAGE', `${file} has no AS relationship`, {
      hint: 'a line is  provider|customer|-1  or  peer|peer|0',
    });
  return { asns: numbers.all(), indexOf: (asn) => numbers.indexOf(asn), count, first, second, isPeer };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function notALink(bytes: Uint8Array, begin: number, line: number, file: string): LabError {
  const end = bytes.indexOf(NEWLINE, begin);
  const text = new TextDecoder().decode(bytes.subarray(begin, end < 0 ? undefined : end)).slice(0, 60);
  return new LabError('USAGE', `${file}:${String(line)} is no AS relationship: "${text}"`, {
    hint: 'a line is  provider|customer|-1  or  peer|peer|0,  perhaps with  |source  behind it',
  });
}
