import type { Candidate, Decision } from '../../forecast/forecast-model.js';

const CANDIDATES_SHOWN = 4;

/** What a node chooses by the forecast, and what not: `router1 chooses for 192.0.2.53 server-a (cost 1); not server-b (cost 2)`. */
export function decisionText({ node, prefix, candidates }: Decision): string {
  const chosen = candidates.filter(({ isChosen }) => isChosen);
  const others = candidates.filter(({ isChosen }) => !isChosen);
  const rejected = others.length === 0 ? '' : `; not ${candidatesText(others)}`;
  return `${node} chooses for ${prefix.replace(/\/(32|128)$/, '')} ${candidatesText(chosen)}${rejected}`;
}

/** `server-a (cost 1), server-b (cost 2)`. */
export function candidatesText(candidates: readonly Candidate[]): string {
  if (candidates.length === 0) return 'nothing';
  const shown = candidates.slice(0, CANDIDATES_SHOWN).map(({ by, says }) => `${by} (${says})`);
  const more = candidates.length - shown.length;
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${String(more)} more`}`;
}
