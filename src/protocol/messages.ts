import type { LabPlan } from '../plan/model.js';
import type { FaultKind } from '../topology/model/fault.js';
import type { FaultSettings } from '../topology/model/fault-settings.js';
import type { RenderedFiles } from '../render/render.js';
import type { EventStream, OrderedEvent, SubscribeParams } from './events.js';
import type { CaptureChunk, CaptureParams, CaptureStarted } from './capture.js';
import type { RoutingFinding, Lacking } from './lacking.js';
import type { LabState } from './lab-state.js';
import type { Observation, ProbeSeries, RouteReading, RouteWanted, StepObserved } from './observations.js';
import type { KnownFault, MissingFault, Part, StepStage, StepSync } from './part.js';
import type { NextZone, Publication, RaisedZone } from './publication.js';
import type { ServerCounts } from './server-counts.js';
import type { Traffic } from './traffic.js';
import type { ObserveParams, Sighting } from './sighting.js';
import type { Noise } from './timeline.js';

/**
 * What the orchestrator and the agent of a lab say to each other: newline-delimited JSON over a duplex stream. A
 * request has an id; its reply has the same, and so have the events of a subscription; messages without one report the
 * progress of a long request.
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
  /**
   * Ends a step of this connection, under way or still to come: it rejects with INTERRUPTED, and what it broke is
   * restored.
   */
  interrupt: { params: { readonly ticket: number }; result: null };
  /** One round of probes of any kind. */
  observe: { params: ObserveParams; result: readonly Sighting[] };
  /** The neighbors by which routers lead to prefixes. */
  routes: { params: { readonly wanted: readonly RouteWanted[] }; result: readonly RouteReading[] };
  /** How even the prober is while nothing is broken. */
  calibrate: { params: { readonly forMs: number }; result: Noise };
  /** What the machine has kept its processes from so far, and what the agent's clock shows. */
  load: {
    params: Record<string, never>;
    result: { readonly nowMs: number; readonly stealMs: number; readonly cpuPressureMs: number | null };
  };
  inspect: { params: InspectParams; result: LabState };
  /** What the lab has counted so far of what it carries. */
  traffic: { params: Record<string, never>; result: Traffic };
  /** Everything that the routing of a running lab needs, and whether it has it. */
  examine: { params: Record<string, never>; result: readonly RoutingFinding[] };
  processes: { params: Record<string, never>; result: Readonly<Record<string, number>> };
  /** A node's container was started again: its first process has this number now. */
  adopt: { params: { readonly node: string; readonly pid: number }; result: { readonly alive: boolean } };
  /** The engine is about to unpause a node's container: the node stays frozen until it is restored. */
  holdPaused: { params: { readonly node: string }; result: null };
  /** Sends a signal to a process that a runtime started in a node. */
  signal: { params: { readonly pid: number; readonly signal: NodeJS.Signals }; result: null };
  /** Kills a process that a runtime started in a node, and what it has started in its session. */
  endSession: { params: { readonly pid: number }; result: null };
  /** A capture is its connection's, and ends with it. */
  captureStart: { params: CaptureParams; result: CaptureStarted };
  captureRead: { params: { readonly id: number }; result: CaptureChunk };
  /** Ends a capture; the last part of its file, unless the caller does not want it. */
  captureStop: { params: { readonly id: number; readonly discard?: boolean }; result: CaptureChunk };
  /**
   * Events of the lab follow, each with the id of this request, until it is given up, or the connection ends. They may
   * come before the reply.
   */
  subscribe: { params: SubscribeParams; result: null };
  unsubscribe: { params: { readonly subscription: number }; result: null };
  plan: { params: Record<string, never>; result: LabPlan };
  /** What each name server that runs has received and sent. */
  counts: { params: Record<string, never>; result: readonly ServerCounts[] };
  /** Publishes a zone with its next serial. */
  publish: { params: PublishParams; result: Publication };
  /** The same in parts, where several agents do it together: what the zone will be, by the services that have it from files here; */
  nextZone: { params: Pick<PublishParams, 'zone'>; result: readonly NextZone[] };
  /** raising its serial at the instances here, at a time of the agent's clock; */
  raiseZone: {
    params: PublishParams & { readonly atMs: number; readonly versions: readonly NextZone[] };
    result: RaisedZone;
  };
  /** and what clients here get. */
  askZone: {
    params: Pick<PublishParams, 'zone'> & { readonly versions: readonly NextZone[] };
    result: Pick<Publication, 'answers' | 'answerTimeoutMs'>;
  };
  /** What the programs of a node printed since these places. */
  logs: {
    params: { readonly node: string; readonly from: Readonly<Record<string, number>> };
    result: readonly LogPart[];
  };
  /** The greatest packets that this machine sends on towards these addresses of other machines. */
  reach: { params: { readonly addresses: readonly string[] }; result: Readonly<Record<string, number>> };
  /** What is broken, and whether some of it is in this agent's part of the lab. */
  faults: { params: Record<string, never>; result: readonly KnownFault[] };
  /**
   * All that is broken, in whichever part: what is elsewhere is listed here as long as it is there. `make`: this agent breaks its
   * own part of them, where it has not. `undo`: these are broken in other parts no longer. Returns those of which this agent's part is not
   * broken.
   */
  learn: {
    params: { readonly faults: readonly KnownFault[]; readonly make?: boolean; readonly undo?: readonly KnownFault[] };
    result: readonly MissingFault[];
  };
  /**
   * Nodes of a lost machine are in other parts now, as this plan and this agent's part say: its links lead there. Its own nodes, and
   * what is broken, stay as they are.
   */
  follow: { params: { readonly plan: LabPlan; readonly part: Part }; result: null };
  /** How far a step is that several agents play together. Tells it how far it may go. */
  syncStep: { params: StepSync; result: StepStage };
  ping: { params: Record<string, never>; result: { readonly topology: string } };
}

/** What one of a node's programs printed: a service's server, a daemon, or start-up commands (`exec`). */
export interface LogPart {
  readonly source: string;
  readonly text: string;
  /** The place behind it. */
  readonly next: number;
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
  | { readonly id: number; readonly events: readonly OrderedEvent[]; readonly untilMs?: number | undefined }
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
  /** The first thing that is still waited for. */
  readonly lacking?: Lacking | undefined;
}

export interface Deployment {
  readonly plan: LabPlan;
  readonly files: RenderedFiles;
  readonly place: Place;
  /** Where the lab is on several machines: what of it this agent has. */
  readonly part?: Part | undefined;
}

/** Where the nodes' processes run: in namespaces that the agent makes, or in containers that are there already. */
type Place =
  | { readonly kind: 'namespaces'; readonly programs: Programs }
  /** The first process of each node's container, as the agent's PID namespace numbers it. */
  | { readonly kind: 'containers'; readonly pids: Readonly<Record<string, number>> };

/** Where an FRRouting is. */
export interface FrrPrograms {
  readonly daemonsDir: string;
  readonly vtysh: string;
  /** Set where it is of another release than the machine: it runs in a root folder of its own, or by its own loader. */
  readonly ownSystem?: OwnSystem | undefined;
}

interface OwnSystem {
  readonly root: string;
  readonly loader: string;
  /** For that loader. */
  readonly libraryPath: string;
}

/** Where the programs are that a node needs; the FRRouting is that of nodes for which no other is named. */
export interface Programs extends FrrPrograms {
  /** For `LD_LIBRARY_PATH`, where programs are private copies. */
  readonly libraryPath: string | undefined;
  readonly binDirs: readonly string[];
  /** By what the plan calls them. */
  readonly frrOf?: Readonly<Record<string, FrrPrograms>> | undefined;
  /** The programs of the servers that nearcast obtains, where services of the lab are served by them. */
  readonly serverPrograms?: readonly string[] | undefined;
}

export interface InspectParams {
  /** Whose routes to report; every router's if it is left out. */
  readonly routers?: readonly string[] | undefined;
}

export interface Convergence {
  readonly converged: boolean;
  readonly convergeMs: number;
  /** Set if there is no forecast: for how long no change of routes, links and neighbors was reported. */
  readonly quietMs?: number | undefined;
  /** Set where daemons still waited for something when routing had been quiet for so long that it may never come. */
  readonly unfinished?: readonly Lacking[] | undefined;
  /** Empty where it converged. */
  readonly lacking: readonly Lacking[];
}

export interface PublishParams {
  readonly zone: string;
  readonly deadlineMs: number;
}

export interface AskParams {
  /** Selects some of the questions of the plan. */
  readonly client?: string | undefined;
  readonly service?: string | undefined;
  readonly trace: boolean;
  readonly timeoutMs: number;
}

export interface ProbeParams {
  readonly rate: number;
  readonly forMs: number;
  readonly client?: string | undefined;
  readonly service?: string | undefined;
}

export interface StepParams {
  /** One, or several that happen at the same moment. */
  readonly parts: readonly StepPart[];
  /** The faults go with the connection that made them. */
  readonly bound?: boolean | undefined;
  readonly deadlineMs: number;
  /** The step's own number among those of its connection, for `interrupt`. */
  readonly ticket?: number | undefined;
  /** How much longer to watch once it has settled. */
  readonly watchMs?: number | undefined;
  /** Whether TCP connections are held open through it, to see which of them break. */
  readonly connections?: boolean | undefined;
  /** Where nothing is forecast: what must be seen, and how long it may take. Quiet alone does not end the step before. */
  readonly wanted?: WantedAnswers | undefined;
  /** Several agents play it together: it waits for each `syncStep`. */
  readonly isShared?: boolean | undefined;
}

export interface WantedAnswers {
  readonly withinMs: number;
  readonly answers: readonly {
    readonly clients: readonly string[];
    /** A service, or one of its addresses; everything that a client asks where it is left out. */
    readonly to: string | undefined;
    /** One of these must answer, or `nobody`. */
    readonly instances: readonly string[];
  }[];
}

export interface StepPart {
  readonly action: 'fail' | 'restore';
  readonly target: string;
  readonly how: FaultKind | undefined;
  readonly settings?: FaultSettings | undefined;
  /** A node that loses its power here is started again by the engine: the agent need only find it. */
  readonly restarts?: boolean | undefined;
}

/** How the agent does each thing it can be asked. */
export type Handlers = {
  readonly [M in MethodName]: (
    params: Methods[M]['params'],
    onProgress: (progress: Progress) => void,
    stream: EventStream,
  ) => Promise<Methods[M]['result']>;
};
