import type { OutagePhases, TimelineEvent } from '../protocol/timeline.js';
import { contains, parseAddress, parsePrefix } from '../support/ip.js';
import { round } from '../support/round.js';

export interface PhaseQuestion {
  readonly address: string;
  /** When the fault was done, and when the first good answer arrived after which nothing was lost. */
  readonly faultAtMs: number;
  readonly goodAtMs: number;
  readonly events: readonly TimelineEvent[];
  /** How far the times of events may be off, where they are of several machines. */
  readonly apartMs?: number | undefined;
}

/** Events of kernels are read every millisecond: a change may have taken effect that much earlier. */
const NEWS_LAG_MS = 2;

/**
 * Where the time went from a fault to the first good answer, by what nodes said meanwhile. Detection ends with the
 * first sign of any node, propagation with the first route to the address that changed anywhere, installation with the
 * last one that changed before the answer. The four parts add up to the whole; what did not happen took no time.
 */
export function phasesOf({ address, faultAtMs, goodAtMs, events, apartMs = 0 }: PhaseQuestion): OutagePhases {
  const between = events.filter(
    ({ kind, atMs }) =>
      kind !== 'fault' && kind !== 'repair' && atMs >= faultAtMs - apartMs && atMs <= goodAtMs + NEWS_LAG_MS + apartMs,
  );
  const at = (event: TimelineEvent | undefined): number | undefined =>
    event === undefined ? undefined : Math.max(faultAtMs, Math.min(event.atMs, goodAtMs));
  const routes = between.filter(
    ({ kind, prefix }) => kind === 'route' && prefix !== undefined && leadsTo(prefix, address),
  );
  const detectedAtMs = at(between[0]) ?? goodAtMs;
  const changedAtMs = at(routes[0]) ?? detectedAtMs;
  const installedAtMs = at(routes.at(-1)) ?? changedAtMs;
  return {
    detectionMs: round(detectedAtMs - faultAtMs),
    propagationMs: round(changedAtMs - detectedAtMs),
    installationMs: round(installedAtMs - changedAtMs),
    answerMs: round(goodAtMs - installedAtMs),
  };
}

function leadsTo(prefix: string, address: string): boolean {
  const outer = parsePrefix(prefix);
  const inner = parseAddress(address);
  return (
    outer?.kind === 'network' &&
    inner !== undefined &&
    outer.prefix.family === inner.family &&
    contains(outer.prefix, inner)
  );
}
