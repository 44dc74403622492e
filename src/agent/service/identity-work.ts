/**
 * What the thread of the identity services is told: to answer at a socket, to close it, and to say when it has come so
 * far.
 */
export type IdentityWork =
  | { readonly kind: 'answer'; readonly descriptor: number; readonly instance: string; readonly state: Int32Array }
  | { readonly kind: 'close'; readonly descriptor: number }
  | { readonly kind: 'mark' };

/** What the thread starts with: it is told to look at its messages by this eventfd(2). */
export interface IdentityWorkStart {
  readonly bell: number;
}

/** The states of a socket, in memory that both threads share: one that hangs accepts queries and does not answer. */
export const ANSWERS = 0;
export const HANGS = 1;
