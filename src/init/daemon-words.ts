import { LabError } from '../errors.js';

/** For zebra alone: IPv6 routes are replaced in one go, as IPv4's are, not deleted first and lost for a moment. */
const ZEBRA_WORD = '--v6-rr-semantics';

/**
 * FRR's management daemon. Where there is one, it runs in every node, and first: others try again and again to tell it of
 * their state. It keeps the configuration of some daemons, and gives it to them.
 */
export const MGMTD = 'mgmtd';

/** The daemons that take no file where it runs. */
const managedDaemons = [MGMTD, 'staticd', 'ripd', 'ripngd'];

const fileWords = (daemon: string): readonly string[] => ['-f', `/run/nearcast/${daemon}.conf`];

/** Lines of a shell that set `file` to the words for the file of a daemon, whose name and folder are in two variables. */
export const chooseFile = (daemon: string, folder: string): string =>
  `file="${fileWords(daemon).join(' ')}"
  case "${daemon}" in ${managedDaemons.join('|')}) if [ -x "${folder}/${MGMTD}" ]; then file=; fi;; esac`;

/**
 * Lines of a shell: what it starts then may have 1024 files open, as by FRR's own systemd unit, and has one heap. A
 * daemon keeps tables of that length for each of its threads, and touches them; many machines allow a million. With a
 * heap for each thread it touches more pages (0183).
 */
export const limitMemory = 'ulimit -Sn 1024 2> /dev/null || :\nexport MALLOC_ARENA_MAX=1';

/**
 * Lines of a shell that set `own` to the words of zebra alone. What zebra has for a route that waits for the kernel, 2.4 kB, is
 * given back then: in a heap it would stay, because what zebra keeps of a route is behind it (0183).
 */
export const chooseOwn = `own=
  if [ "$1" = zebra ]; then own=${ZEBRA_WORD}; export MALLOC_MMAP_THRESHOLD_=2048; else unset MALLOC_MMAP_THRESHOLD_; fi`;

/** The words behind the name of an FRR daemon that starts in a node again. */
export function restartWords(daemon: string, { hasMgmtd }: { readonly hasMgmtd: boolean }): readonly string[] {
  return [...daemonWords(daemon), ...(hasMgmtd && managedDaemons.includes(daemon) ? [] : fileWords(daemon))];
}

/** The same without its file: where its sockets and its log are in a node. */
export function daemonWords(daemon: string): readonly string[] {
  return [
    ...(daemon === 'zebra' ? [ZEBRA_WORD] : []),
    ...['-d', '-P', '0', '-i', `/run/frr/${daemon}.pid`],
    ...['-z', '/run/frr/zserv.api', '--vty_socket', '/run/frr'],
    ...['--log', `file:/run/nearcast/${daemon}.log`, '--log-level', 'warnings'],
  ];
}

/**
 * Starts a daemon, whose words stand behind its name, and prints why it failed. Some daemons keep the output that they
 * are given for as long as they run: nobody may wait for its end.
 */
export const startDetached = `
${limitMemory}
"$@" > "/run/nearcast/$0.start" 2>&1 < /dev/null && exit
status=$?
cat "/run/nearcast/$0.start"
exit "$status"
`;

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
