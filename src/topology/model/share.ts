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
