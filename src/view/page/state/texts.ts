/** A moment of the lab's clock, which begins with the lab. */
export function clockText(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

/** `12 ms`, `1.25 s`. */
export function milliseconds(ms: number): string {
  if (ms > 0 && ms < 0.05) return '<0.1 ms';
  if (ms < 10) return `${String(Math.round(ms * 10) / 10)} ms`;
  return ms < 1000 ? `${String(Math.round(ms))} ms` : `${(ms / 1000).toFixed(2)} s`;
}

export function plural(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
