/**
 * What `output` expects as a regular expression, between slashes, looks at each line; undefined where it is plain text.
 * Throws SyntaxError.
 */
export function readPattern(expected: string): RegExp | undefined {
  const pattern = /^\/(.+)\/$/s.exec(expected)?.[1];
  return pattern === undefined ? undefined : new RegExp(pattern, 'm');
}

/** Why a text between slashes is not a regular expression; undefined where it is one, or is plain text. */
export function patternProblem(expected: string): string | undefined {
  try {
    readPattern(expected);
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError ? lowerFirst(error.message.replace(/^.*: /s, '')) : String(error);
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
