import type { PlanSession } from '../plan/model.js';
import type { SessionTrouble } from '../protocol/lacking.js';

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
  /** In whole seconds of bgpd's clock: 0 until the second in which the session came up is over. */
  readonly peerUptimeMsec?: number;
}

interface FamilyState {
  readonly inboundEbgpRequiresPolicy?: string;
  readonly outboundEbgpRequiresPolicy?: string;
}

/** Whether a session is established and exchanges the right family, as far as the summary shows. */
export function isUp({ family, neighborAddress, neighborAsn }: PlanSession, summary: Summary): boolean {
  const peer = summary[`${family}Unicast`]?.peers?.[neighborAddress];
  return peer?.state === 'Established' && peer.peerState === 'OK' && peer.remoteAs === neighborAsn;
}

/** Whether the second of bgpd's clock in which a session came up is not over yet. */
export function cameUpJustNow({ family, neighborAddress }: PlanSession, summary: Summary): boolean {
  return summary[`${family}Unicast`]?.peers?.[neighborAddress]?.peerUptimeMsec === 0;
}

/**
 * Why a session is not as it should be; undefined where it is. What bgpd remembers of its last failure names the cause
 * of most: a wrong AS number, a missing policy (RFC 8212), or no neighbor there.
 */
export function sessionTrouble(
  { neighborAsn, family }: PlanSession,
  state: NeighborState | undefined,
): SessionTrouble | undefined {
  if (state === undefined) return { cause: 'not-configured' };
  if (state.remoteAs !== undefined && state.remoteAs !== neighborAsn)
    return { cause: 'expects-asn', asn: state.remoteAs };
  const { bgpState = 'down', lastNotificationReason: notified, lastResetDueTo: reset } = state;
  if (bgpState !== 'Established') {
    if (notified?.includes('Bad Peer AS') === true) return { cause: 'asn-refused', state: bgpState, reason: notified };
    return { cause: 'not-established', state: bgpState, reason: [notified, reset].find(Boolean) ?? null };
  }
  const own = state.addressFamilyInfo?.[`${family}Unicast`];
  if (own === undefined) return { cause: 'family-inactive' };
  if (own.inboundEbgpRequiresPolicy !== undefined) return { cause: 'no-policy', direction: 'in' };
  return own.outboundEbgpRequiresPolicy === undefined ? undefined : { cause: 'no-policy', direction: 'out' };
}
