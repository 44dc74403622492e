/** A stretch of time. */
export interface StripWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How much of the time is shown at first. */
export const USUAL_WINDOW_MS = 30_000;
