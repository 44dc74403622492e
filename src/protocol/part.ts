import type { FaultKind } from '../topology/model/fault.js';
import type { FaultSettings } from '../topology/model/fault-settings.js';

/** The most parts of a lab, over time: the numbers of the networks of each two of them come before those of links. */
export const MOST_PARTS = 64;
export const TALK_NETWORKS = MOST_PARTS ** 2;

/** What one agent has of a lab on several machines. */
export interface Part {
  /** Its number, from 0 on: that of its machine, where that has no second part. */
  readonly machine: number;
  /** Its nodes. */
  readonly nodes: readonly string[];
  /** The address of its machine among the others. */
  readonly address: string;
  /** The UDP port of the packets between machines. */
  readonly port: number;
  /** The numbers of VXLAN networks from which on they are the lab's. */
  readonly firstNetwork: number;
  /** From which on they are those of links, by part: between two parts the higher ones count. */
  readonly linkNetworks: readonly number[];
  /** The addresses of the machines of all parts, by number; null of a part whose nodes were given to others. */
  readonly machines: readonly (string | null)[];
  /** By the place of a link in the plan: the part of its other end. */
  readonly trunks: Readonly<Record<number, number>>;
}

/** Something that is broken, for an agent that did not break it. */
export interface KnownFault {
  readonly target: string;
  readonly how: FaultKind;
  readonly settings: FaultSettings;
  readonly cause?: 'attack' | 'lost' | undefined;
  /** Whether some of it is in the part of the agent that says so. */
  readonly isHere: boolean;
  /** No step is under way at that agent, which could have made the fault a moment ago. */
  readonly isSteady: boolean;
}

/** A fault that other agents have made in their part, and this one has not. */
export interface MissingFault extends KnownFault {
  /** It was restored here, or its step was interrupted. */
  readonly hasEnded: boolean;
}

/**
 * How far a step may go that several agents play together: `act`, at a time of the agent's own clock; `end`, once all
 * have settled.
 */
export interface StepSync {
  readonly ticket: number;
  readonly go?: { readonly to: 'act'; readonly atMs: number } | { readonly to: 'end' } | undefined;
}

/** How far it is. `begun`: the clients are probing; `steady`: it can act; `settled`: nothing is lacking here. */
export interface StepStage {
  readonly stage: 'waiting' | 'begun' | 'steady' | 'acting' | 'lacking' | 'settled' | 'over';
}
