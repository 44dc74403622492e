import type { PlanSession } from '../../plan/model.js';
import type { NeighborRelation } from '../../topology/model/topology.js';

/** The link bandwidth that a route carries. */
export interface AnnouncedBandwidth {
  readonly mbps: number;
  /** The nodes whose policies set it: several if a speaker announces the sum of its own paths. */
  readonly saidBy: readonly string[];
}

/** What a route carries that was reflected within an autonomous system (RFC 4456 section 8). */
interface Reflection {
  /** Who told it first within the system: its next hop. */
  readonly originator: string;
  /** The reflectors that it came by, the last one first. */
  readonly clusters: readonly string[];
}

/** A route as one speaker has it. */
export interface BgpRoute {
  readonly prefix: string;
  /** The session it came by; undefined if it is the speaker's own. */
  readonly session: PlanSession | undefined;
  readonly asPath: readonly number[];
  readonly localPreference: number;
  readonly med: number;
  readonly communities: ReadonlySet<string>;
  /** Where it entered the speaker's autonomous system, where that has relations. */
  readonly heardFrom: NeighborRelation | undefined;
  /** Set where it came by way of a route reflector. */
  readonly reflection: Reflection | undefined;
  readonly bandwidth: AnnouncedBandwidth | undefined;
}

/** The routes that a speaker uses for each prefix: the best first, with more where they share the load. */
export type BgpTable = ReadonlyMap<string, readonly BgpRoute[]>;

/** The node of a speaker's own system that an internal route leads to; undefined for others. */
export function internalHop({ session, reflection }: BgpRoute): string | undefined {
  return session?.kind === 'internal' ? (reflection?.originator ?? session.neighbor) : undefined;
}
