import type { FaultKind } from '../topology/model/fault.js';
import type { FaultSettings } from '../topology/model/fault-settings.js';

/** A lab as it is now. */
export interface LabState {
  readonly topology: string;
  readonly nodes: readonly NodeState[];
  readonly faults: readonly FaultState[];
  readonly routes: readonly RouteState[];
  readonly announcements: readonly AnnouncementState[];
  /** Left out where there are none. */
  readonly sinkholes?: readonly SinkholeState[] | undefined;
}

/** What one sinkhole has taken since it has the address. */
export interface SinkholeState {
  readonly node: string;
  readonly service: string;
  readonly address: string;
  readonly sources: readonly SunkSource[];
  /** The same by the way in alone, which no source can forge. */
  readonly ingresses: readonly SunkIngress[];
}

/** What came by one way in, from all sources together. */
export interface SunkIngress extends Pick<
  SunkSource,
  'ingress' | 'packets' | 'connections' | 'perSecond' | 'held' | 'longestHoldMs'
> {
  readonly sources: number;
}

/** What came from one source by one way in. */
export interface SunkSource {
  readonly address: string;
  /** Whose address it is; null where no node of the lab has it. */
  readonly node: string | null;
  /** The neighbor that sent it on. */
  readonly ingress: string;
  /** Datagrams. */
  readonly packets: number;
  readonly connections: number;
  /** Datagrams and connections in the last second. */
  readonly perSecond: number;
  /** Connections that are held now. */
  readonly held: number;
  readonly longestHoldMs: number;
}

export interface FaultState {
  readonly target: string;
  readonly how: FaultKind;
  /** Left out where the kind leaves none open. */
  readonly settings?: FaultSettings | undefined;
  /** Why nobody has asked for it: the lab has made it for as long as an attack lasts; or its machine is really lost. */
  readonly cause?: 'attack' | 'lost' | undefined;
  /** How it is done, where this kernel leaves a choice: netem, nftables, tbf, relay. */
  readonly by?: readonly string[] | undefined;
  /** Of a flood: how many datagrams it has sent, or connections opened. */
  readonly sent?: number | undefined;
  /** When it ends by itself, from now. */
  readonly endsInMs?: number | undefined;
}

export interface NodeState {
  readonly name: string;
  readonly kind: string;
  readonly role: string;
  /** Whether it runs FRR. */
  readonly routing: boolean;
  /** The version of its FRRouting, as zebra says it: left out where it has none, or zebra does not answer. */
  readonly frrVersion?: string | undefined;
  /** `lost`: on a machine that is not reached. */
  readonly state: 'up' | 'crashed' | 'frozen' | 'lost';
  /** FRR daemons that should run and do not. */
  readonly endedDaemons: readonly string[];
  /** Servers and other long-running programs that ended by themselves. */
  readonly endedPrograms: readonly EndedProgram[];
  readonly interfaces: readonly InterfaceState[];
  readonly processes: number;
  readonly residentMb: number;
  /** What its kernel does with ICMP redirects: nothing, unless the file's `sysctls` say so. */
  readonly redirects: readonly ('sends' | 'accepts')[];
}

interface EndedProgram {
  readonly name: string;
  /** `status 1`, `SIGSEGV`. */
  readonly how: string;
  /** The last that it printed. */
  readonly output: string;
}

interface InterfaceState {
  readonly name: string;
  readonly up: boolean;
  readonly addresses: readonly string[];
}

/** What one router knows of one service address: every instance in its link-state database, and what it installed. */
export interface RouteState {
  readonly router: string;
  readonly service: string;
  readonly address: string;
  readonly alternatives: readonly { readonly instance: string; readonly cost: number }[];
  /** Its BGP paths, the best one first; empty if it does not speak BGP. */
  readonly paths: readonly BgpPath[];
  readonly installed: readonly InstalledHop[];
  /**
   * The longest prefix around the address that it installed in its place; null where the address has a route, or
   * nothing covers it.
   */
  readonly covering: { readonly prefix: string; readonly installed: readonly InstalledHop[] } | null;
  /** Set where it does not leave the choice to its route, but makes it itself, among these. */
  readonly selection?: {
    readonly by: string;
    readonly among: readonly string[];
    /** By load: the weight of each of them. */
    readonly weights?: readonly number[];
  };
}

export interface InstalledHop {
  readonly via: string;
  readonly interface: string;
  /** The neighbor; null where it is not known. */
  readonly node: string | null;
}

/** One BGP path to a service, as in the router's own table. */
export interface BgpPath {
  /** The prefix it is for: the address, or one around it. */
  readonly prefix: string;
  /** The neighbor that announced it; null for the router's own. */
  readonly via: string | null;
  /** The systems on the way, the neighbor's first; empty within one's own. */
  readonly asPath: string;
  readonly localPreference: number | null;
  readonly med: number | null;
  readonly communities: readonly string[];
  readonly best: boolean;
  /** By which rule it was chosen, in FRR's words; null where it was not. */
  readonly reason: string | null;
}

interface AnnouncementState {
  readonly service: string;
  readonly instance: string;
  readonly serving: boolean;
  readonly announced: boolean;
}
