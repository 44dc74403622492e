import { spawn, type ChildProcess } from 'node:child_process';
import { pollUntil } from '../../support/poll.js';
import { processesOfSession, processOf, type SeenProcess } from '../system/node-process-list.js';
import { signalTo } from '../system/signal-node.js';
import type { NodeLog } from './node-log.js';

const STAND_STILL_DEADLINE_MS = 2000;
const LOOK_EVERY_MS = 100;
const LAST_WORDS_MS = 200;
/** The kernel ends what is killed at once; a busy machine takes its time to say so. */
const END_DEADLINE_MS = 10_000;

/** What a node runs for long, and under which name its log has it. */
export interface ProgramWords {
  readonly source: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** It is a program of the agent's own: it keeps the agent's files, whatever the node has. */
  readonly isOwn?: boolean | undefined;
}

/** What of a node a program needs. */
interface ProgramHost {
  readonly enterArguments: readonly string[];
  readonly processes: { readonly environment: Readonly<Record<string, string>> };
  readonly log: NodeLog;
  /** Those that run. */
  readonly programs: Set<NodeProgram>;
  /** Those that ended by themselves, by name. */
  readonly endedPrograms: Map<string, EndedByItself>;
  onProgramEnd(source: string, ended: EndedByItself): void;
}

export interface EndedByItself {
  readonly atMs: number;
  /** `status 1`, `SIGSEGV`. */
  readonly how: string;
  /** From this place of its log on it printed what it printed. */
  readonly printedFrom: number;
  /** When its last words are in the log, or a moment after its end. */
  readonly told: Promise<void>;
}

/**
 * A program that runs in a node for long, with all that it starts: a session of its own, by which the agent finds its
 * processes. What it prints goes to the node's log. It ends with the node.
 */
export class NodeProgram {
  #child: ChildProcess | undefined;
  #isWanted = false;
  #printedFrom = 0;

  constructor(
    readonly host: ProgramHost,
    readonly words: ProgramWords,
  ) {}

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** How it ended by itself, in words; undefined while it runs, and where it was ended. */
  get ended(): string | undefined {
    return this.host.endedPrograms.get(this.words.source)?.how;
  }

  /** When its last words are in the log, where it ended by itself. */
  async toldEnd(): Promise<void> {
    await this.host.endedPrograms.get(this.words.source)?.told;
  }

  /** Starts it, in a node that runs. */
  start(): void {
    const { source, argv, environment, isOwn = false } = this.words;
    const entered = this.host.enterArguments.filter((word) => !isOwn || word !== '--mount');
    const child = spawn('nsenter', [...entered, ...argv], {
      cwd: '/',
      env: { ...this.host.processes.environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    this.#isWanted = true;
    this.#printedFrom = this.host.log.since(source, 0).next;
    this.host.endedPrograms.delete(source);
    this.host.programs.add(this);
    const watch = setInterval(() => {
      this.#keepLeaderGoing(child.pid ?? 0);
    }, LOOK_EVERY_MS);
    child.once('exit', () => {
      clearInterval(watch);
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.host.log.append(source, text);
      });
    child.on('error', (error) => {
      this.host.log.append(source, `${error.message}\n`);
      this.#noteEnd(child, error.message);
    });
    child.once('exit', (status, signal) => {
      this.#noteEnd(child, signal ?? `status ${String(status)}`);
    });
  }

  /** Its processes that the kernel has. */
  processes(): readonly SeenProcess[] {
    const session = this.#child?.pid;
    return session === undefined ? [] : processesOfSession(session);
  }

  /** Ends it: by SIGTERM, and by SIGKILL if it has not ended in time. */
  async end(graceMs: number): Promise<void> {
    this.#isWanted = false;
    this.host.endedPrograms.delete(this.words.source);
    const child = this.#child;
    if (child === undefined) return;
    this.#signal('SIGTERM');
    this.resume();
    const { held } = await this.#leaderEnded(graceMs);
    if (!held) {
      this.#signal('SIGKILL');
      await this.#leaderEnded();
    }
    // What it started may have outlived it.
    for (const { pid } of processesOfSession(child.pid ?? 0)) signalTo(pid, 'SIGKILL');
  }

  /** Ends it at once, as a power cut does. */
  kill(): void {
    this.#isWanted = false;
    this.host.endedPrograms.delete(this.words.source);
    this.#signal('SIGKILL');
    void this.#leaderEnded();
  }

  /** Stops all its processes, and those that are born meanwhile. */
  async halt(): Promise<void> {
    await pollUntil(
      () => {
        this.#signal('SIGSTOP');
        return this.processes().filter(({ state }) => !/[Tt]/.test(state));
      },
      (moving) => moving.length === 0,
      { everyMs: 2, deadlineMs: STAND_STILL_DEADLINE_MS },
    );
  }

  /** Lets all its processes go on. */
  resume(): void {
    this.#signal('SIGCONT');
  }

  /**
   * The session's leader, nsenter(1), stops itself when it sees its child stopped, and has to go on after it. It is
   * left to end by itself: killed first, it would leave its child to the agent, which reaps none, and a node ends only
   * when all its processes have been reaped.
   */
  #signal(signal: NodeJS.Signals): void {
    const leader = this.#child?.pid;
    if (leader === undefined) return;
    const others = this.processes().filter(({ pid }) => pid !== leader);
    for (const { pid } of others) signalTo(pid, signal);
    if (signal === 'SIGSTOP' || signal === 'SIGCONT' || others.length === 0) signalTo(leader, signal);
  }

  /** nsenter(1) may have stopped itself just after its child went on: then it would not see how the child ends. */
  #keepLeaderGoing(leader: number): void {
    const isStill = ({ state }: SeenProcess): boolean => /[Tt]/.test(state);
    const seen = processOf(leader);
    if (seen === undefined || !isStill(seen)) return;
    const others = this.processes().filter(({ pid }) => pid !== leader);
    if (!others.every(isStill) || others.length === 0) signalTo(leader, 'SIGCONT');
  }

  /** It may stop itself once more when it has just seen its child stopped. */
  #leaderEnded(deadlineMs = END_DEADLINE_MS): Promise<{ readonly held: boolean }> {
    const child = this.#child;
    return pollUntil(
      () => {
        if (this.#child === child && child?.pid !== undefined) signalTo(child.pid, 'SIGCONT');
        return this.#child !== child || child === undefined;
      },
      (ended) => ended,
      { everyMs: 5, deadlineMs },
    );
  }

  #noteEnd(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.host.programs.delete(this);
    if (!this.#isWanted) return;
    const { source } = this.words;
    const told = lastWordsOf(child);
    const ended = { atMs: performance.now(), how, printedFrom: this.#printedFrom, told };
    this.host.endedPrograms.set(source, ended);
    void told.then(() => {
      this.host.onProgramEnd(source, ended);
    });
  }
}

/** What a program printed last may come after its end; what it left behind may hold the pipes open for ever. */
async function lastWordsOf(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LAST_WORDS_MS);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
