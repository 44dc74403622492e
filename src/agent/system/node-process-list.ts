import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process of a node, as the agent's own `/proc` has it. */
export interface SeenProcess {
  readonly pid: number;
  readonly name: string;
  /** One letter, as in proc_pid_stat(5). */
  readonly state: string;
  /** The session that it belongs to (setsid(2)), as the agent numbers it. */
  readonly session: number;
}

/**
 * The processes of the PID namespace that a node's first process is in, that one too. Those that have ended and wait to
 * be reaped are none.
 */
export function processesOf(initPid: number): readonly SeenProcess[] {
  const namespace = namespaceOf(initPid);
  if (namespace === undefined) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && namespaceOf(pid) === namespace)
    .flatMap((pid) => processOf(pid) ?? []);
}

/** The processes of a session, that of its leader too. */
export function processesOfSession(session: number): readonly SeenProcess[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .flatMap((pid) => processOf(pid) ?? [])
    .filter((process) => process.session === session);
}

/** One process; undefined where it has ended. */
export function processOf(pid: number): SeenProcess | undefined {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    const nameEnd = text.lastIndexOf(')');
    const [state = '', , , session] = text.slice(nameEnd + 2).split(' ');
    return /[ZX]/i.test(state)
      ? undefined
      : {
          pid,
          name: text.slice(text.indexOf('(') + 1, nameEnd),
          state,

          session: Number(session),
        };
  } catch {
    return undefined;
  }
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${String(pid)}/ns/pid`);
  } catch {
    return undefined;
  }
}
