const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Reads `250ms`, `1s`, `1.5s`, `2m` or `1h` as milliseconds; `undefined` where the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)$/.exec(text);
  if (match === null) return undefined;
  const [, amount, unit] = match;
  // Rounded to the nanosecond, so that 1.001s is 1001 and not 1000.9999999999999.
  return Math.round(Number(amount) * unitMs[unit as keyof typeof unitMs] * 1e6) / 1e6;
}

/** Writes milliseconds the way `parseDuration` reads them, in the largest unit that needs no fraction above seconds. */
export function formatDuration(ms: number): string {
  if (ms !== 0 && ms % unitMs.h === 0) return `${ms / unitMs.h}h`;
  if (ms !== 0 && ms % unitMs.m === 0) return `${ms / unitMs.m}m`;
  if (ms >= unitMs.s) return `${Number((ms / unitMs.s).toFixed(6))}s`;
  return `${Number(ms.toFixed(6))}ms`;
}
