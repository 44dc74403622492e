/** Something of a file that is allowed, and that its author may not have meant. */
export interface Remark {
  readonly code: 'TIE' | 'LOST_WEIGHTS';
  readonly message: string;
  readonly hint: string;
}
