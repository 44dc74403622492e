/** A machine that nodes can run on, as far as placing them needs to know it. */
export interface Machine {
  /** Unique: its host name, or what names it in its cluster where several machines have the same. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly cores: number;
  readonly memoryMb: number;
}

/** Which machine each node runs on, and what comes of it. */
export interface Placement {
  readonly machineOf: ReadonlyMap<string, string>;
  /** In the order in which they were given. */
  readonly machines: readonly PlacedMachine[];
  /** The links whose ends are on two machines, by their ids, in the order of the plan. */
  readonly linksBetween: readonly string[];
}

export interface PlacedMachine {
  readonly machine: Machine;
  /** Sorted. */
  readonly nodes: readonly string[];
  /** What its nodes are predicted to take, its agent included. */
  readonly memoryMb: number;
  /** How many links have one end here. */
  readonly linksBetween: number;
}
