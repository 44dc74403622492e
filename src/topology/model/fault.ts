import type { TargetKind } from './fault-target.js';

/** A kind of fault: everything about it, except how the agent does it. */
export interface FaultKindEntry {
  /** What can fail in this way. Of the kinds of one target, the first in the table is the default. */
  readonly targets: readonly TargetKind[];
  /** Faults of one group exclude each other on one target; a link can go down while its packets are impaired. */
  readonly group: string;
  /** In which set of the forecast's condition its target is meanwhile; without it, `fault/` has a function for the kind. */
  readonly breaks?: BrokenSet;
  /** What the node has to speak. */
  readonly needs?: 'routing' | 'BGP';
  /** Its target is a service at a router that claims it, and not at one of its instances. */
  readonly byRouter?: true;
  /** It is no failure: somebody takes the target out of use with care. */
  readonly isMaintenance?: true;
  /** It is refused on a node that has crashed. */
  readonly needsPower?: true;
  readonly settings?: KindSettings;
  /** A step may be written with it in place of `fail`: `drain: router1`. What the target of such a step is. */
  readonly ownWord?: string;
  /** What happens to the target, as in "server-a loses power", and when it is restored. */
  readonly fails: string;
  readonly restored: string;
}

/** The sets of a condition that say what is broken; `fault/` knows how each names what is in it. */
export type BrokenSet =
  | 'crashedNodes'
  | 'frozenNodes'
  | 'drainedNodes'
  | 'leakingNodes'
  | 'downEnds'
  | 'silentEnds'
  | 'stoppedServices'
  | 'withdrawnServices'
  | 'deadDaemons';

/** What a kind of fault can be given besides a time to end, and within which limits. */
export interface KindSettings {
  /** Needed, for without any nothing would happen. */
  readonly impairment?: true;
  readonly periodMs?: NumberLimits;
  readonly keepRoutes?: true;
  readonly value?: NumberLimits;
  readonly announce?: true;
  readonly against?: true;
  readonly protocol?: true;
  readonly forge?: true;
  readonly packets?: NumberLimits;
  /** It ends by itself, after this time by default. */
  readonly lastsMs?: number;
}

interface NumberLimits {
  readonly least: number;
  readonly most: number;
  /** The default. */
  readonly usual: number;
}

export const MOST_UINT32 = 4_294_967_295;
/** A fault that lasts longer would never end in practice: it is a slip of the unit. */
export const LONGEST_FAULT_MS = 3_600_000;

/** Every kind of fault, in the order in which people read of them. */
export const faultKinds = {
  crash: {
    targets: ['node', 'machine'],
    group: 'power',
    breaks: 'crashedNodes',
    fails: 'loses power',
    restored: 'is powered on again',
  },
  freeze: {
    targets: ['node'],
    group: 'power',
    breaks: 'frozenNodes',
    needsPower: true,
    fails: 'freezes',
    restored: 'resumes',
  },
  drain: {
    targets: ['node'],
    group: 'drain',
    isMaintenance: true,
    breaks: 'drainedNodes',
    needs: 'routing',
    ownWord: 'a node that asks its neighbors to avoid it',
    fails: 'asks its neighbors to avoid it',
    restored: 'is in use again',
  },
  leak: {
    targets: ['node'],
    group: 'leak',
    breaks: 'leakingNodes',
    needs: 'BGP',
    fails: 'leaks all routes to all neighbors',
    restored: 'filters its routes again',
  },
  down: {
    targets: ['link', 'interface'],
    group: 'carrier',
    breaks: 'downEnds',
    fails: 'goes down',
    restored: 'comes up again',
  },
  silence: {
    targets: ['link', 'interface'],
    group: 'silence',
    breaks: 'silentEnds',
    fails: 'goes silent, with its carrier up',
    restored: 'is no longer silent',
  },
  impair: {
    targets: ['link', 'interface'],
    group: 'packets',
    settings: { impairment: true },
    ownWord: 'a link, or one end, whose packets are delayed, lost or changed',
    fails: 'is impaired',
    restored: 'is unimpaired again',
  },
  flap: {
    targets: ['link', 'interface'],
    group: 'carrier',
    // Faster than the least, routing would not see each of them.
    settings: { periodMs: { least: 100, most: LONGEST_FAULT_MS, usual: 1000 } },
    fails: 'begins to flap',
    restored: 'stops flapping',
  },
  partition: {
    targets: ['partition', 'machine'],
    group: 'silence',
    breaks: 'silentEnds',
    fails: 'is partitioned, with all carriers up',
    restored: 'is joined again',
  },
  stop: {
    targets: ['service'],
    group: 'service',
    breaks: 'stoppedServices',
    fails: 'stops answering',
    restored: 'answers again',
  },
  hang: {
    targets: ['service'],
    group: 'service',
    breaks: 'stoppedServices',
    needsPower: true,
    fails: 'hangs',
    restored: 'answers again',
  },
  withdraw: {
    targets: ['service'],
    group: 'announcement',
    breaks: 'withdrawnServices',
    fails: 'is withdrawn, but still serves',
    restored: 'is announced again',
  },
  hijack: {
    targets: ['service'],
    group: 'hijack',
    byRouter: true,
    settings: { announce: true },
    fails: 'is announced by a router that does not serve it',
    restored: 'is no longer announced there',
  },
  'null-route': {
    targets: ['service'],
    group: 'hijack',
    byRouter: true,
    fails: 'is announced by a router that discards what is sent to it',
    restored: 'is no longer discarded there',
  },
  sinkhole: {
    targets: ['service'],
    group: 'hijack',
    byRouter: true,
    fails: 'is announced by a sinkhole',
    restored: 'is no longer announced by the sinkhole',
  },
  flood: {
    targets: ['node'],
    group: 'flood',
    needsPower: true,
    settings: {
      against: true,
      protocol: true,
      forge: true,
      packets: { least: 1, most: 1000, usual: 200 },
      lastsMs: 60_000,
    },
    fails: 'begins to flood a service',
    restored: 'stops flooding',
  },
  prepend: {
    targets: ['node', 'interface'],
    group: 'prepend',
    needs: 'BGP',
    settings: { value: { least: 1, most: 10, usual: 3 } },
    fails: 'lengthens its AS paths',
    restored: 'announces its usual AS paths',
  },
  med: {
    targets: ['node', 'interface'],
    group: 'med',
    needs: 'BGP',
    settings: { value: { least: 0, most: MOST_UINT32, usual: 100 } },
    fails: 'announces another metric',
    restored: 'announces its usual metric',
  },
  'local-pref': {
    targets: ['node', 'interface'],
    group: 'local-pref',
    needs: 'BGP',
    // Below the 80 that the routes of a provider have.
    settings: { value: { least: 0, most: MOST_UINT32, usual: 50 } },
    fails: 'sets another local preference',
    restored: 'sets its usual local preference',
  },
  kill: {
    targets: ['daemon'],
    group: 'daemon',
    needsPower: true,
    settings: { keepRoutes: true },
    fails: 'is killed',
    restored: 'runs again',
  },
} as const satisfies Readonly<Record<string, FaultKindEntry>>;

type Table = typeof faultKinds;
export type FaultKind = keyof Table;
export const kindsOfFault = Object.keys(faultKinds) as readonly FaultKind[] as readonly [FaultKind, ...FaultKind[]];

/** What the table says of any kind. */
export function entryOf(how: FaultKind): FaultKindEntry {
  return faultKinds[how];
}

/** Those whose target is simply in a set of the condition. */
type SimpleFault = { [K in FaultKind]: Table[K] extends { breaks: BrokenSet } ? K : never }[FaultKind];
/** Those for which `fault/` has a function of their own. */
export type OwnFault = Exclude<FaultKind, SimpleFault>;
/** Those that set a number in a node's BGP policy. */
export type PolicyFault = {
  [K in FaultKind]: Table[K] extends { settings: { value: NumberLimits } } ? K : never;
}[FaultKind];
/** Those with a word of their own in a step. */
export type WordedFault = { [K in FaultKind]: Table[K] extends { ownWord: string } ? K : never }[FaultKind];
/** What can fail in a way. */
export type TargetKindOf<K extends FaultKind> = Table[K]['targets'][number];

/** The faults of each kind of target; the first is the default. */
export function howsOf(target: TargetKind): readonly FaultKind[] {
  return kindsOfFault.filter((kind) => entryOf(kind).targets.includes(target));
}

/** The default fault of a kind of target. */
export function usualHow(target: TargetKind): FaultKind {
  return howsOf(target)[0] ?? kindsOfFault[0];
}

/** The kinds that can be given a setting. */
export function kindsWith(setting: keyof KindSettings): readonly FaultKind[] {
  return kindsOfFault.filter((kind) => entryOf(kind).settings?.[setting] !== undefined);
}

/** Whether a step may be written with a kind's word in place of `fail`. */
export function hasOwnWord(how: FaultKind): how is WordedFault {
  return entryOf(how).ownWord !== undefined;
}

/** What is done to a target, as it would be typed: `fail server-a (crash)`, `drain server-a`. */
export function failWords(target: string, how: FaultKind): string {
  return entryOf(how).isMaintenance === true ? `${how} ${target}` : `fail ${target} (${how})`;
}

/** Whether a kind of fault sets a number in a node's BGP policy. */
export function takesValue(how: FaultKind): how is PolicyFault {
  return entryOf(how).settings?.value !== undefined;
}

/** What happens to the packets that leave by one end of a link, in the words of netem. Shares are from 0 to 1. */
export interface Impairment {
  readonly delayMs?: number | undefined;
  readonly jitterMs?: number | undefined;
  readonly loss?: number | undefined;
  readonly duplicate?: number | undefined;
  readonly reorder?: number | undefined;
  readonly corrupt?: number | undefined;
  /** In bits a second. */
  readonly rateBps?: number | undefined;
}
