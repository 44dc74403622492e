/** A stretch of time. */
export interface StripWindow {
  readonly fromMs: number;
  readonly toMs: number;
}
