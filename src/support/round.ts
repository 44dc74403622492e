/** A hundredth of a millisecond is finer than anything here is measured. */
export function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
