import type { DaemonName } from './fault-target.js';
import type { Impairment } from './fault.js';
import type { FrrChoice } from '../../frr/versions.js';
import type {
  BgpSettings,
  BgpTimers,
  InteriorRouting,
  LinkRelation,
  RoutePolicy,
  Selection,
  StaticRoute,
} from './routing.js';
import type { Serve } from './serve.js';
import type { PlaceRule } from './place/place-rule.js';
import type { Expectations, Step, GradingSettings } from './step.js';

export type {
  BgpSettings,
  BgpTimers,
  InteriorRouting,
  LinkRelation,
  NeighborRelation,
  PolicyException,
  PrefixRange,
  RoutePolicy,
} from './routing.js';

/** What a topology file means once it was read: no position, no shorthand, nothing optional that has a default. */
export interface Topology {
  readonly name: string;
  readonly title: string | undefined;
  /** Where the file wants its nodes to run. */
  readonly runtime: 'netns' | 'docker' | 'swarm' | undefined;
  /** The FRRouting of every node that names none itself. */
  readonly frrVersion: FrrChoice | undefined;
  /** In the order of the file. */
  readonly nodes: readonly Node[];
  readonly links: readonly Link[];
  readonly services: readonly Service[];
  /** What must hold once the lab has converged. */
  readonly expect: Expectations;
  readonly scenario: readonly Step[];
  /** Who plays the scenario: only `lab test`, or `lab up` too. */
  readonly play: 'test' | 'up';
  readonly bgp: BgpSettings;
  /** Of use only to `grade`, and only where the file says something of it. */
  readonly grading?: GradingSettings | undefined;
  /** Of use only on several machines; in the order of the file. */
  readonly place?: readonly PlaceRule[] | undefined;
  /** By what routers route within their system. */
  readonly interior: InteriorRouting;
  /** Whether links between routers have no addresses of their own; undefined where the size of the lab decides. */
  readonly unnumbered?: boolean | undefined;
  /** Whether it is known what routing comes to; `off` where lines of the file route in their own way. */
  readonly forecast: 'on' | 'off';
}

export type NodeKind = 'router' | 'host' | 'switch';

export interface Node {
  readonly name: string;
  readonly kind: NodeKind;
  /** The autonomous system that the node belongs to, where it speaks BGP. */
  readonly asn: number | undefined;
  /** Prefixes that a router announces by itself, whatever is in them. */
  readonly prefixes: readonly string[];
  /** Prefixes that it announces while it knows a route to a part of them. */
  readonly aggregates: readonly Aggregate[];
  /** Routes that a router has by the file alone, and tells nobody. */
  readonly routes: readonly StaticRoute[];
  /** FRR configuration lines added to the node's own, one daemon's or several'; routers and announcing hosts only. */
  readonly frr: string | undefined;
  /** The user's own configuration, whole, in place of all that nearcast would write. */
  readonly ownFrr: OwnFrr | undefined;
  readonly frrVersion: FrrChoice | undefined;
  /** Kernel settings of the node's namespaces: `net.ipv4.tcp_syncookies` -> `"0"`. */
  readonly sysctls: ReadonlyMap<string, string>;
  /** Commands run in the node once its interfaces are up, in order; a string is run by `sh -c`, a list as it stands. */
  readonly exec: readonly (string | readonly string[])[];
  /** Programs that run in the node for long, by name; started after `exec`, and again after a crash. */
  readonly run: ReadonlyMap<string, string | readonly string[]>;
  /** For every link of the node that says nothing itself. */
  readonly detection: Detection;
  /** By service, where a router does not send everything to the nearest instance. */
  readonly selection: ReadonlyMap<string, Selection>;
  /** The services that a host asks, where the file says it. */
  readonly asks: readonly string[] | undefined;
  /** How much a client asks, in the unit of capacities; 1 where nothing is said. */
  readonly demand: number | undefined;
  /** Set where the file says how the node's container is to be: only a runtime of containers can do that. */
  readonly container: ContainerSettings | undefined;
}

/** One route in the place of several (RFC 4271 section 9.2.2.2). */
export interface Aggregate {
  readonly prefix: string;
  /** Whether the routes to its parts are not announced. */
  readonly summaryOnly: boolean;
}

/** A whole configuration of FRRouting that is the user's. */
export interface OwnFrr {
  /** As FRRouting loads them. */
  readonly lines: string;
  /** Those that run besides zebra; undefined where the lines say it. */
  readonly daemons: readonly DaemonName[] | undefined;
  /** Where it was read from, and is saved to. */
  readonly file: string | undefined;
  /** The file whose lines have the numbers of `lines`; undefined where they are of several files, or some are added. */
  readonly numberedAs: string | undefined;
  /** The autonomous system that its BGP is of. */
  readonly asn: number | undefined;
  /** What it gives to each interface, with the prefix length. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  /** The kernel settings that its lines come to, such as `no ipv6 forwarding`. */
  readonly sysctls: ReadonlyMap<string, string>;
}

export interface ContainerSettings {
  /** As an engine takes it: `nginx:1.27`. */
  readonly image: string | undefined;
  /** As `docker run -v` takes them: `/on/the/engine:/in/the/container:ro`. */
  readonly binds: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  /** A string is run by `sh -c`, a list as it stands. */
  readonly cmd: string | readonly string[] | undefined;
}

export interface LinkEnd {
  readonly node: string;
  /** `eth1`, ... where the file names it. */
  readonly interface: string | undefined;
}

export interface Link {
  readonly ends: readonly [LinkEnd, LinkEnd];
  /** OSPF cost in both directions, 1 to 65535 (RFC 2328 section A.4.2). */
  readonly cost: number;
  readonly mtu: number | undefined;
  /** What every packet on the link meets, in both directions. */
  readonly impairment: Impairment | undefined;
  readonly detection: Detection;
  /** What the ends are to each other, where they belong to different autonomous systems. */
  readonly relation: LinkRelation | undefined;
  /** What each end, by its node, does with anycast routes that pass between the two autonomous systems. */
  readonly policies: ReadonlyMap<string, RoutePolicy>;
  /** Prefixes the file chose for the link, at most one for each family. */
  readonly prefixes: readonly string[];
  /** What the file gives to its ends, by node, with the prefix length. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
}

/** An anycast service: one set of addresses, served by several instances. */
export interface Service {
  readonly name: string;
  /** Canonical host addresses, IPv4 or IPv6, without a prefix length. */
  readonly addresses: readonly string[];
  readonly instances: readonly string[];
  /** Who speaks the routing protocol for the addresses: the instance itself, or the router it hangs on. */
  readonly announce: 'host' | 'router';
  readonly allowSharedRouter: boolean;
  readonly health: HealthSettings;
  readonly serve: Serve;
  /** Whether the built-in service also names the instance over HTTP, on port 80. */
  readonly http: boolean;
  /** The service in which the web server keeps its sessions; each instance keeps its own where there is none. */
  readonly store: string | undefined;
  readonly covering: CoveringPrefixes | undefined;
  /** How much demand each instance can carry, where it is said. */
  readonly capacity: ReadonlyMap<string, number> | undefined;
  readonly sinkholes: SinkholeSettings | undefined;
}

/** When a service is under attack, and which routers get its addresses then. */
export interface SinkholeSettings {
  readonly routers: readonly string[];
  /** More than so many, at all instances together, are an attack. */
  readonly packetsPerSecond: number;
  /** For so long it has to be so, or no longer so. */
  readonly forMs: number;
}

/**
 * Prefixes around the service's addresses, announced by some instances in place of the addresses themselves. A
 * router with a route to the address itself uses that one; the prefix serves where there is none (RFC 4786 section 4.4.2).
 */
export interface CoveringPrefixes {
  readonly prefixes: readonly string[];
  readonly instances: readonly string[];
}

/** Bidirectional forwarding detection (RFC 5880): down after `multiplier` intervals without a packet. */
export interface BfdSettings {
  readonly intervalMs: number;
  readonly multiplier: number;
}

/** OSPF's own detection: down when no hello came for the dead interval. */
export interface HelloSettings {
  readonly helloMs: number;
  readonly deadMs: number;
}

/** How the two ends of a link notice that the other one is gone, besides their carrier. */
export interface Detection {
  readonly bfd: BfdSettings | undefined;
  readonly hello: HelloSettings | undefined;
  readonly bgp: BgpTimers | undefined;
}

/**
 * How an instance is watched: asked this often, withdrawn after `fall` failures in a row, announced after `rise`
 * answers.
 */
export interface HealthSettings {
  /** A command run on the instance's host that must end with status 0; the built-in query where there is none. */
  readonly check: string | readonly string[] | undefined;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly rise: number;
  readonly fall: number;
  /** The instance that stays announced when all of them fail. */
  readonly lastResort: string | undefined;
}
