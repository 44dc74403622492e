import { LabError } from '../errors.js';

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

/** What the first process of a node prints if its FRR lacks a daemon; `startFailure` reads it. */
export function lackOf(daemon: string): string {
  return `this FRR has no ${daemon}`;
}

const LACK = new RegExp(lackOf('(\\w+)'));

/** The daemon that a node's FRR lacks: the cause of a failed start. */
export class LackedDaemon extends Error {
  constructor(readonly daemon: string) {
    super(lackOf(daemon));
  }
}

/** A node did not start, for a reason that its first process printed. */
export function startFailure(node: string, why: string): LabError {
  const daemon = LACK.exec(why)?.[1];
  return new LabError('DEPLOY_FAILED', `node ${node} did not start: ${why}`, {
    cause: daemon === undefined ? undefined : new LackedDaemon(daemon),
  });
}
