import type { PlanSession } from '../plan/model.js';

/** What FRR's bgpd says of a neighbor in JSON, as far as it is read here. */
export interface NeighborState {
  readonly bgpState?: string;
  readonly remoteAs?: number;
  readonly localAs?: number;
  readonly lastNotificationReason?: string;
  readonly lastResetDueTo?: string;
  readonly addressFamilyInfo?: Readonly<Record<string, FamilyState | undefined>>;
}

/** What it says of all of them in short, by family: `ipv4Unicast`. */
export type Summary = Readonly<
  Record<string, { readonly peers?: Readonly<Record<string, PeerSummary | undefined>> } | undefined>
>;

interface PeerSummary {
  readonly state?: string;
  readonly remoteAs?: number;
  /** `Policy` where RFC 8212 keeps routes back. */
  readonly peerState?: string;
}

interface FamilyState {
  readonly inboundEbgpRequiresPolicy?: string;
  readonly outboundEbgpRequiresPolicy?: string;
}

/** Whether a session is as it should be, as far as the short answer tells. */
export function isUp({ family, neighborAddress, neighborAsn }: PlanSession, summary: Summary): boolean {
  const peer = summary[`${family}Unicast`]?.peers?.[neighborAddress];
  return peer?.state === 'Established' && peer.peerState === 'OK' && peer.remoteAs === neighborAsn;
}

/** What is wrong with a session, and what would mend it. */
export interface SessionTrouble {
  readonly text: string;
  readonly hint: string;
}

/**
 * Why a session is not as it should be; undefined where it is. What bgpd remembers of its last failure names the cause
 * of most: a wrong AS number, a missing policy (RFC 8212), or nobody there.
 */
export function sessionTrouble(session: PlanSession, state: NeighborState | undefined): SessionTrouble | undefined {
  const { neighbor, neighborAddress, neighborAsn, family } = session;
  const name = `the BGP session with ${neighbor} (${neighborAddress})`;
  if (state === undefined) {
    return {
      text: `${name} is not configured`,
      hint: `its own "frr:" lines take it away: it would be  neighbor ${neighborAddress} remote-as ${String(neighborAsn)}`,
    };
  }
  if (state.remoteAs !== undefined && state.remoteAs !== neighborAsn) {
    return {
      text: `${name} expects AS ${String(state.remoteAs)}, and ${neighbor} is AS ${String(neighborAsn)}`,
      hint: `neighbor ${neighborAddress} remote-as ${String(neighborAsn)}`,
    };
  }
  if (state.bgpState !== 'Established') {
    const reason = state.lastNotificationReason;
    if (reason?.includes('Bad Peer AS') === true) {
      return {
        text: `${name} is ${state.bgpState ?? 'down'}: one end expects another AS number than the other has (${reason})`,
        hint: `see which AS  ${neighbor}  expects: show bgp neighbors`,
      };
    }
    const why = reason === undefined || reason === '' ? (state.lastResetDueTo ?? '') : reason;
    return {
      text: `${name} is ${state.bgpState ?? 'down'}${why === '' ? '' : ` (${why})`}`,
      hint: `does ${neighbor} run bgpd, and does a packet get there?`,
    };
  }
  const families = Object.entries(state.addressFamilyInfo ?? {});
  const own = families.find(([key]) => key === `${family}Unicast`)?.[1];
  if (own === undefined)
    return {
      text: `${name} is up, but not for ${family}`,
      hint: `address-family ${family} unicast  and  neighbor ${neighborAddress} activate`,
    };
  for (const [direction, missing] of [
    ['in', own.inboundEbgpRequiresPolicy],
    ['out', own.outboundEbgpRequiresPolicy],
  ] as const) {
    if (missing === undefined) continue;
    const what = direction === 'in' ? 'takes nothing' : 'tells nothing';
    return {
      text: `${name} is up but ${what}: it has no policy for that direction (RFC 8212)`,
      hint: `neighbor ${neighborAddress} route-map NAME ${direction}`,
    };
  }
  return undefined;
}
