/** The programs of FRR that can be a target of their own. */
export type DaemonName =
  | 'zebra'
  | 'ospfd'
  | 'ospf6d'
  | 'bgpd'
  | 'bfdd'
  // Only where lines of the file need them.
  | 'staticd'
  | 'ripd'
  | 'ripngd'
  | 'isisd'
  | 'fabricd'
  | 'eigrpd'
  | 'babeld'
  | 'pimd'
  | 'pim6d'
  | 'pbrd'
  | 'vrrpd'
  | 'ldpd'
  | 'nhrpd'
  | 'pathd';

export type FaultTarget =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'link'; readonly nodes: readonly [string, string] }
  | { readonly kind: 'interface'; readonly node: string; readonly interface: string }
  | { readonly kind: 'service'; readonly service: string; readonly node: string }
  | { readonly kind: 'daemon'; readonly daemon: DaemonName; readonly node: string }
  | { readonly kind: 'partition'; readonly sides: readonly [readonly string[], readonly string[]] };

export type FaultKind =
  | 'crash'
  | 'freeze'
  | 'drain'
  | 'leak'
  | 'down'
  | 'silence'
  | 'impair'
  | 'flap'
  | 'partition'
  | 'stop'
  | 'hang'
  | 'withdraw'
  | 'hijack'
  | 'prepend'
  | 'med'
  | 'local-pref'
  | 'kill';

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

/** How a fault is to be, where its kind leaves a choice. */
export interface FaultSettings {
  readonly impairment?: Impairment | undefined;
  /** From one going down to the next, of a flap. */
  readonly periodMs?: number | undefined;
  /** Whether the kernel keeps the routes of a daemon that is killed. */
  readonly keepRoutes?: boolean | undefined;
  /** What a change of routing policy sets: so many times, this metric, this preference. */
  readonly value?: number | undefined;
  /** What a hijacker announces, in place of the service's own addresses. */
  readonly announce?: string | undefined;
  /** The fault mends itself after so long. */
  readonly forMs?: number | undefined;
}
