import type { Finding } from '../model/finding.js';

/** A value of a file, and where it stands in its text. */
export interface Placed<T> {
  readonly value: T;
  readonly offset: number;
}

/** A command: a string for a shell, or words. */
type Command = string | readonly string[];

/** What a lab file of another program says, in words that the files of all such programs share. */
export interface ForeignLab {
  readonly name: Placed<string>;
  readonly title: Placed<string> | undefined;
  readonly nodes: readonly ForeignNode[];
  readonly links: readonly ForeignLink[];
}

export interface ForeignNode {
  readonly name: Placed<string>;
  readonly kind: 'router' | 'host' | 'switch';
  /** What its interfaces have, with the length of the network, by interface. */
  readonly addresses: ReadonlyMap<string, readonly Placed<string>[]>;
  readonly exec: readonly Placed<Command>[];
  readonly run: readonly Placed<{ readonly name: string; readonly command: Command }>[];
  readonly sysctls: ReadonlyMap<string, Placed<string>>;
  /** Set where the node runs FRRouting. */
  readonly frr: ForeignFrr | undefined;
  /** Set where its container is to be as the file says. */
  readonly container: ForeignContainer | undefined;
}

/** What configures FRRouting, by paths from the folder of the lab. */
export interface ForeignFrr {
  readonly offset: number;
  /** The configuration; or a folder with it, and with the file `daemons`. */
  readonly at: (Placed<string> & { readonly kind: 'file' | 'folder' }) | undefined;
  /** The file that says which daemons run; those that the configuration needs where nothing says it. */
  readonly daemons: Placed<string> | undefined;
  /** Set where it was written for Quagga. */
  readonly quagga?: Placed<boolean>;
}

/** A node of a kind, with nothing else. */
export function bareNode(name: Placed<string>, kind: ForeignNode['kind']): ForeignNode {
  return {
    name,
    kind,
    addresses: new Map(),
    exec: [],
    run: [],
    sysctls: new Map(),
    frr: undefined,
    container: undefined,
  };
}

export interface ForeignContainer {
  readonly image: Placed<string> | undefined;
  readonly binds: readonly Placed<string>[];
  readonly env: ReadonlyMap<string, Placed<string>>;
  readonly cmd: Placed<Command> | undefined;
}

export interface ForeignLink {
  readonly offset: number;
  readonly ends: readonly [ForeignEnd, ForeignEnd];
  readonly mtu: Placed<number> | undefined;
}

export interface ForeignEnd {
  readonly offset: number;
  readonly node: string;
  readonly interface: string | undefined;
}

/** What a foreign file means, as far as it can be told from its text and the files that it names. */
export interface ForeignReading {
  readonly lab: ForeignLab;
  /** What is wrong in it, or cannot be done here. */
  readonly findings: readonly Finding[];
  /** What is left out, by name: it would make no difference, or only one that is said. */
  readonly notes: readonly Finding[];
}

/** What a foreign file is read with, besides its text. */
export interface Surroundings {
  /** The text of a file by its path from the lab's folder; undefined where there is none. */
  readonly fileAt: (path: string) => string | undefined;
  /** The files in a folder and in those below it, by paths from the lab's folder. */
  readonly filesBelow: (folder: string) => readonly string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The absolute path of the folder of the lab. */
  readonly folder: string;
  /** Whether the nodes are containers, with images and files of their own. */
  readonly containers: boolean;
}
