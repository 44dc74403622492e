import type { Daemon, Family } from '../plan/model.js';
import type { Way } from '../plan/way.js';
import type { Anomaly } from './anomaly.js';

/** One thing that routing should have and has not, or should no longer have. Its words are in `report/words/`. */
export type Lacking =
  | EndedDaemons
  | LackingAdjacency
  | {
      readonly kind: 'gone-neighbor';
      readonly node: string;
      readonly family: Family;
      readonly by?: 'isis' | undefined;
      readonly interface: string;
    }
  /** A router whose own Router-LSA leaves out segments that it has adjacent neighbors on (decision 0065). */
  | { readonly kind: 'undescribed'; readonly node: string; readonly described: number; readonly segments: number }
  /** A router that waits before it elects a designated one. */
  | { readonly kind: 'electing'; readonly node: string; readonly family: Family; readonly interface: string }
  /** A router of IS-IS that has not yet told the others of some of its adjacencies. */
  | { readonly kind: 'untold'; readonly node: string; readonly told: number; readonly adjacent: number }
  | {
      readonly kind: 'bfd';
      readonly node: string;
      readonly interface: string;
      readonly up: number;
      readonly wanted: number;
    }
  | LackingSession
  | LackingRoute
  /** A router that chooses among instances does so by what it knew before. */
  | { readonly kind: 'choice'; readonly node: string }
  /** An instance that does not serve, and is announced until its watcher has looked often enough. */
  | { readonly kind: 'watcher'; readonly node: string; readonly service: string }
  | { readonly kind: 'quiet'; readonly quietMs: number }
  | { readonly kind: 'answers'; readonly client: string; readonly address: string }
  | { readonly kind: 'flapping' };

interface EndedDaemons {
  readonly kind: 'daemons';
  readonly node: string;
  readonly daemons: readonly Daemon[];
}

export interface LackingAdjacency {
  readonly kind: 'adjacency';
  readonly node: string;
  readonly family: Family;
  /** Left out where it is OSPF's: IS-IS has one for both families. */
  readonly by?: 'isis' | undefined;
  readonly interface: string;
  /** How many neighbors there should be, and the states of those that there are. */
  readonly wanted: number;
  readonly states: readonly string[];
}

/** A BGP session that is not as it should be. */
export interface LackingSession {
  readonly kind: 'session';
  readonly node: string;
  readonly neighbor: string;
  readonly neighborAddress: string;
  readonly neighborAsn: number;
  readonly family: Family;
  readonly trouble: SessionTrouble;
}

/** Why a BGP session is not as it should be, as far as bgpd knows. */
export type SessionTrouble =
  | { readonly cause: 'not-configured' }
  /** This end expects another AS than the neighbor is. */
  | { readonly cause: 'expects-asn'; readonly asn: number }
  /** One end has refused the other's AS. */
  | { readonly cause: 'asn-refused'; readonly state: string; readonly reason: string }
  | { readonly cause: 'not-established'; readonly state: string; readonly reason: string | null }
  | { readonly cause: 'family-inactive' }
  /** It is up, and bgpd does not listen to BFD before the second is over in which it came up. */
  | { readonly cause: 'bfd-ignored' }
  /** RFC 8212. */
  | { readonly cause: 'no-policy'; readonly direction: 'in' | 'out' };

/** How a kernel differs from the forecast. */
export type RouteDifference = { readonly destination: string } & (
  | { readonly state: 'missing' }
  | { readonly state: 'incomplete'; readonly ways: readonly Way[]; readonly missing: readonly Way[] }
  | { readonly state: 'stale'; readonly stale: readonly Way[] }
  /** It still has next hops whose links are down, and which no packet takes. */
  | { readonly state: 'dead'; readonly dead: readonly Way[] }
  /** Nothing leads there any more. */
  | { readonly state: 'left-over' }
);

export type LackingRoute = { readonly kind: 'route'; readonly node: string } & RouteDifference;

/** One thing that a node's routing needs, and whether it has it. */
export type RoutingFinding =
  | { readonly healthy: false; readonly anomaly: Anomaly }
  | { readonly healthy: false; readonly lacking: Extract<Lacking, { readonly node: string }> }
  | { readonly healthy: true; readonly node: string; readonly kind: 'daemon'; readonly daemon: Daemon }
  | {
      readonly healthy: true;
      readonly node: string;
      readonly kind: 'session';
      readonly neighbor: string;
      readonly neighborAddress: string;
    }
  | { readonly healthy: true; readonly node: string; readonly kind: 'routes' };
