import type { LabPlan } from '../plan/model.js';
import type { FaultKind, FaultSettings } from '../topology/model.js';
import type { RenderedFiles } from '../render/render.js';
import type { CaptureChunk, CaptureParams, CaptureStarted } from './capture.js';
import type { ObserveParams, Sighting } from './sighting.js';
import type { Fate, FlowRecord, Noise, OutagePhases, TimelineEvent } from './timeline.js';
export type { ObserveParams, ProbeKind, Sighting } from './sighting.js';

/**
 * What the orchestrator and the agent of a lab say to each other: newline-delimited JSON over a duplex stream. A request
 * has an id; its reply has the same; events without one tell how a long request is getting on.
 */
export interface Methods {
  deploy: { params: Deployment; result: { readonly deployMs: number } };
  converge: { params: { readonly deadlineMs: number }; result: Convergence };
  /** The lab is finished: it can be connected to at this socket from now on. */
  listen: { params: { readonly socket: string }; result: null };
  /** The lab goes on when the connection that made it ends. */
  outlive: { params: Record<string, never>; result: null };
  ask: { params: AskParams; result: readonly Observation[] };
  probe: { params: ProbeParams; result: readonly ProbeSeries[] };
  step: { params: StepParams; result: StepObserved };
  /** One round of probes of any kind. */
  observe: { params: ObserveParams; result: readonly Sighting[] };
  /** The neighbors by which routers lead to prefixes. */
  routes: { params: { readonly wanted: readonly RouteWanted[] }; result: readonly RouteReading[] };
  /** How even the prober is while nothing is broken. */
  calibrate: { params: { readonly forMs: number }; result: Noise };
  /** What the machine has kept its processes from so far, and what the agent's clock shows. */
  load: { params: Record<string, never>; result: { readonly nowMs: number; readonly stealMs: number; readonly cpuPressureMs: number | null } };
  inspect: { params: InspectParams; result: LabState };
  /** What is wrong with the routing of a running lab, and why. */
  examine: { params: Record<string, never>; result: readonly Symptom[] };
  processes: { params: Record<string, never>; result: Readonly<Record<string, number>> };
  /** A node's container was started again: its first process has this number now. */
  adopt: { params: { readonly node: string; readonly pid: number }; result: { readonly alive: boolean } };
  /** Sends a signal to a process that a runtime started in a node. */
  signal: { params: { readonly pid: number; readonly signal: NodeJS.Signals }; result: null };
  /** A capture is its connection's, and ends with it. */
  captureStart: { params: CaptureParams; result: CaptureStarted };
  captureRead: { params: { readonly id: number }; result: CaptureChunk };
  /** Ends a capture; the last part of its file, unless nobody wants it. */
  captureStop: { params: { readonly id: number; readonly discard?: boolean }; result: CaptureChunk };
  plan: { params: Record<string, never>; result: LabPlan };
  ping: { params: Record<string, never>; result: { readonly topology: string } };
}

export type MethodName = keyof Methods;

export interface Request<M extends MethodName = MethodName> {
  readonly id: number;
  readonly method: M;
  readonly params: Methods[M]['params'];
}

export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: WireError }
  | { readonly progress: Progress };

export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** How far a deployment is: what is being done, and how many of how many. */
export interface Progress {
  readonly phase: 'containers' | 'namespaces' | 'links' | 'routers' | 'converging';
  readonly done: number;
  readonly total: number;
  readonly detail?: string | undefined;
}

export interface Deployment {
  readonly plan: LabPlan;
  readonly files: RenderedFiles;
  readonly place: Place;
}

/** Where the nodes' processes run: in namespaces that the agent makes, or in containers that are there already. */
export type Place =
  | { readonly kind: 'namespaces'; readonly programs: Programs }
  /** The first process of each node's container, as the agent's PID namespace numbers it. */
  | { readonly kind: 'containers'; readonly pids: Readonly<Record<string, number>> };

/** Where the programs are that a node needs. */
export interface Programs {
  readonly daemonsDir: string;
  readonly vtysh: string;
  /** For `LD_LIBRARY_PATH`, where FRR is a private copy. */
  readonly libraryPath: string | undefined;
  readonly binDirs: readonly string[];
}

export interface InspectParams {
  /** Whose routes to tell; every router's where it is left out. */
  readonly routers?: readonly string[] | undefined;
}

export interface Convergence {
  readonly converged: boolean;
  readonly convergeMs: number;
  /** What was still missing, for people: `router2: no IPv6 route to 2001:db8:53::53`. */
  readonly pending: readonly string[];
}

export interface AskParams {
  /** Restricts the questions asked. */
  readonly client?: string | undefined;
  readonly service?: string | undefined;
  readonly trace: boolean;
  readonly timeoutMs: number;
}

/** One question sent, and what came back. */
export interface Observation {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  readonly sourcePort: number;
  /** The instance as it named itself, or null where nobody answered in time. */
  readonly instance: string | null;
  readonly rttMs: number | null;
  /** The nodes that the question passed, the answering instance last; null for a hop that stayed silent. */
  readonly path: readonly (string | null)[];
  /** The sum of the link costs along that path, from the client's first router on; null where it is not known. */
  readonly cost: number | null;
}

export interface RouteWanted {
  readonly table: 'rib' | 'fib';
  readonly router: string;
  readonly prefix: string;
}

/** Nowhere, where the list is empty. */
export interface RouteReading extends RouteWanted {
  readonly via: readonly string[];
}

export interface ProbeParams {
  readonly rate: number;
  readonly forMs: number;
  readonly client?: string | undefined;
  readonly service?: string | undefined;
}

/** What a stream of probes from one client to one address saw, run-length encoded: who answered, from when to when. */
export interface ProbeSeries {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  readonly sourcePort: number;
  readonly sent: number;
  readonly lost: number;
  readonly rttMs: { readonly median: number; readonly max: number } | null;
  /** The longest time between two sends: no outage shorter than this can be told from the prober's own noise. */
  readonly maxSendGapMs: number;
  /** The times between two sends; their maximum is above. */
  readonly sendGapMs: { readonly median: number; readonly p99: number } | null;
  readonly runs: readonly ProbeRun[];
}

export interface ProbeRun {
  readonly instance: string | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly probes: number;
}

export interface StepParams {
  /** One, or several that happen at the same moment. */
  readonly parts: readonly StepPart[];
  /** The faults go with the connection that made them. */
  readonly bound?: boolean | undefined;
  readonly deadlineMs: number;
  /** So much longer it is watched once it has settled. */
  readonly watchMs?: number | undefined;
  /** Whether TCP connections are held open through it. */
  readonly connections?: boolean | undefined;
}

export interface StepPart {
  readonly action: 'fail' | 'restore';
  readonly target: string;
  readonly how: FaultKind | undefined;
  readonly settings?: FaultSettings | undefined;
  /** A node that loses its power here is started again by the engine: the agent need only find it. */
  readonly restarts?: boolean | undefined;
}

/** What a fault or a repair did, as the clients saw it. */
export interface StepObserved {
  readonly action: 'fail' | 'restore' | 'together';
  /** For several at once, all of them, as in `fail server-a, restore server-b`. */
  readonly target: string;
  /** The first one's, where there are several. */
  readonly how: FaultKind;
  /** Whether the answers became what routing should come to, within the deadline. */
  readonly settled: boolean;
  readonly settleMs: number;
  /** What still differed from what routing should come to; empty where it settled. */
  readonly pending: readonly string[];
  /** The longest time between two probes of one flow: no shorter outage is sure to be seen. */
  readonly resolutionMs: number;
  readonly changes: readonly ObservedChange[];
  /** When the fault, or the repair, was done, on the agent's clock. */
  readonly atMs: number;
  /** Every probe of the step, before it and after it. */
  readonly flows: readonly FlowRecord[];
  /** In the order of time. */
  readonly events: readonly TimelineEvent[];
  readonly noise: Noise;
  /** TCP connections that were open when the step came, and those of them that did not live through it. */
  readonly connections?: { readonly open: number; readonly broken: number } | undefined;
}

export interface ObservedChange {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  readonly before: string | null;
  readonly after: string | null;
  /** From the step to the first answer of `after`, where that is another than `before`. */
  readonly switchMs: number | null;
  /** How long nobody answered; null where nobody answers still. */
  readonly outageMs: number | null;
  readonly lost: number;
  readonly sent: number;
  readonly maxSendGapMs: number;
  /** How many of those that got no good answer had which fate. */
  readonly fates: Readonly<Partial<Record<Exclude<Fate, 'answered'>, number>>>;
  /** Answers by another instance than the one that answered before, and the one that did in the end. */
  readonly wrong: number;
  /** Second answers to one probe. */
  readonly duplicates: number;
  /** From here on, on the same scale as `switchMs`, every probe was answered by `after`; null where nobody answers. */
  readonly steadySinceMs: number | null;
  /** Until when it was watched, on the same scale. */
  readonly watchedMs: number;
  /** Where the time without an answer went; null where no probe was lost, or nobody answers. */
  readonly phases: OutagePhases | null;
  /** It moved without need: the instance that answered it before could still be reached, and the other one could before. */
  readonly isCollateral: boolean;
}

/** A lab as it is now. */
export interface LabState {
  readonly topology: string;
  readonly nodes: readonly NodeState[];
  readonly faults: readonly FaultState[];
  readonly routes: readonly RouteState[];
  readonly announcements: readonly AnnouncementState[];
}

export interface FaultState {
  readonly target: string;
  readonly how: FaultKind;
  /** How it is done, where this kernel leaves a choice: netem, nftables, tbf, relay. */
  readonly by?: readonly string[] | undefined;
  /** When it mends itself, from now. */
  readonly endsInMs?: number | undefined;
}

export interface NodeState {
  readonly name: string;
  readonly kind: string;
  readonly role: string;
  /** Whether it runs FRR. */
  readonly routing: boolean;
  readonly state: 'up' | 'crashed' | 'frozen';
  /** FRR daemons that should run and do not. */
  readonly endedDaemons: readonly string[];
  readonly interfaces: readonly InterfaceState[];
  readonly processes: number;
  readonly residentMb: number;
}

export interface InterfaceState {
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
  /** What BGP told it, the one it uses first; empty where it speaks no BGP. */
  readonly paths: readonly BgpPath[];
  readonly installed: readonly { readonly via: string; readonly interface: string; readonly node: string | null }[];
}

/** One way to a service that a neighbor told, as the router's own table has it. */
export interface BgpPath {
  /** The prefix it is for: the address, or one around it. */
  readonly prefix: string;
  /** The neighbor that told it; null for the router's own. */
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

/** One thing that a lab's routing needs: a session, an adjacency, a daemon, a route. */
export interface Symptom {
  readonly node: string;
  readonly text: string;
  readonly healthy: boolean;
  /** What would mend it, where something is known. */
  readonly hint?: string | undefined;
}

export interface AnnouncementState {
  readonly service: string;
  readonly instance: string;
  readonly serving: boolean;
  readonly announced: boolean;
}
