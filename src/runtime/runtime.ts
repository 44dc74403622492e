import type { Duplex } from 'node:stream';
import type { Machine } from '../placement/machine.js';
import type { TimedAgent } from './agent-clock.js';
import type { FrrVersion } from '../frr/versions.js';
import type { LabPlan } from '../plan/model.js';
import type { AgentClient } from '../protocol/channel.js';
import type { Progress } from '../protocol/messages.js';
import type { Check, DiagnoseOptions } from '../setup/doctor.js';
import type { RenderedFiles } from '../render/render.js';
import type { ProgramResult } from '../support/run-program.js';

export type RuntimeName = 'netns' | 'docker' | 'swarm';

/** Where nodes run. A lab's name is its identity: unique among the labs of one user. */
export interface Runtime {
  readonly name: RuntimeName;
  readonly capabilities: RuntimeCapabilities;
  /** Checks what this runtime needs of the machine, by trying it where possible. */
  diagnose(options: DiagnoseOptions): Promise<readonly Check[]>;
  /** Obtains what the plan's nodes need and is not there yet, such as FRR or images. Refuses what it cannot run. */
  prepare(request: PrepareRequest): Promise<void>;
  /**
   * Starts an agent and has it deploy the plan. Whatever was begun is undone when this fails or `signal` aborts. The
   * lab is the caller's until it commits it: it ends with the caller.
   */
  deploy(request: DeployRequest): Promise<UncommittedLab>;
  /** Connects to a lab that runs; LAB_NOT_FOUND where there is none of that name. */
  connect(lab: string): Promise<LabConnection>;
  list(): Promise<readonly LabRecord[]>;
  /** Removes a lab, also one whose agent has died or hangs. LAB_NOT_FOUND where there is nothing to remove. */
  remove(lab: string, options?: { readonly onProgress?: ((text: string) => void) | undefined }): Promise<void>;
}

/** What only some runtimes can do. Callers check whether one of these is there, never which runtime it is. */
interface RuntimeCapabilities {
  /** Nodes run in images of nearcast's own. LabError ENGINE_UNREACHABLE. */
  readonly images?: () => Promise<RuntimeImages>;
  /** Labs run on several machines: those that are there now. LabError ENGINE_UNREACHABLE. */
  readonly machines?: () => Promise<readonly Machine[]>;
  /** Nodes see the machine's own programs: the shell that its user prefers, where one is set. */
  readonly userShell?: () => string | undefined;
}

/** Nearcast's own images, where a runtime keeps them. */
export interface RuntimeImages {
  list(): Promise<readonly ImageFound[]>;
  /** Builds them again, or those with other versions of FRRouting; returns their names. */
  build(
    work: Pick<PrepareRequest, 'signal' | 'onProgress'> & { readonly versions?: readonly FrrVersion[] | undefined },
  ): Promise<readonly string[]>;
  /** Removes them all; returns their names. */
  remove(): Promise<readonly string[]>;
}

interface ImageFound {
  readonly reference: string;
  readonly role: string;
  readonly sizeMb: number;
  /** Whether this nearcast would run it; others are of older ones. */
  readonly current: boolean;
}

interface PrepareRequest {
  readonly plan: LabPlan;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Preparation) => void;
}

/**
 * How far it is to have all that a lab needs: `text` for people, `topic` the same for remarks that replace each other.
 */
export interface Preparation {
  readonly topic: string;
  readonly text: string;
}

export interface DeployRequest {
  readonly lab: string;
  readonly plan: LabPlan;
  readonly files: RenderedFiles;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A program with a terminal of its own. While what it writes is not read, it waits. */
export interface Terminal {
  /** What the program writes, and its keys. It ends with the program. */
  readonly stream: Duplex;
  resize(size: TerminalSize): Promise<void>;
  /** Ends the program, and what it has started in its session; resolves when they are gone. */
  end(): Promise<void>;
}

export interface LabConnection {
  readonly record: LabRecord;
  /** The one for requests about the lab as a whole. */
  readonly agent: Agent;
  /** All of them, `agent` first. */
  readonly agents: readonly [TimedAgent<Agent>, ...TimedAgent<Agent>[]];
  /** Runs a program in a node with the caller's own terminal; its exit status. LabError NODE_UNKNOWN, FAULT_STATE. */
  attach(node: string, argv: readonly string[]): Promise<number>;
  /** Runs a program in a node with a terminal that somebody else shows. LabError NODE_UNKNOWN, FAULT_STATE. */
  terminal(node: string, argv: readonly string[], size: TerminalSize): Promise<Terminal>;
  /** Runs a program in a node to its end, and collects what it prints. */
  exec(node: string, argv: readonly string[]): Promise<ProgramResult>;
  close(): void;
}

export interface UncommittedLab extends LabConnection {
  readonly deployMs: number;
  /** What was deployed, where that is not the plan of the request alone: with machines, or smaller packets. */
  readonly plan?: LabPlan;
  /** What is not as the plan says, because of where the lab runs: a sentence each. Left out where all is. */
  readonly notes?: readonly string[];
  /** The lab is finished and can be connected to; where `outlive` is false it still ends with its maker. */
  commit(options: { readonly outlive: boolean }): Promise<void>;
  /** Ends the lab; resolves when nothing of it is left. */
  discard(): Promise<void>;
}

/** The agent of a lab, as far as a runtime's users know it. */
export type Agent = Pick<AgentClient, 'call' | 'subscribe'>;

/** What is known of a lab without asking it. */
export interface LabRecord {
  readonly lab: string;
  readonly topology: string;
  readonly runtime: RuntimeName;
  readonly nodes: number;
  readonly startedAt: string;
  /**
   * `dead`: its agent has ended, and parts of it are left, for `remove`; `broken`: its record is not
   * valid.
   */
  readonly phase: 'deploying' | 'up' | 'dead' | 'broken';
  /** Machines that are not reached, and what they had of it. Left out where there is none. */
  readonly lost?: readonly LostMachine[];
}

export interface LostMachine {
  readonly machine: string;
  readonly nodes: readonly string[];
}
