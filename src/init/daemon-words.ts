/** For zebra alone: IPv6 routes are replaced in one go, as IPv4's are, not deleted first and lost for a moment. */
export const ZEBRA_WORD = '--v6-rr-semantics';

/** The words behind the name of an FRR daemon: where its files and sockets are in a node. */
export function daemonWords(daemon: string): readonly string[] {
  return [
    ...(daemon === 'zebra' ? [ZEBRA_WORD] : []),
    ...['-d', '-P', '0', '-f', `/run/nearcast/${daemon}.conf`, '-i', `/run/frr/${daemon}.pid`],
    ...['-z', '/run/frr/zserv.api', '--vty_socket', '/run/frr'],
    ...['--log', `file:/run/nearcast/${daemon}.log`, '--log-level', 'warnings'],
  ];
}

/** What a node says that does not start because its FRR lacks a daemon. */
export function lackOf(daemon: string): string {
  return `this FRR has no ${daemon}`;
}
