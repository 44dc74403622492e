/** The programs of FRR that can be a target of their own. */
export const daemonNames = [
  'zebra',
  'ospfd',
  'ospf6d',
  'bgpd',
  'bfdd',
  // Only where lines of the file need them.
  'staticd',
  'ripd',
  'ripngd',
  'isisd',
  'fabricd',
  'eigrpd',
  'babeld',
  'pimd',
  'pim6d',
  'pbrd',
  'vrrpd',
  'ldpd',
  'nhrpd',
  'pathd',
] as const;
export type DaemonName = (typeof daemonNames)[number];

export type FaultTarget =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'link'; readonly nodes: readonly [string, string] }
  | { readonly kind: 'interface'; readonly node: string; readonly interface: string }
  | { readonly kind: 'service'; readonly service: string; readonly node: string }
  | { readonly kind: 'daemon'; readonly daemon: DaemonName; readonly node: string }
  | { readonly kind: 'machine'; readonly machine: string }
  | { readonly kind: 'partition'; readonly sides: readonly [readonly string[], readonly string[]] };
export type TargetKind = FaultTarget['kind'];

/** What stands before the name of a machine in a target. A service cannot have this name. */
export const MACHINE_WORD = 'machine';

/** What a target is called, for people. */
export const targetWords: Readonly<Record<TargetKind, string>> = {
  node: 'a node',
  link: 'a link',
  interface: 'one end of a link',
  service: 'the service of an instance, as in "dns@server-a"',
  daemon: 'an FRR daemon, as in "ospfd@router1"',
  machine: 'a machine of a swarm, as in "machine@worker1"',
  partition: 'two sets of nodes, as in "router1+client1/router2"',
};
export const targetKinds = Object.keys(targetWords) as readonly TargetKind[];
