/**
 * What `output` expects as a regular expression, between slashes, looks at each line; undefined where it is plain text.
 * Throws SyntaxError.
 */
export function readPattern(expected: string): RegExp | undefined {
  const pattern = /^\/(.+)\/$/s.exec(expected)?.[1];
  return pattern === undefined ? undefined : new RegExp(pattern, 'm');
}
