import type { Daemon } from '../../plan/model.js';
import type { NodeFiles } from '../../render/render.js';

/** The programs of the servers that nearcast obtains. */
export type ServerProgramName = 'nsd' | 'nsd-checkzone' | 'unbound';

/** How the agent finds a first process that it cannot start: it can end it, and no more. */
export interface EngineRestart {
  /** The engine started the node again: this is what the next `start` finds. Whether it lives. */
  adopt(pid: number): boolean;
  /** Finds the node if the engine has started it by itself, unless its place is already known. Throws DEPLOY_FAILED. */
  findRestarted(): Promise<void>;
}

/**
 * What runs the processes of one node: namespaces of the agent's own making, or a container. A crash ends them all at
 * once; the node's network namespace, its links and what the agent knows of it are `LabNode`'s.
 */
export interface NodeProcesses {
  /** Process 1 of the node, as the agent's own PID namespace numbers it; 0 while there is none. */
  readonly initPid: number;
  /** The namespaces that the node has of its own, as nsenter(1) calls them. */
  readonly namespaces: readonly string[];
  /** The node's `/run`, as the agent sees it. */
  readonly runFolder: string;
  /** Where the output of the user's start-up commands is kept. */
  readonly logFolder: string;
  /** The environment of programs that the agent starts in the node. */
  readonly environment: Readonly<Record<string, string>>;
  /** The environment of the agent's own tools, which work on the node's network from outside. */
  readonly toolEnvironment: Readonly<Record<string, string>>;
  /** Only where an engine, and not the agent, starts the node's first process again after a crash. */
  readonly engineRestart?: EngineRestart;
  /** Called if the node's first process, and so all its processes, ended by another cause than the agent. */
  onDeath: () => void;
  /** Called at every look: whether the node was paused from outside, where that is possible. */
  onPauseSeen: (isPaused: boolean) => void;
  /** Lays the files and starts the node's daemons; its interfaces are still as they were. Throws DEPLOY_FAILED. */
  start(files: NodeFiles): Promise<void>;
  /** How one of the node's daemons is started again, as words of a command inside the node. */
  daemonCommand(daemon: Daemon): readonly string[];
  /** How a program of a server that nearcast obtains is run, as words of a command inside the node. */
  serverCommand(program: ServerProgramName): readonly string[];
  /** How the node's vtysh is run by the lab itself, as words of a command inside the node. */
  vtyshCommand(words: readonly string[]): readonly string[];
  /** Brings the interfaces up, with all their addresses; the routing protocols do not see it yet. */
  bringUp(batch: string): Promise<void>;
  /** Lets the routing protocols see the interfaces. */
  startRouting(): void;
  /** Ends every process of the node at once. */
  kill(): void;
  /** Until the kernel has ended every process of the node. */
  ended(): Promise<void>;
  /** What a power cut would have wiped from the node's network; the links stay. Before `start`, after a crash. */
  reset(): Promise<void>;
}
