/** A share of flows and how far from it is near enough, both from 0 to 1. */
export interface Share {
  readonly share: number;
  readonly tolerance: number;
}

const SHARE = /^(\d{1,3}(?:\.\d{1,3})?)% *(?:(?:\+-|±|\+\/-) *(\d{1,3}(?:\.\d{1,3})?)%)?$/;

/** `50% +- 5%`, or `100%`. Undefined where the text is not a share. */
export function readShare(text: string): Share | undefined {
  const match = SHARE.exec(text);
  if (match === null) return undefined;
  const share = Number(match[1]) / 100;
  const tolerance = Number(match[2] ?? 0) / 100;
  return share <= 1 && tolerance <= 1 ? { share, tolerance } : undefined;
}

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
