import { nodesOf, type FaultEffect } from '../../fault/fault-effect.js';
import type { FaultKind } from '../../topology/model/fault.js';
import type { RunningLab } from '../lab/running-lab.js';
import { loadExtraLines } from '../node/extra-lines.js';
import { flushRoutes } from '../node/learned-routes.js';
import { movingIn, signalNode, stopNode } from '../system/signal-node.js';
import { Flood } from './flood.js';
import { carriersAt, instancesOf, survivors, unshapedAt } from './evidence.js';
import type { RoutingActions, RoutingFault } from './routing-actions.js';

/** How one fault is done, undone, and seen. */
export interface FaultWork {
  readonly do: () => void | Promise<void>;
  /** What another fault still breaks stays broken. The fault is off the list by then. */
  readonly undo: () => void | Promise<void>;
  /** What of the fault the kernel does not show, in words; nothing where all of it is so. */
  readonly missing: () => readonly string[] | Promise<readonly string[]>;
  /** What a flood has sent. */
  readonly sent?: () => number;
}

/** What faults are done with. */
export interface Tools {
  readonly lab: RunningLab;
  readonly routing: RoutingActions;
}

/** One function for each kind of fault. */
const works: { readonly [K in FaultKind]: (effect: FaultEffect<K>, tools: Tools) => FaultWork } = {
  crash,
  freeze,
  drain: configure,
  leak: configure,
  down,
  silence: shape,
  impair: shape,
  flap,
  partition: shape,
  stop,
  hang,
  withdraw,
  hijack: configure,
  'null-route': configure,
  sinkhole: configure,
  flood,
  prepend: configure,
  med: configure,
  'local-pref': configure,
  kill,
};

export function workOf<K extends FaultKind>(effect: FaultEffect<K>, tools: Tools): FaultWork {
  return works[effect.kind](effect, tools);
}

/** All nodes of a machine lose their power at once; each of them as one alone. */
function crash(effect: FaultEffect<'crash'>, tools: Tools): FaultWork {
  const all = nodesOf(effect).map((name) => crashOf(name, tools));
  return {
    async do() {
      await Promise.all(all.map(async (each) => each.do()));
    },
    async undo() {
      await Promise.all(all.map(async (each) => each.undo()));
    },
    missing: async () => (await Promise.all(all.map(async (each) => each.missing()))).flat(),
  };
}

function crashOf(name: string, { lab, routing }: Tools): FaultWork {
  const node = lab.node(name);
  return {
    async do() {
      for (const other of lab.faults.all) {
        if (other.effect.kind === 'freeze' && other.effect.node === name) lab.faults.remove(other);
      }
      node.namespace.isFrozen = false;
      if (node.isRunning) await lab.crash(name);
    },
    async undo() {
      // Without power of its own, or on a machine without.
      if (lab.condition.crashedNodes.has(name)) return;
      // A boot starts every daemon, and no flood.
      for (const other of lab.faults.all) {
        if ((other.effect.kind === 'kill' || other.effect.kind === 'flood') && other.effect.node === name)
          lab.faults.remove(other);
      }
      await node.processes.engineRestart?.findRestarted();
      await lab.boot(name);
      await routing.afterStart(name);
    },
    missing: () => [
      ...(node.isRunning ? [`processes of ${name} still run`] : []),
      ...carriersAt(
        lab,
        node.plan.interfaces.map((item) => ({ node: name, interface: item.name })),
      ),
    ],
  };
}

function freeze({ node: name }: FaultEffect<'freeze'>, { lab, routing }: Tools): FaultWork {
  const node = lab.node(name);
  return {
    async do() {
      node.namespace.isFrozen = true;
      await stopNode(node.initPid);
      // In a container that its engine has paused, they go on: they are in the agent's control group.
      await Promise.all([...node.programs].map((program) => program.halt()));
      for (const instance of lab.instancesAt(name)) instance.freeze();
    },
    async undo() {
      signalNode(node.initPid, 'SIGCONT');
      for (const program of node.programs) program.resume();
      node.namespace.isFrozen = false;
      const serving = new Set(lab.startable(lab.instancesAt(name)));
      await Promise.all(lab.instancesAt(name).map((instance) => instance.thaw(serving.has(instance))));
      await routing.bringInLine(name);
    },
    missing: () => movingIn(node.initPid).map((process) => `${process.name} (${String(process.pid)}) is not stopped`),
  };
}

/** By the configuration of a node's daemons. */
function configure(effect: FaultEffect<RoutingFault>, { routing }: Tools): FaultWork {
  return {
    do: () => routing.follow(effect),
    undo: () => routing.follow(effect),
    missing: () => routing.missingOf(effect),
  };
}

function down({ ends }: FaultEffect<'down'>, { lab }: Tools): FaultWork {
  return {
    do: () => {
      lab.setEnds(ends, false);
    },
    undo: () => lab.raiseEnds(ends),
    missing: () => carriersAt(lab, ends),
  };
}

/** What leaves by an end is lost, or meets trouble. */
function shape({ ends }: FaultEffect<'silence' | 'partition' | 'impair'>, { lab }: Tools): FaultWork {
  return {
    do: () => lab.shape(ends),
    undo: () => lab.shape(ends),
    missing: async () => (await Promise.all(ends.map((end) => unshapedAt(lab, end)))).flat(),
  };
}

/** Down at once, up after half a period, and so on until it is restored. */
function flap({ ends, periodMs }: FaultEffect<'flap'>, { lab }: Tools): FaultWork {
  let timer: NodeJS.Timeout | undefined;
  return {
    do() {
      let isUp = false;
      lab.setEnds(ends, false);
      timer = setInterval(() => {
        isUp = !isUp;
        if (isUp) void lab.raiseEnds(ends);
        else
          lab.setEnds(
            ends.filter((end) => lab.node(end.node).isRunning),
            false,
          );
      }, periodMs / 2);
    },
    undo() {
      clearInterval(timer);
      return lab.raiseEnds(ends);
    },
    missing: () => carriersAt(lab, ends),
  };
}

function stop(effect: FaultEffect<'stop'>, { lab }: Tools): FaultWork {
  const instances = instancesOf(lab, effect);
  return {
    async do() {
      await Promise.all(instances.map(({ server }) => server.stop()));
    },
    async undo() {
      await Promise.all(lab.startable(instances).map(({ server }) => server.start()));
    },
    missing: async () => (await Promise.all(instances.map(({ server }) => server.missingOfStop()))).flat(),
  };
}

function hang(effect: FaultEffect<'hang'>, { lab }: Tools): FaultWork {
  const instances = instancesOf(lab, effect);
  return {
    async do() {
      await Promise.all(instances.map(({ server }) => server.hang()));
    },
    async undo() {
      await Promise.all(lab.startable(instances).map(({ server }) => server.start()));
    },
    missing: async () => (await Promise.all(instances.map(({ server }) => server.missingOfHang()))).flat(),
  };
}

function withdraw(effect: FaultEffect<'withdraw'>, { lab }: Tools): FaultWork {
  const instances = instancesOf(lab, effect);
  return {
    async do() {
      await Promise.all(instances.map((instance) => instance.hold()));
    },
    undo() {
      for (const instance of instances) instance.release();
    },
    missing: async () =>
      (await Promise.all(instances.map((instance) => instance.announcedAt())))
        .flat()
        .map((where) => `${where} still has a route to it`),
  };
}

function flood(effect: FaultEffect<'flood'>, { lab }: Tools): FaultWork {
  const traffic = new Flood(lab.node(effect.node), effect);
  return {
    do: () => traffic.start(),
    undo: () => {
      traffic.stop();
    },
    missing: () => (traffic.isSending ? [] : [`${effect.node} has sent nothing`]),
    sent: () => traffic.sent,
  };
}

function kill(effect: FaultEffect<'kill'>, { lab, routing }: Tools): FaultWork {
  const { daemon, node: name, keepRoutes } = effect;
  const node = lab.node(name);
  return {
    async do() {
      // Only zebra removes a daemon's routes from the kernel when the daemon has ended.
      if (keepRoutes && daemon !== 'zebra') await node.killDaemon('zebra');
      await node.killDaemon(daemon);
      if (daemon === 'zebra' && !keepRoutes) await flushRoutes(node);
    },
    /** A daemon alone is started again; with zebra all of them are, as FRR's own watchfrr does. */
    async undo() {
      if (!node.isRunning) return;
      const all = node.plan.routing?.daemons ?? [];
      const daemons = daemon === 'zebra' || keepRoutes ? all : [daemon];
      for (const each of daemons) await node.killDaemon(each);
      if (daemons.includes('zebra')) await flushRoutes(node);
      const { deadDaemons } = lab.condition;
      for (const each of daemons) {
        if (!deadDaemons.has(`${each}@${name}`)) await node.startDaemon(each);
      }
      if (node.plan.routing?.extraLines !== undefined) await loadExtraLines(node);
      await routing.afterStart(name);
    },
    missing: () => survivors(lab, effect),
  };
}
