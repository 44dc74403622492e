import type { LabPlan, PlanSession } from '../../plan/model.js';
import type { Lacking, LackingSession } from '../../protocol/lacking.js';

/** A session that both ends have given up for now, and the end that is to try again at once. */
export interface CollidedSession {
  readonly node: string;
  readonly session: PlanSession;
}

/**
 * What bgpd remembers where both ends connected in the same instant, or before it knew the addresses of its links. A
 * session that waits for a route to its neighbor has another reason.
 */
const ENDED_BY_CHANCE = /Collision|Neighbor Events|No AFI\/SAFI activated|Peer closed the session/;

/**
 * Notices sessions whose connections collided (RFC 4271 section 6.8) and were both closed: FRR tries again after a
 * second (0151). Both ends lie idle at two looks; while one of them is still setting up a connection, another attempt
 * would take it back to its beginning.
 */
export class CollidedSessions {
  /** At the look before, by node and neighbor. */
  #before = new Map<string, LackingSession>();

  constructor(readonly plan: LabPlan) {}

  /** What lies idle now and did so at another look before. A look has objects of its own. */
  look(lacking: readonly Lacking[]): readonly CollidedSession[] {
    const now = new Map(
      lacking.flatMap((each) => (each.kind === 'session' && isIdle(each) ? [[keyOf(each), each] as const] : [])),
    );
    const found = [...now.values()].flatMap((own): readonly CollidedSession[] => {
      const session = this.#sessionOf(own);
      if (session === undefined || own.node > own.neighbor) return [];
      const ends = [own, now.get(`${own.neighbor} ${session.localAddress}`)];
      const wereIdle = ends.every((end) => {
        const before = end && this.#before.get(keyOf(end));
        return before !== undefined && before !== end;
      });
      return wereIdle && ends.some((end) => end !== undefined && endedByChance(end))
        ? [{ node: own.node, session }]
        : [];
    });
    this.#before = now;
    return found;
  }

  #sessionOf({ node, neighborAddress }: LackingSession): PlanSession | undefined {
    const bgp = this.plan.nodes.find(({ name }) => name === node)?.routing?.bgp;
    return bgp?.sessions.find((session) => session.neighborAddress === neighborAddress);
  }
}

/**
 * Has bgpd begin a session at once, and leaves its configuration as it was. A connect timer that is set starts a session
 * of a neighbor without an address family; with one, the same event is lost: the session is first stopped, which takes
 * all its events away (FRR 8.4, `bgp_stop`).
 */
export function beginSession(
  asn: number,
  { neighborAddress: neighbor, family, timers }: PlanSession,
): readonly string[] {
  return [
    `router bgp ${String(asn)}`,
    `address-family ${family} unicast`,
    `no neighbor ${neighbor} activate`,
    'exit-address-family',
    `neighbor ${neighbor} timers connect ${String(timers.connectRetryS)}`,
    `address-family ${family} unicast`,
    `neighbor ${neighbor} activate`,
  ];
}

function keyOf({ node, neighborAddress }: LackingSession): string {
  return `${node} ${neighborAddress}`;
}

function isIdle({ trouble }: LackingSession): boolean {
  return trouble.cause === 'not-established' && (trouble.state === 'Idle' || trouble.state === 'Active');
}

function endedByChance({ trouble }: LackingSession): boolean {
  return trouble.cause === 'not-established' && ENDED_BY_CHANCE.test(trouble.reason ?? '');
}
