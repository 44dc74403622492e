import { toAnswer, type Answer } from '../assert/answers.js';
import type { LabPlan } from '../plan/model.js';
import { stepDeadlineMs } from '../plan/timers.js';
import type { ServerCounts } from '../protocol/server-counts.js';
import type { Traffic } from '../protocol/traffic.js';
import type { Publication } from '../protocol/publication.js';
import type { FaultKind } from '../topology/model/fault.js';
import type { FaultSettings } from '../topology/model/fault-settings.js';
import { probeKinds } from '../topology/model/probe-kind.js';
import type { ProgramResult } from '../support/run-program.js';
import type { Lacking } from '../protocol/lacking.js';
import type { LabState } from '../protocol/lab-state.js';
import type { Convergence, Methods, StepParams, StepPart, LogPart } from '../protocol/messages.js';
import type { ProbeSeries, RouteReading, RouteWanted, StepObserved } from '../protocol/observations.js';
import type { ObserveParams, Sighting } from '../protocol/sighting.js';
import type { Noise } from '../protocol/timeline.js';
import type { AgentClock } from '../runtime/agent-clock.js';
import type { LabConnection, LabRecord, Runtime, Terminal, TerminalSize } from '../runtime/runtime.js';
import { lackingText } from '../report/words/lacking.js';
import { endedProgramsOf, toSymptom, type Symptom } from '../report/words/symptom.js';
import { LabError } from '../errors.js';
import { Subscription, type SubscribeOptions } from './subscription.js';
import { Capture, captureWhere, type CaptureOptions } from './capture.js';

const ANSWER_TIMEOUT_MS = 1000;
/** An agent that is interrupted, and works, has undone what it began long before. */
const INTERRUPT_DEADLINE_MS = 3000;

export interface AskOptions {
  readonly client?: string | undefined;
  readonly service?: string | undefined;
}

/** As the agent takes them; how many flows and how long to wait need not be said. */
export type ObserveOptions = Omit<ObserveParams, 'flows' | 'timeoutMs'> &
  Partial<Pick<ObserveParams, 'flows' | 'timeoutMs'>>;

export interface StepOptions {
  readonly how?: FaultKind | undefined;
  /** What the kind of fault leaves open: how packets are impaired, how fast a link flaps, for how long it lasts. */
  readonly settings?: FaultSettings | undefined;
  /** The fault is restored when this connection ends, however it ends. */
  readonly bound?: boolean | undefined;
  /** How long routing may take to settle; what was seen by then is reported. Left out: 10 s, and more from 80 nodes on. */
  readonly deadlineMs?: number | undefined;
  /** Ends the step with INTERRUPTED, and restores what it broke. The end of the connection does the same. */
  readonly signal?: AbortSignal | undefined;
}

export type TogetherOptions = Pick<StepOptions, 'bound' | 'deadlineMs' | 'signal'> &
  Pick<StepParams, 'watchMs' | 'connections' | 'wanted'>;

/** With the words of what was lacking: `router2: no route to 2001:db8:53::53/128`. */
export type WithPending<T extends { readonly lacking: readonly Lacking[] }> = T & {
  readonly pending: readonly string[];
};

/**
 * A running lab. Disposing of one that `up` made takes it down; disposing of one that `openLab` connected to only
 * closes the connection.
 */
export class Lab implements AsyncDisposable {
  readonly #connection: LabConnection;
  readonly #runtime: Runtime;
  readonly #dispose: 'down' | 'close';
  #tickets = 0;

  constructor(runtime: Runtime, connection: LabConnection, dispose: 'down' | 'close') {
    this.#runtime = runtime;
    this.#connection = connection;
    this.#dispose = dispose;
  }

  get record(): LabRecord {
    return this.#connection.record;
  }

  get name(): string {
    return this.record.lab;
  }

  /** The shell to open in a node: the user's own where nodes have it. */
  get shell(): string {
    return this.#runtime.capabilities.userShell?.() ?? 'sh';
  }

  /** The catchment map, now: sends each query of each client once and follows its way. */
  async who(options: AskOptions = {}): Promise<readonly Answer[]> {
    const observed = await this.#connection.agent.call('ask', {
      ...options,
      trace: true,
      timeoutMs: ANSWER_TIMEOUT_MS,
    });
    return observed.map(toAnswer);
  }

  /** Breaks a target and reports what each client saw. LabError TARGET_UNKNOWN, FAULT_UNSUPPORTED, FAULT_STATE. */
  async fail(
    target: string,
    { how, settings, bound, deadlineMs, signal }: StepOptions = {},
  ): Promise<WithPending<StepObserved>> {
    return this.together([{ action: 'fail', target, how, settings }], { bound, deadlineMs, signal });
  }

  /** Restores a target that failed, and reports what each client saw. `how` names one of several faults of a target. */
  async restore(target: string, { how, deadlineMs, signal }: StepOptions = {}): Promise<WithPending<StepObserved>> {
    return this.together([{ action: 'restore', target, how }], { deadlineMs, signal });
  }

  /** Breaks and restores several targets at the same moment, and reports what each client saw. Errors as of `fail`. */
  async together(
    parts: readonly StepPart[],
    { deadlineMs = stepDeadlineMs(this.record.nodes), signal, ...others }: TogetherOptions = {},
  ): Promise<WithPending<StepObserved>> {
    signal?.throwIfAborted();
    const { agent } = this.#connection;
    const ticket = ++this.#tickets;
    const step = agent.call('step', { parts, deadlineMs, ticket, ...others }).then(withPending);
    if (signal === undefined) return step;
    let timer: NodeJS.Timeout | undefined;
    let interrupt = (): void => undefined;
    const outOfPatience = new Promise<never>((_, reject) => {
      interrupt = () => {
        agent.call('interrupt', { ticket }).catch(() => undefined);
        timer = setTimeout(reject, INTERRUPT_DEADLINE_MS, goesOn(parts));
      };
    });
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      return await Promise.race([step, outOfPatience]);
    } finally {
      signal.removeEventListener('abort', interrupt);
      clearTimeout(timer);
    }
  }

  /**
   * One round of probes of a kind: each client (`clients`, all where they are left out) sends one to each address of
   * `to` (a service, an address or a node; every service where it is left out) from each source port. All come back, by
   * client, address and source port, with what became of them; nothing is judged. `flows` is 1 and `timeoutMs` 1000
   * (500 for a poll) where they are left out. LabError NODE_UNKNOWN, and USAGE where a source port cannot be had.
   */
  async observe(options: ObserveOptions): Promise<readonly Sighting[]> {
    return this.#connection.agent.call('observe', {
      flows: 1,
      timeoutMs: probeKinds[options.kind].timeoutMs,
      ...options,
    });
  }

  /** Sends each query of each client `rate` times a second for a while. */
  async probe(
    options: AskOptions & { readonly rate: number; readonly forMs: number },
  ): Promise<readonly ProbeSeries[]> {
    return this.#connection.agent.call('probe', options);
  }

  /** The neighbors by which routers lead to prefixes, in zebra's table or in their kernels. */
  async routes(wanted: readonly RouteWanted[]): Promise<readonly RouteReading[]> {
    return this.#connection.agent.call('routes', { wanted });
  }

  /** How even the prober is while nothing is broken: no shorter outage is sure to be seen. */
  async calibrate(forMs: number): Promise<Noise> {
    return this.#connection.agent.call('calibrate', { forMs });
  }

  /** The agent's clock in milliseconds, and what the machine has kept its processes from so far. */
  async load(): Promise<Methods['load']['result']> {
    return this.#connection.agent.call('load', {});
  }

  /** How the agent's clock, that of all its times, relates to this process's. */
  async clock(): Promise<AgentClock> {
    return this.#connection.agents[0].clock();
  }

  /** Waits until routing is as the forecast says; returns what was missing if it is not. */
  async settle(deadlineMs: number): Promise<WithPending<Convergence>> {
    return withPending(await this.#connection.agent.call('converge', { deadlineMs }));
  }

  /** The topology with all that follows from it: addresses, sessions, roles. */
  async plan(): Promise<LabPlan> {
    return this.#connection.agent.call('plan', {});
  }

  /** Nodes, faults, and what routers know; of all routers, or only of those named. */
  async inspect(routers?: readonly string[]): Promise<LabState> {
    return this.#connection.agent.call('inspect', { routers });
  }

  /** What the lab's routing needs, and whether it has it: daemons, adjacencies, BGP sessions, routes. Ended programs. */
  async examine(): Promise<readonly Symptom[]> {
    const [findings, { nodes }] = await Promise.all([this.#connection.agent.call('examine', {}), this.inspect([])]);
    return [...findings.map(toSymptom), ...nodes.flatMap(endedProgramsOf)];
  }

  /**
   * What happens from now on, from any cause: faults and repairs, what kernels report of links and routes, what
   * daemons report of neighbors, and how answers change while a step runs. `for await (const event of subscription)`.
   */
  async subscribe(options?: SubscribeOptions): Promise<Subscription> {
    return Subscription.start(this.#connection.agent, options);
  }

  /** Captures a node (`router1`) or one interface (`router1:eth1`). LabError NODE_UNKNOWN, TARGET_UNKNOWN. */
  async capture(where: string, options?: CaptureOptions): Promise<Capture> {
    return Capture.start(this.#connection.agent, captureWhere(where), options);
  }

  /** Captures several nodes, or all, into one file: `stop` to keep it, `discard` to forget it. LabError NODE_UNKNOWN. */
  async startCapture(nodes: readonly string[] | 'all', options?: CaptureOptions): Promise<Capture> {
    return Capture.start(this.#connection.agent, nodes === 'all' ? {} : { nodes }, options);
  }

  /** Runs a program in a node with this process's own terminal; its exit status. LabError NODE_UNKNOWN, FAULT_STATE. */
  async attach(node: string, argv: readonly string[]): Promise<number> {
    return this.#connection.attach(node, argv);
  }

  /** Runs a program in a node with a terminal that the caller shows. LabError NODE_UNKNOWN, FAULT_STATE. */
  async terminal(node: string, argv: readonly string[], size: TerminalSize): Promise<Terminal> {
    return this.#connection.terminal(node, argv, size);
  }

  /** Runs a program in a node to its end; how it ended is a result. LabError NODE_UNKNOWN, FAULT_STATE. */
  async exec(node: string, argv: readonly string[]): Promise<ProgramResult> {
    return this.#connection.exec(node, argv);
  }

  /**
   * What the servers, daemons and start-up commands of a node printed, the last of each; only what is newer than the
   * parts that came before, where those are given. LabError NODE_UNKNOWN.
   */
  async logs(node: string, before: readonly LogPart[] = []): Promise<readonly LogPart[]> {
    const from = Object.fromEntries(before.map(({ source, next }) => [source, next]));
    return this.#connection.agent.call('logs', { node, from });
  }

  /**
   * Publishes a zone with its next serial at every instance that serves it by NSD, waits until each has it, and has each
   * client query each of its addresses over UDP and TCP. LabError USAGE where no service serves it.
   */
  async publish(zone: string, deadlineMs: number): Promise<Publication> {
    return this.#connection.agent.call('publish', { zone, deadlineMs });
  }

  /** What each NSD that runs has received from clients and sent to them, since it started. */
  async counts(): Promise<readonly ServerCounts[]> {
    return this.#connection.agent.call('counts', {});
  }

  /** What instances, sinkholes and floods have counted so far, and how routers with a selection choose now. */
  async traffic(): Promise<Traffic> {
    return this.#connection.agent.call('traffic', {});
  }

  /** Removes the lab; resolves when nothing of it is left. */
  async down(): Promise<void> {
    // In this order: a lab that ends with the connection that made it could be gone before it is looked for.
    await this.#runtime.remove(this.name);
    this.close();
  }

  /** Ends the connection; the lab goes on where it was made to. */
  close(): void {
    this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#dispose === 'down') await this.down();
    else this.close();
  }
}

/** Of an interruption that the agent has not answered yet: it is heard when the agent has done what it is at. */
function goesOn(parts: readonly StepPart[]): LabError {
  const isRepair = parts.every(({ action }) => action === 'restore');
  return new LabError(
    'INTERRUPTED',
    isRepair
      ? 'interrupted: the lab continues to restore in the background'
      : 'interrupted: the lab restores what was broken as soon as it can',
    {
      hint: 'nearcast inspect shows what is broken',
    },
  );
}

function withPending<T extends { readonly lacking: readonly Lacking[] }>(result: T): WithPending<T> {
  return { ...result, pending: result.lacking.map(lackingText) };
}
