/**
 * Work for the thread of the identity services: answer at a socket, close it, or report that all work before is done.
 */
export type IdentityWork =
  | { readonly kind: 'answer'; readonly descriptor: number; readonly instance: string; readonly state: Int32Array }
  | { readonly kind: 'close'; readonly descriptor: number }
  | { readonly kind: 'mark' };

/** What the thread starts with: this eventfd(2) wakes it when there are messages. */
export interface IdentityWorkStart {
  readonly bell: number;
}

/** The states of a socket, in memory that both threads share: one that hangs accepts queries and does not answer. */
export const ANSWERS = 0;
export const HANGS = 1;
