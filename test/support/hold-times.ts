import type { Lab } from '../../src/index.js';
import type { FaultKind } from '../../src/topology/model/fault.js';
import type { FaultSettings } from '../../src/topology/model/fault-settings.js';

/** One eBGP session of a hub, and how nothing of it gets through any more. */
export interface HeldSession {
  readonly peer: string;
  readonly keepaliveMs: number;
  readonly holdMs: number;
  readonly target: string;
  readonly how: FaultKind;
  readonly settings?: FaultSettings;
}

export interface HeldFor {
  readonly session: HeldSession;
  /** From the fault until the first of both ends gave the session up; Infinity where neither did. */
  readonly ms: number;
}

/** A hub with a neighbor for each session, each a system of its own. */
export function heldTopology(sessions: readonly HeldSession[]): string {
  return [
    'name: held',
    'nodes:',
    '  hub: {kind: router, asn: 65000}',
    ...sessions.map(({ peer }, index) => `  ${peer}: {kind: router, asn: ${String(65_001 + index)}}`),
    'links:',
    ...sessions.map(
      ({ peer, keepaliveMs, holdMs }) =>
        `  - {endpoints: [hub, ${peer}], bgp: {keepalive: ${String(keepaliveMs)}ms, hold: ${String(holdMs)}ms}}`,
    ),
    '',
  ].join('\n');
}

/** Breaks all of them at once, and watches for so long how long each session outlives it. */
export async function heldFor(
  lab: Lab,
  sessions: readonly HeldSession[],
  watchMs: number,
): Promise<readonly HeldFor[]> {
  const parts = sessions.map(({ target, how, settings }) => ({ action: 'fail', target, how, settings }) as const);
  const { atMs, events } = await lab.together(parts, { watchMs });
  return sessions.map((session) => {
    const lost = [`BGP session with ${session.peer} down`, 'BGP session with hub down'];
    const first = events.find(
      ({ node, text }) =>
        (node === 'hub' && text.includes(lost[0] ?? '')) || (node === session.peer && text.includes(lost[1] ?? '')),
    );
    return { session, ms: first === undefined ? Infinity : first.atMs - atMs };
  });
}
