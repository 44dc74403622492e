/** What a topology file means once it was read: no position, no shorthand, nothing optional that has a default. */
export interface Topology {
  readonly name: string;
  readonly title: string | undefined;
  /** Where the file wants its nodes to run. */
  readonly runtime: 'netns' | 'docker' | undefined;
  /** In the order of the file. */
  readonly nodes: readonly Node[];
  readonly links: readonly Link[];
  readonly services: readonly Service[];
  /** What must hold once the lab has converged. */
  readonly expect: readonly Expectation[];
  readonly scenario: readonly Step[];
  /** Who plays the scenario: only `lab test`, or `lab up` too. */
  readonly play: 'test' | 'up';
}

export type NodeKind = 'router' | 'host' | 'switch';

export interface Node {
  readonly name: string;
  readonly kind: NodeKind;
  /** FRR configuration lines added to the node's own, one daemon's or several'; routers and announcing hosts only. */
  readonly frr: string | undefined;
  /** Kernel settings of the node's namespaces: `net.ipv4.tcp_syncookies` -> `"0"`. */
  readonly sysctls: ReadonlyMap<string, string>;
  /** Commands run in the node once its interfaces are up, in order; a string is run by `sh -c`, a list as it stands. */
  readonly exec: readonly (string | readonly string[])[];
  /** For every link of the node that says nothing itself. */
  readonly detection: Detection;
  /** Set where the file says how the node's container is to be: only a runtime of containers can do that. */
  readonly container: ContainerSettings | undefined;
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
  /** Prefixes the file chose for the link, at most one for each family. */
  readonly prefixes: readonly string[];
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
}

/** Which instance must answer a client; the reserved name `nobody` where none may. */
export interface Expectation {
  readonly client: string;
  /** One service, or every service where the file names none. */
  readonly service: string | undefined;
  readonly instance: string;
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
}

/** How an instance is watched: asked this often, withdrawn after `fall` failures in a row, announced after `rise` answers. */
export interface HealthSettings {
  /** A command run on the instance's host that must end with status 0; the built-in question where there is none. */
  readonly check: string | readonly string[] | undefined;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly rise: number;
  readonly fall: number;
  /** The instance that stays announced when all of them fail. */
  readonly lastResort: string | undefined;
}

/** The programs of FRR that can be a target of their own. */
export type DaemonName = 'zebra' | 'ospfd' | 'ospf6d' | 'bfdd';

export type FaultTarget =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'link'; readonly nodes: readonly [string, string] }
  | { readonly kind: 'interface'; readonly node: string; readonly interface: string }
  | { readonly kind: 'service'; readonly service: string; readonly node: string }
  | { readonly kind: 'daemon'; readonly daemon: DaemonName; readonly node: string }
  | { readonly kind: 'partition'; readonly sides: readonly [readonly string[], readonly string[]] };

export type FaultKind = 'crash' | 'freeze' | 'down' | 'silence' | 'impair' | 'flap' | 'partition' | 'stop' | 'hang' | 'kill';

/** What happens to the packets that leave by one end of a link, in the words of netem. Shares are from 0 to 1. */
export interface Impairment {
  readonly delayMs?: number | undefined;
  readonly jitterMs?: number | undefined;
  readonly loss?: number | undefined;
  readonly duplicate?: number | undefined;
  readonly reorder?: number | undefined;
  readonly corrupt?: number | undefined;
  /** In bits a second. */
  readonly rateBps?: number | undefined;
}

/** How a fault is to be, where its kind leaves a choice. */
export interface FaultSettings {
  readonly impairment?: Impairment | undefined;
  /** From one going down to the next, of a flap. */
  readonly periodMs?: number | undefined;
  /** Whether the kernel keeps the routes of a daemon that is killed. */
  readonly keepRoutes?: boolean | undefined;
  /** The fault mends itself after so long. */
  readonly forMs?: number | undefined;
}

export interface Step {
  readonly action: 'fail' | 'restore';
  /** As the file wrote it: `server-a`, `router1/server-a`, `router1:eth2`, `service@server-a`. */
  readonly target: string;
  /** For a repair: which of several faults of the target, where it was said. */
  readonly how: FaultKind | undefined;
  readonly settings: FaultSettings;
  readonly expect: readonly Expectation[];
  /** How long after the step the expectations may take to hold. */
  readonly withinMs: number;
}
