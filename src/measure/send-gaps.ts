import { round } from '../support/round.js';

export interface SendGaps {
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * The times between two sends of a flow, of one flow or several, in milliseconds; zeros where nothing was sent twice.
 */
export function sendGaps(flows: readonly (readonly { readonly sentAtMs: number }[])[]): SendGaps {
  const gaps = flows.flatMap((probes) =>
    probes.slice(1).map((each, index) => each.sentAtMs - (probes[index]?.sentAtMs ?? 0)),
  );
  gaps.sort((a, b) => a - b);
  return {
    median: round(gaps[gaps.length >> 1] ?? 0),
    p99: round(gaps[Math.floor(gaps.length * 0.99)] ?? 0),
    max: round(gaps.at(-1) ?? 0),
  };
}
