/** The words behind the name of an FRR daemon: where its files and sockets are in a node. */
export function daemonWords(daemon: string): readonly string[] {
  return [
    ...['-d', '-P', '0', '-f', `/run/nearcast/${daemon}.conf`, '-i', `/run/frr/${daemon}.pid`],
    ...['-z', '/run/frr/zserv.api', '--vty_socket', '/run/frr'],
    ...['--log', `file:/run/nearcast/${daemon}.log`, '--log-level', 'warnings'],
  ];
}
