import type { Family } from '../support/family.js';
import type { DaemonName } from '../topology/model/fault-target.js';
import type { FrrChoice } from '../frr/versions.js';
import type { Impairment } from '../topology/model/fault.js';
import type {
  Aggregate,
  BfdSettings,
  BgpSettings,
  BgpTimers,
  CoveringPrefixes,
  HealthSettings,
  HelloSettings,
  NeighborRelation,
  NodeKind,
  RoutePolicy,
  SinkholeSettings,
} from '../topology/model/topology.js';
import type { ServeCommand } from '../topology/model/serve.js';
import type { PlaceWanted } from '../topology/model/place/place-rule.js';
import type { PlanStatic } from './parts/static-routes.js';
import type { OspfTimers } from './parts/ospf-timers.js';
import type { PlanSubnet } from './parts/subnet.js';
import type { PlanSteering } from './parts/steering.js';

/**
 * The topology with every default, address, cost and session filled in: all that rendering, deploying and judging need.
 * Plain JSON, so that it travels to the agent as it is; the same topology gives the same plan, byte for byte.
 */
export interface LabPlan {
  readonly topology: string;
  readonly title: string | undefined;
  /** The families the services use; both where there is no service. */
  readonly families: readonly Family[];
  readonly timers: OspfTimers;
  /** Whether equal BGP routes share the load. */
  readonly multipath: BgpSettings['multipath'];
  /** `off` if there is no forecast of routing: the lab waits for quiet instead. */
  readonly forecast: 'off' | undefined;
  /** By what nodes route within their system; left out where that is OSPF. */
  readonly interior?: 'isis' | undefined;
  /** Sorted by name. */
  readonly nodes: readonly PlanNode[];
  /** In the order of the file. */
  readonly links: readonly PlanLink[];
  readonly services: readonly PlanService[];
  /** One for each client, service and address: every question the lab can be asked. */
  readonly questions: readonly Question[];
  /** Set where a router chooses among instances. */
  readonly steering: PlanSteering | undefined;
  /** Left out where there is none. */
  readonly subnets?: readonly PlanSubnet[];
  /** Where it runs on the machines of a swarm: those that have nodes of it. */
  readonly machines?: readonly PlanMachine[];
}

/** A machine of a swarm, and what it has of a lab. */
export interface PlanMachine {
  readonly name: string;
  readonly nodes: readonly string[];
}

export type { PlanSubnet } from './parts/subnet.js';

export type { Family };
export type { PlanSegment, PlanSelector, PlanSteering } from './parts/steering.js';

export type Daemon = DaemonName;

/** A daemon that FRRouting lines of a file need, and the first of them that does. */
export interface LineDaemon {
  readonly daemon: Daemon;
  readonly line: string;
}

export interface PlanNode {
  readonly name: string;
  readonly kind: NodeKind;
  /** What the node is for the services: it serves one, it only asks, it does neither, or it carries. */
  readonly role: 'instance' | 'client' | 'host' | 'transit';
  /** The services that it asks, where the file says it: clients ask all others, and instances none. */
  readonly asks?: readonly string[] | undefined;
  /** Set where the node speaks a routing protocol. */
  readonly routing: PlanRouting | undefined;
  readonly interfaces: readonly PlanInterface[];
  /** Addresses of services whose queries the node accepts, announced or not. */
  readonly serves: readonly string[];
  /** Unicast addresses on `lo`, with their prefix length. */
  readonly loopbacks: readonly string[];
  readonly gateways: readonly PlanGateway[];
  readonly sysctls: readonly (readonly [key: string, value: string])[];
  /** How its kernel spreads flows, as far as it can. */
  readonly flowHash: readonly PlanHashSetting[];
  readonly exec: readonly (readonly string[])[];
  /** Programs that run in it for long; left out where it has none. */
  readonly run?: readonly PlanProgram[] | undefined;
  readonly demand?: number | undefined;
  /** Set where the file says how the node's container is to be. */
  readonly container: PlanContainer | undefined;
  /** On which of several machines the file wants it; left out where it does not say. */
  readonly place?: PlaceWanted | undefined;
}

export interface PlanProgram {
  readonly name: string;
  readonly argv: readonly string[];
}

/** A setting of the kernel that older ones do not have. */
export interface PlanHashSetting {
  readonly key: string;
  readonly value: string;
  /** The version of Linux that brought it. */
  readonly since: string;
}

export interface PlanContainer {
  readonly image: string | undefined;
  readonly binds: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly cmd: readonly string[] | undefined;
}

export interface PlanRouting {
  readonly routerId: string;
  /** All that run: nearcast's own, then those that only lines of the file need. */
  readonly daemons: readonly Daemon[];
  /** Those that nearcast itself says nothing to; undefined where there are none. */
  readonly lineDaemons: readonly LineDaemon[] | undefined;
  /** A host that announces passes nothing on. */
  readonly transit: boolean;
  /** Service addresses that this router announces for hosts linked to it. */
  readonly announcesFor: readonly PlanBehalf[];
  /** Set where the node belongs to an autonomous system. */
  readonly bgp: PlanBgp | undefined;
  /** Left out where there are none. */
  readonly statics?: readonly PlanStatic[] | undefined;
  /** The lines of its static routes, and the user's own FRR lines. */
  readonly extraLines: string | undefined;
  /** Set where these are its whole configuration: the file that they are from, and are saved to. */
  readonly own?: { readonly file: string | undefined; readonly numberedAs?: string | undefined } | undefined;
  /** Left out where it is what the machine has. */
  readonly frrVersion?: FrrChoice | undefined;
}

/** A BGP speaker: to other autonomous systems over their common links, within its own over loopbacks. */
export interface PlanBgp {
  readonly asn: number;
  /** Set where the node reflects routes: how it marks them (RFC 4456 section 8). */
  readonly clusterId?: string | undefined;
  readonly sessions: readonly PlanSession[];
  readonly origins: readonly PlanOrigin[];
  /** Left out where there are none. */
  readonly aggregates?: readonly Aggregate[] | undefined;
}

/** One end of a BGP session, which carries one family over addresses of the same. */
export interface PlanSession {
  readonly kind: 'external' | 'internal';
  /** Set where the node reflects routes to this neighbor, and those of this neighbor to all. */
  readonly isClient?: true | undefined;
  readonly family: Family;
  readonly neighbor: string;
  readonly neighborAsn: number;
  readonly localAddress: string;
  readonly neighborAddress: string;
  /** Where the neighbor is, for an external session. */
  readonly interface: string | undefined;
  /** What the neighbor is to this node. */
  readonly relation: NeighborRelation | undefined;
  readonly policy: RoutePolicy;
  readonly timers: BgpTimers;
  readonly bfd: BfdSettings | undefined;
}

/** A prefix that a node announces by itself: its hosts', or a service's while the instance is to be announced. */
export interface PlanOrigin {
  readonly prefix: string;
  readonly service: string | undefined;
  readonly instance: string | undefined;
  /** Set where the router holds it without any network of it: it discards what has no longer route. */
  readonly isHeld?: true | undefined;
}

/** A router announces a service's address for a host that speaks no routing protocol. */
export interface PlanBehalf {
  readonly service: string;
  readonly instance: string;
  readonly address: string;
  readonly via: string;
  readonly interface: string;
  readonly cost: number;
}

export interface PlanInterface {
  readonly name: string;
  readonly link: string;
  /** With their prefix length; one for each family. */
  readonly addresses: readonly string[];
  /** The families in which it has no address of its own: in IPv4 that of its router's loopback, in IPv6 a link-local one. */
  readonly unnumbered?: readonly Family[];
  readonly mtu: number | undefined;
  readonly cost: number;
  /** The broadcast domain: two ends, or all ends that switches join. */
  readonly segment: number;
  /** Set where the neighbors on this segment watch each other by BFD. */
  readonly bfd: BfdSettings | undefined;
  /** Set where OSPF has other timers here than the lab's. */
  readonly hello: HelloSettings | undefined;
  /** Of the protocol within a system, also where that is IS-IS. */
  readonly ospfNetwork: 'point-to-point' | 'point-to-multipoint' | 'broadcast' | 'passive' | 'none';
}

/** A host's default route; the lowest metric whose link is up wins. */
export interface PlanGateway {
  readonly family: Family;
  readonly node: string;
  readonly via: string;
  readonly interface: string;
  readonly metric: number;
}

export interface PlanLink {
  /** `router1/server-a`, or with the interfaces where two nodes have more than one link. */
  readonly id: string;
  readonly ends: readonly [PlanLinkEnd, PlanLinkEnd];
  readonly cost: number;
  /** What every packet meets that leaves by either end. */
  readonly impairment: Impairment | undefined;
}

export interface PlanLinkEnd {
  readonly node: string;
  readonly interface: string;
}

interface PlanServeHttp {
  readonly kind: 'http';
  /** The address of the web server that keeps the sessions, where the instances do not. */
  readonly store?: string | undefined;
}

interface PlanServeUnbound {
  readonly kind: 'unbound';
  /** The services that serve the root zone. */
  readonly roots: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  /** The DS record of the root zone's key, where the root zone is signed: it validates what it resolves. */
  readonly trustAnchor?: string | undefined;
}

interface PlanServeNsd {
  readonly kind: 'nsd';
  /** With their signatures, where they are signed. */
  readonly zones: readonly { readonly name: string; readonly records: string }[];
  /** The service that its instances fetch the zones from; left out where there is none. */
  readonly primary?: string | undefined;
}

/** A program that serves the instances of a service: each kind has a driver in the agent. */
type PlanServe = PlanServeHttp | PlanServeUnbound | PlanServeNsd | ({ readonly kind: 'command' } & ServeCommand);

export interface PlanService {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly instances: readonly string[];
  readonly announce: 'host' | 'router';
  /** How an instance is watched; a command as words. */
  readonly health: Omit<HealthSettings, 'check'> & { readonly check: readonly string[] | undefined };
  /** What serves it: the built-in service where it is left out. */
  readonly serve?: PlanServe | undefined;
  /** Whether the built-in service also names the instance over HTTP. */
  readonly http: boolean;
  readonly covering: CoveringPrefixes | undefined;
  /** How much demand each instance can carry; left out where nothing is said. */
  readonly capacity?: Readonly<Record<string, number>> | undefined;
  readonly sinkholes?: SinkholeSettings | undefined;
}

/** Who answers `client` at `address`? A probe asks it with a query, on each of its flows. */
export interface Question {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  readonly family: Family;
}
