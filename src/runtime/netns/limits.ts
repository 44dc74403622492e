import { readdirSync, readFileSync } from 'node:fs';
import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';

/** Open files and processes (each thread counts as one). */
export interface Amounts {
  readonly files: number;
  readonly processes: number;
}

/** An agent's own, without a lab: streams, event loops and their threads, and the three programs before it. */
const AGENT: Amounts = { files: 30, processes: 14 };
/** Its namespace and its listener for ICMP errors; its first process. */
const EACH_NODE: Amounts = { files: 3, processes: 1 };
/** The agent's connections to a router's daemons; zebra's own threads. */
const EACH_ROUTING_NODE: Amounts = { files: 2, processes: 3 };
/** The sockets of its service and of its watcher, on each address. */
const EACH_ADDRESS_OF_AN_INSTANCE = 4;
/** What a fault opens while it is watched, at least. */
const FOR_A_STEP = 12;
/** Counting a user's processes reads a file for each process of the machine: not done where so many may run. */
const PLENTY = 30_000;

/** The least that a lab needs of what a user may have: with less it surely fails, with a little more it may. */
export function leastNeeded(plan: LabPlan): Amounts {
  const routing = plan.nodes.flatMap((node) => node.routing ?? []);
  const instanceAddresses = plan.services.reduce(
    (sum, service) => sum + service.addresses.length * service.instances.length,
    0,
  );
  return {
    files:
      AGENT.files +
      FOR_A_STEP +
      plan.nodes.length * EACH_NODE.files +
      routing.length * EACH_ROUTING_NODE.files +
      instanceAddresses * EACH_ADDRESS_OF_AN_INSTANCE,
    processes:
      AGENT.processes +
      plan.nodes.length * EACH_NODE.processes +
      routing.reduce((sum, { daemons }) => sum + EACH_ROUTING_NODE.processes + daemons.length, 0),
  };
}

/** Says before anything is made that this user may not have what a lab needs. Throws LIMIT_REACHED. */
export function refuseBeyondLimits(plan: LabPlan): void {
  const needed = leastNeeded(plan);
  const limits = parseLimits(readFileSync('/proc/self/limits', 'latin1'));
  // Node raises the soft limit to the hard one for itself, and programs inherit it.
  if (limits.files < needed.files) {
    throw new LabError(
      'LIMIT_REACHED',
      `a lab of ${counted(plan)} needs ${String(needed.files)} open files; the limit of a process here is ${String(limits.files)}`,
      {
        hint: 'raise the limit (ulimit -n; for a systemd unit LimitNOFILE=; for a user /etc/security/limits.conf)',
      },
    );
  }
  // The kernel holds no root to it (setrlimit(2), RLIMIT_NPROC).
  if (process.getuid?.() === 0 || limits.processes > PLENTY) return;
  const running = ownThreads();
  if (limits.processes < running + needed.processes) {
    throw new LabError(
      'LIMIT_REACHED',
      `a lab of ${counted(plan)} needs ${String(needed.processes)} processes; the limit of a user here is ${String(limits.processes)}, and ${String(running)} run already`,
      {
        hint: 'end some of them (ps -u $(id -u) -L shows them), or raise the limit (ulimit -u, /etc/security/limits.conf)',
      },
    );
  }
}

/** The soft limits in `/proc/<pid>/limits`. */
export function parseLimits(text: string): Amounts {
  const limit = (name: string): number => {
    const [, value = 'unlimited'] = new RegExp(`^${name} +(\\S+)`, 'm').exec(text) ?? [];
    return value === 'unlimited' ? Infinity : Number(value);
  };
  return { files: limit('Max open files'), processes: limit('Max processes') };
}

function counted({ nodes }: LabPlan): string {
  return nodes.length === 1 ? '1 node' : `${String(nodes.length)} nodes`;
}

/** The threads of all of this user's processes. */
function ownThreads(): number {
  const uid = String(process.getuid?.() ?? 0);
  const threads = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      const [, owner, count] = /^Uid:\t(\d+)[^]*^Threads:\t(\d+)/m.exec(statusOf(pid)) ?? [];
      return owner === uid ? Number(count) : 0;
    });
  return threads.reduce((sum, count) => sum + count, 0);
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return '';
  }
}
