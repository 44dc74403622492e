/** How sure it is who answers: one, one of several that cost the same, or none. */
export type Certainty = 'certain' | 'tie' | 'unreached';

export function certaintyOf(answering: number, isLossy: boolean): Certainty {
  if (answering === 0) return 'unreached';
  return answering === 1 && !isLossy ? 'certain' : 'tie';
}
