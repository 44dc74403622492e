import type { LabPlan } from '../plan/model.js';
import type { AgentClient } from '../protocol/channel.js';
import type { Programs, Progress } from '../protocol/messages.js';
import type { RenderedFiles } from '../render/render.js';

export type RuntimeName = 'netns';

/** Where nodes run. A lab's name is its identity: unique among the labs of one user. */
export interface Runtime {
  readonly name: RuntimeName;
  /**
   * Starts an agent and has it deploy the plan. Whatever was begun is undone when this fails or `signal` aborts. The lab
   * is the caller's until it commits it: it ends with the caller.
   */
  deploy(request: DeployRequest): Promise<UncommittedLab>;
  /** Connects to a lab that runs; LAB_NOT_FOUND where there is none of that name. */
  connect(lab: string): Promise<LabConnection>;
  list(): Promise<readonly LabRecord[]>;
  /** Removes a lab, also one whose agent has died or hangs. LAB_NOT_FOUND where there is nothing to remove. */
  remove(lab: string): Promise<void>;
}

export interface DeployRequest {
  readonly lab: string;
  readonly plan: LabPlan;
  readonly files: RenderedFiles;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface LabConnection {
  readonly record: LabRecord;
  readonly agent: AgentClient;
  /** How to run a program in a node, with the caller's own terminal. */
  enter(node: string, argv: readonly string[]): Promise<ProgramInNode>;
  close(): void;
}

export interface UncommittedLab extends LabConnection {
  readonly deployMs: number;
  /** The lab is finished and can be connected to; where `outlive` is false it still ends with its maker. */
  commit(options: { readonly outlive: boolean }): Promise<void>;
  /** Ends the lab; resolves when nothing of it is left. */
  discard(): Promise<void>;
}

export interface ProgramInNode {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What is known of a lab without asking it. */
export interface LabRecord {
  readonly lab: string;
  readonly topology: string;
  readonly runtime: RuntimeName;
  readonly nodes: number;
  readonly startedAt: string;
  readonly phase: 'deploying' | 'up';
  readonly programs: Programs;
}
