import { utimes } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { LabError } from '../errors.js';
import { ask } from './probe/ask.js';
import { calibrate } from './probe/calibrate.js';
import { Captures } from './capture/captures.js';
import { readLogs } from './node/read-logs.js';
import { killContainersOf } from './node/container-pids.js';
import { converge } from './routing/converge.js';
import { deploy } from './deploy.js';
import { EventSource } from './record/event-source.js';
import { Subscriptions } from './record/subscriptions.js';
import { examine } from './routing/examine.js';
import { defend } from './fault/defense.js';
import { FaultActions } from './fault/fault-actions.js';
import { IdentityThread } from './service/identity-thread.js';
import type { SharedByServers } from './service/service-driver.js';
import { QuerySources } from './service/query-sources.js';
import { inspect } from './inspect.js';
import { loadKernel } from './system/kernel.js';
import type { RunningLab } from './lab/running-lab.js';
import { machineLoad } from './system/machine-load.js';
import { processesOfSession } from './system/node-process-list.js';
import { signalTo } from './system/signal-node.js';
import { Cookies } from '../codec/cookies.js';
import { partHandlers } from './part-handlers.js';
import { observe } from './probe/observe.js';
import { probe } from './probe/probe.js';
import { publishHandlers } from './publish.js';
import { serverCounts } from './server-counts.js';
import { readRouteTables } from './routing/routes.js';
import type { LabPlan } from '../plan/model.js';
import { LAB_VARIABLE } from '../init/container-init.js';
import { pollUntil } from '../support/poll.js';
import { STATE_FOLDER_DESCRIPTOR } from '../protocol/agent-descriptors.js';
import type { StepParams } from '../protocol/messages.js';
import type { StepObserved } from '../protocol/observations.js';
import type { Handlers } from '../protocol/messages.js';
import { serve } from './server.js';
import { performStep } from './step/step.js';
import { trafficOf } from './traffic.js';
import { Turns } from './step/turns.js';
import { Visitor } from './visitor.js';

const stateFolder = `/proc/self/fd/${String(STATE_FOLDER_DESCRIPTOR)}/`;
/** Longer than an engine takes for one container. */
const NO_MORE_AFTER_MS = 3_000;
const TOUCH_EVERY_MS = 6 * 60 * 60 * 1000;
const KEEP_AFTER_MS = 1;

/** Of `start/`, which runs this. */
declare const keepCode: (verb: string) => void;

/**
 * The agent: process 1 of a lab, in namespaces of the lab's own, or in a container beside those of the lab's nodes. It
 * takes requests on its standard streams, and ends with the process that started it, and the lab with it, unless it is
 * asked to outlive that process; when the lab is up it also listens on a socket.
 */
function main(): void {
  let lab: RunningLab | undefined;
  const shared: SharedByServers = {
    identityThread: new IdentityThread(new URL('identity-worker.js', import.meta.url)),
    querySources: new QuerySources(),
  };
  let actions: FaultActions | undefined;
  let plan: LabPlan | undefined;
  let outlives = false;
  const steps = new Turns();
  const running = (): RunningLab => {
    if (lab === undefined) throw new LabError('BUG', 'the agent has no lab yet');
    return lab;
  };
  const acting = (): FaultActions => actions ?? new FaultActions(running());
  const takeStep = (params: StepParams, visitor: Visitor): Promise<StepObserved> => {
    const signal = visitor.signalOf(params.ticket);
    const bound = params.bound === true && visitor !== maker;
    const gate = params.isShared === true ? visitor.gateOf(params.ticket ?? 0) : undefined;
    return steps.take(() =>
      performStep(running(), acting(), params, { visitor: bound ? visitor : undefined, signal, gate }),
    );
  };
  const maker = new Visitor();
  const makersCaptures = new Captures(running);
  const events = new EventSource(running);
  const cookies = new Cookies();
  const makersSubscriptions = new Subscriptions(events);
  const handlers: Handlers = {
    ...makersCaptures.handlers,
    ...makersSubscriptions.handlers,
    async deploy(params, onProgress) {
      const startedAt = performance.now();
      lab = await deploy(params, onProgress, shared);
      plan = params.plan;
      actions = new FaultActions(lab);
      defend(lab, actions);
      return { deployMs: Math.round(performance.now() - startedAt) };
    },
    converge: ({ deadlineMs }, onProgress) => converge(running(), deadlineMs, onProgress),
    async listen({ socket }) {
      if (socket.startsWith(stateFolder)) keepFolderFresh();
      const server = createServer((connection) => void visit(connection));
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(socket, resolve);
      });
      // In a container it would be lost. Not before the answer is sent: the maker waits for it.
      if (process.env[LAB_VARIABLE] === undefined) setTimeout(keepCode, KEEP_AFTER_MS, 'agent').unref();
      return null;
    },
    outlive() {
      outlives = true;
      return Promise.resolve(null);
    },
    ask: (params) => ask(running(), params),
    probe: (params) => probe(running(), params),
    step: (params) => takeStep(params, maker),
    interrupt: interruptionOf(maker),
    syncStep: syncOf(maker),
    observe: (params) => observe(running(), params, cookies),
    routes: ({ wanted }) => readRouteTables(running(), wanted),
    calibrate: ({ forMs }) => calibrate(running(), forMs),
    load: () => Promise.resolve({ nowMs: performance.now(), ...machineLoad() }),
    examine: () => examine(running()),
    inspect: (params) => inspect(running(), acting(), params),
    traffic: () => Promise.resolve(trafficOf(running(), acting())),
    processes: () =>
      Promise.resolve(Object.fromEntries([...running().nodes.values()].map((node) => [node.name, node.initPid]))),
    adopt({ node, pid }) {
      return Promise.resolve({ alive: running().adopt(node, pid) });
    },
    holdPaused({ node }) {
      acting().pauses.hold(node);
      return Promise.resolve(null);
    },
    endSession({ pid }) {
      for (const each of processesOfSession(pid)) signalTo(each.pid, 'SIGKILL');
      return Promise.resolve(null);
    },
    signal({ pid, signal }) {
      process.kill(pid, signal);
      return Promise.resolve(null);
    },
    // Of a part, the plan of the whole lab.
    plan: () => Promise.resolve(plan ?? running().plan),
    ...partHandlers(running, acting, steps, (changed) => {
      plan = changed;
    }),
    counts: () => serverCounts(running()),
    ...publishHandlers(running),
    logs: ({ node, from }) => Promise.resolve(readLogs(running().node(node), from)),
    ping: () => Promise.resolve({ topology: running().plan.topology }),
  };
  /**
   * A visitor's captures and subscriptions go with the visitor, what its step under way has broken, and all its faults where it said so:
   * also when it was killed in the middle of a step.
   */
  const visit = async (connection: Socket): Promise<void> => {
    const visitor = new Visitor();
    const captures = new Captures(running);
    const subscriptions = new Subscriptions(events);
    const step = async (params: StepParams): Promise<StepObserved> => {
      await refuseIfLeft(connection);
      return takeStep(params, visitor);
    };
    await serve(connection, connection, {
      ...handlers,
      ...captures.handlers,
      ...subscriptions.handlers,
      step,
      interrupt: interruptionOf(visitor),
      syncStep: syncOf(visitor),
    });
    captures.endAll();
    subscriptions.endAll();
    visitor.leave();
    steps.take(() => acting().repairOf(visitor)).catch(() => undefined);
  };
  void serve(process.stdin, process.stdout, handlers).then(() => {
    makersCaptures.endAll();
    makersSubscriptions.endAll();
    maker.leave();
    if (!outlives) void end(lab);
  });
  process.stdout.on('error', () => {
    if (!outlives) void end(lab);
  });
}

function interruptionOf(visitor: Visitor): Handlers['interrupt'] {
  return ({ ticket }) => {
    visitor.interrupt(ticket);
    return Promise.resolve(null);
  };
}

function syncOf(visitor: Visitor): Handlers['syncStep'] {
  return (params) => Promise.resolve(visitor.gateOf(params.ticket).sync(params));
}

/**
 * A request that was sent while the agent was stopped is read when it resumes. Its client has given up by then, and has
 * closed the connection, which shows in the next turn of the event loop.
 */
async function refuseIfLeft(connection: Socket): Promise<void> {
  await setImmediate();
  await setImmediate();
  if (connection.readableEnded || connection.destroyed)
    throw new LabError('INTERRUPTED', 'the requester has disconnected');
}

/** Some machines remove files from the folders for temporary files that were not touched for days. */
function keepFolderFresh(): void {
  const touch = (): void => {
    const now = new Date();
    for (const name of ['lab.json', 'agent.sock', 'agent.log', '.']) {
      utimes(join(stateFolder, name), now, now, () => undefined);
    }
  };
  setInterval(touch, TOUCH_EVERY_MS).unref();
}

/**
 * Process 1 of the PID namespace takes everything with it. No signal would end it: the kernel shields it from its own.
 */
async function end(lab: RunningLab | undefined): Promise<void> {
  // Containers are no part of our namespace.
  for (const node of lab?.nodes.values() ?? []) node.processes.kill();
  const mark = process.env[LAB_VARIABLE];
  if (lab === undefined && mark !== undefined) await endUnknownContainers(mark);
  loadKernel().exit();
}

/**
 * The maker was killed before it could say what it had made; its engine still makes what it was asked for: until no
 * more comes.
 */
async function endUnknownContainers(mark: string): Promise<void> {
  let quietSinceMs = performance.now();
  await pollUntil(
    () => {
      if (killContainersOf(mark) > 0) quietSinceMs = performance.now();
      return performance.now() - quietSinceMs;
    },
    (quietMs) => quietMs > NO_MORE_AFTER_MS,
    { everyMs: 50, deadlineMs: 10 * NO_MORE_AFTER_MS },
  );
}

main();
