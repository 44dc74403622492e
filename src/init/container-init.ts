import type { PlanNode } from '../plan/model.js';
import { chooseFile, chooseOwn, daemonWords, lackOf, limitMemory, MGMTD } from './daemon-words.js';

/** Where images keep FRR's daemons. */
const FRR_FOLDERS = '/usr/lib/frr /usr/libexec/frr /usr/sbin';

/**
 * What the agent and the first program of a node's container say to each other: a line from the agent through
 * `control`, a line back through `reply`, both FIFOs in the container's `/run/nearcast`.
 */
export const containerFifos = { folder: '/run/nearcast', control: 'control', reply: 'reply' } as const;

/** The environment variable by which the agent knows a node's container when an engine has started it again. */
export const CONTAINER_VARIABLE = 'NEARCAST_CONTAINER';

/**
 * The environment variable that every container of one deployment of a lab has, with the same value: agent and nodes.
 */
export const LAB_VARIABLE = 'NEARCAST_LAB';

/**
 * Whether a node's container begins with `containerInit`, or is left to the program of the image that its file names.
 */
export function runsContainerInit(node: PlanNode): boolean {
  return node.routing !== undefined || node.container?.image === undefined;
}

/**
 * The first program of a container that is not left to its image's own: starts the FRR daemons that its first arguments
 * name, up to `--`, and becomes what follows. It asks nothing of an image but a POSIX shell and mkfifo, so that any FRR
 * image will do. It waits for `start` (the node's files are there) and answers `ready` when the daemons run; at `hold`
 * it stops the routing protocols, so that they do not follow every interface that comes up, and answers `held`; at
 * `routing` it lets them go on. Daemons that do not start are reported as `failed` and why: the container stays, for
 * `docker logs`.
 */
export const containerInit = `
set -u
mkdir -p /run/nearcast /run/frr
rm -f /run/frr/*
cd /run/nearcast
mkfifo -m 600 control reply
exec 3<>control 4<>reply
daemons=
while [ "$1" != -- ]; do
  daemons="$daemons $1"
  shift
done
shift
fail() {
  echo "$1" >&2
  printf 'failed %s\\n' "$(echo "$1" | tr '\\n' ' ')" >&4
  exec sleep 2147483647
}
read -r line <&3
if [ -n "$daemons" ]; then
  for folder in ${FRR_FOLDERS}; do
    if [ -x "$folder/zebra" ]; then break; fi
  done
  if [ ! -x "$folder/zebra" ]; then fail 'this image has no FRR: there is no zebra in any of ${FRR_FOLDERS}'; fi
  chown -R frr:frr /run/nearcast /run/frr 2> /dev/null
fi
start() {
  ${chooseOwn}
  if [ ! -x "$folder/$1" ]; then echo "${lackOf('$1')}" > "/run/nearcast/$1.start"; return 127; fi
  ${chooseFile('$1', '$folder')}
  (
    ${limitMemory}
    exec "$folder/$1" $own $file ${daemonWords('$1').join(' ')} 2> "/run/nearcast/$1.start"
  )
}
signal_protocols() {
  for daemon in $daemons; do
    if [ "$daemon" != zebra ] && read -r pid < "/run/frr/$daemon.pid"; then kill "-$1" "$pid"; fi
  done
}
waiting=
if [ -n "$daemons" ] && [ -x "$folder/${MGMTD}" ]; then
  start ${MGMTD} || fail "${MGMTD} did not start: $(cat ${MGMTD}.start ${MGMTD}.log 2> /dev/null)"
fi
for daemon in $daemons; do
  if [ "$daemon" = zebra ]; then
    start zebra || fail "zebra did not start: $(cat zebra.start zebra.log 2> /dev/null)"
  else
    start "$daemon" &
    waiting="$waiting $daemon:$!"
  fi
done
for entry in $waiting; do
  wait "\${entry#*:}" || fail "\${entry%:*} did not start: $(cat "\${entry%:*}.start" "\${entry%:*}.log" 2> /dev/null)"
done
echo ready >&4
read -r line <&3
signal_protocols STOP
echo held >&4
read -r line <&3
signal_protocols CONT
exec 3<&- 4<&-
cd /
trap '' CHLD
if [ "$#" -eq 0 ]; then exec sleep 2147483647; fi
"$@" &
exec sleep 2147483647
`;

/** Starts one daemon in a container that runs already: its name, then its words. */
export const startOneDaemon = `
daemon=$1
shift
for folder in ${FRR_FOLDERS}; do
  if [ -x "$folder/$daemon" ]; then
    ${chooseFile('$daemon', '$folder')}
    exec "$folder/$daemon" $file "$@"
  fi
done
echo "this image has no $daemon" >&2
exit 127
`;
