import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_FOLDER_DESCRIPTOR } from '../../protocol/agent-descriptors.js';
import { agentEnvironment } from '../../protocol/node-environment.js';
import { pathWithSystem } from '../../support/program-folders.js';

const LOG_TAIL_BYTES = 4000;

/** The word in a command line that marks the supervisor: the name of its shell. */
export const SUPERVISOR_WORD = 'nearcast-supervisor';

/**
 * Stays outside the lab as its parent: when the agent ends, by whatever cause, it removes the state folder. When it is
 * killed itself, its child's parent-death signal ends the lab. It removes by the descriptor: meanwhile a new lab may
 * have a folder of that name.
 */
const supervisor = `
umask 022
state=$1
shift
setpriv --pdeathsig KILL -- "$@"
status=$?
folder=/proc/self/fd/${String(STATE_FOLDER_DESCRIPTOR)}
rm -rf -- "$folder"/*
if [ "$state" -ef "$folder" ]; then rmdir -- "$state"; fi
rmdir -- "\${state%/*}" 2> /dev/null
exit "$status"
`;

/** Written inside the lab's namespaces first of all: whatever fails later, they were made. */
const NAMESPACES_MADE = 'nearcast-init: namespaces created';

/**
 * The first program inside the lab's namespaces: gives the lab a private /run, a group file in which FRR's groups are
 * root's (its daemons refuse to start otherwise in a user namespace) and a hosts file; then becomes the agent.
 */
const labInit = `
set -eu
echo '${NAMESPACES_MADE}' >&2
mount -t tmpfs -o mode=0755,nosuid,nodev nearcast /run
mkdir -p /run/nearcast/nodes /run/lock
{ grep -Ev '^(root|frr|frrvty):' /etc/group || :; printf '%s\\n' root:x:0: frr:x:0:root frrvty:x:0:root; } > /run/nearcast/group
: > /run/nearcast/hosts
mount --bind /run/nearcast/group /etc/group
mount --bind /run/nearcast/hosts /etc/hosts
cd /
exec "$@"
`;

export interface Launched {
  readonly child: ChildProcess;
  /** Why the first program did not even start, once that is known. */
  readonly failure: () => Error | undefined;
  /** What the agent, or what should have become it, wrote on standard error, and whether its namespaces were made. */
  readonly lastWords: () => { readonly words: string; readonly hadNamespaces: boolean };
}

/**
 * Starts an agent as process 1 of fresh user, mount, PID and network namespaces; as root without the user namespace.
 * All its programs are found, also where PATH leads to none of them, and hold the state folder open: it is descriptor
 * 3.
 */
export function launchAgent(stateFolder: string, folder: number, agentFile: string): Launched {
  const log = openSync(join(stateFolder, 'agent.log'), 'w+', 0o600);
  const userFlags = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const namespaces = ['--mount', '--net', '--pid', '--uts', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn(
    '/bin/sh',
    [
      ...['-c', supervisor, SUPERVISOR_WORD, stateFolder],
      ...['unshare', ...userFlags, ...namespaces, '--'],
      ...['sh', '-c', labInit, 'nearcast-init', process.execPath, agentFile],
    ],
    {
      detached: true,
      cwd: '/',
      env: { ...agentEnvironment(process.env), PATH: pathWithSystem(process.env['PATH']) },
      stdio: ['pipe', 'pipe', log, folder],
    },
  );
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure = error;
  });
  return {
    child,
    failure: () => failure,
    lastWords() {
      const text = Buffer.alloc(LOG_TAIL_BYTES);
      const size = readSync(log, text, 0, LOG_TAIL_BYTES, 0);
      const lines = text.subarray(0, size).toString().split('\n');
      return {
        words: lines
          .filter((line) => line !== NAMESPACES_MADE)
          .join('\n')
          .trim(),
        hadNamespaces: lines.includes(NAMESPACES_MADE),
      };
    },
  };
}
