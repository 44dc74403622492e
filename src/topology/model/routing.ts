export type InteriorRouting = 'ospf' | 'isis';

/** A route that a router has by its file alone. */
export interface StaticRoute {
  readonly prefix: string;
  /** A neighbor; undefined where packets are discarded. */
  readonly via: string | undefined;
  /** The router's own interface that leads there; the first one where it is left out. */
  readonly interface: string | undefined;
  /** Of several routes to one prefix, the least counts. */
  readonly distance: number;
}

/** The greatest distance that comes before every protocol (eBGP has 20), and the least that comes after all (iBGP has 200). */
export const MOST_PREFERRED_DISTANCE = 19;
export const LEAST_FLOATING_DISTANCE = 201;

/** How a router chooses among the instances of a service that it knows, whatever they cost. */
export const selections = ['nearest', 'hash', 'random', 'round-robin', 'load'] as const;

export type Selection = (typeof selections)[number];

/** Chooses for every packet anew: no connection survives it. */
export function isPerPacket(selection: Selection): selection is 'random' | 'round-robin' {
  return selection === 'random' || selection === 'round-robin';
}

/** The first end is the second's customer, or its provider; or neither pays the other (RFC 9234 section 1). */
export type LinkRelation = 'customer-provider' | 'provider-customer' | 'peer';

/** What a neighboring autonomous system is to one's own. */
export type NeighborRelation = 'customer' | 'peer' | 'provider';

/** What a BGP speaker changes in routes to anycast addresses that it receives from a neighbor, or announces to it. */
export interface RoutePolicy {
  /** On received routes (RFC 4271 section 5.1.5). */
  readonly localPreference?: number | undefined;
  /** On announced routes: the multi-exit discriminator (RFC 4271 section 5.1.4). */
  readonly med?: number | undefined;
  /** On announced routes: its own AS number so many times more. */
  readonly prepend?: number | undefined;
  /** On announced routes; as FRR writes them: `no-export`, `65001:100`. */
  readonly communities?: readonly string[] | undefined;
  /** On announced routes: the weight among equal paths, in megabits a second (draft-ietf-idr-link-bandwidth). */
  readonly bandwidthMbps?: number | undefined;
  /** Communities that announced routes lose. */
  readonly strip?: 'all' | readonly string[] | undefined;
  /** What is done otherwise with some routes; of several that fit, the first counts. */
  readonly except?: readonly PolicyException[] | undefined;
  /** Of the prefixes that policies are for, these alone are taken from the neighbor; by family, where one is named. */
  readonly accept?: readonly PrefixRange[] | undefined;
  /** These alone are announced to it. */
  readonly announce?: readonly PrefixRange[] | undefined;
  /** A default route is announced to it, too, whether there is one or not. */
  readonly defaultOriginate?: boolean | undefined;
  /** How often its own AS number may be in a path that it takes. */
  readonly allowAsIn?: number | undefined;
  /** Private AS numbers (RFC 6996) are taken out of paths that it announces. */
  readonly removePrivateAs?: boolean | undefined;
}

/** What a policy does with routes to one prefix, or that carry a community: where they are received, or announced. */
export interface PolicyException {
  readonly on: 'received' | 'announced';
  readonly prefix?: string | undefined;
  /** As FRR writes it. */
  readonly community?: string | undefined;
  /** They are not taken, or not announced. */
  readonly isRefused: boolean;
  readonly says: Pick<RoutePolicy, 'localPreference' | 'med' | 'prepend' | 'communities'>;
}

/** Prefixes within one, of these lengths. */
export interface PrefixRange {
  readonly prefix: string;
  readonly least: number;
  readonly most: number;
}

export interface BgpSettings {
  readonly timers: BgpTimers;
  /** Whether equal routes share the load: none do, those by the same neighboring AS, or those by any. */
  readonly multipath: 'none' | 'same-as' | 'any-as';
  /** Routers with which all others of their autonomous system have their internal sessions (RFC 4456). */
  readonly reflectors: readonly string[];
}

/** BGP's timers (RFC 4271 section 10), in whole seconds as they are on the wire. */
export interface BgpTimers {
  readonly keepaliveS: number;
  readonly holdS: number;
  readonly connectRetryS: number;
  /** The least time between two announcements to one neighbor, to another AS and within one's own. */
  readonly advertisementS: number;
  readonly internalAdvertisementS: number;
}
