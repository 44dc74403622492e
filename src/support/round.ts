/** To two places: a hundredth of a millisecond is finer than anything here is measured, and of a percent than a page shows. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
