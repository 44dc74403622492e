import type { FrrPrograms } from '../protocol/messages.js';
import { chooseFile, chooseOwn, daemonWords, lackOf, limitMemory, MGMTD } from './daemon-words.js';

/**
 * The first program of a node, process 1 of its PID namespace. It begins in the root folder of its daemons or servers, where it
 * has any. Its arguments: the node's name, for whoever looks at processes, where the daemons are in that folder, the library
 * path (may be empty), then the daemons in the order they start. It says `ready` when the daemons run, waits for a line, brings
 * the interfaces up, says `up`, waits for another, and becomes a sleeper that lets the kernel reap orphans (an ignored SIGCHLD survives exec). The routing protocols are
 * held while interfaces come up, until those of the whole lab are up: otherwise every router would follow every link's
 * arrival on every other one, which takes 200 routers most of a minute. Daemons and servers see nothing of the machine but the
 * root folder that is made for them; the first process stays in it, so that it is found again through `/proc/1/cwd`.
 */
export const nodeInit = `
set -eu
daemons_dir=$2 libraries=$3
shift 3
if [ -n "$libraries" ]; then export LD_LIBRARY_PATH="$libraries"; fi
start() {
  ${chooseOwn}
  if [ ! -x ".$daemons_dir/$1" ]; then echo "${lackOf('$1')}" >&2; exit 127; fi
  ${chooseFile('$1', '.$daemons_dir')}
  chroot . "$daemons_dir/$1" $own -u root -g root $file ${daemonWords('$1').join(' ')}
}
signal_protocols() {
  for daemon; do
    if [ "$daemon" != zebra ] && read -r pid < "/run/frr/$daemon.pid"; then kill "-$signal" "$pid"; fi
  done
}
${limitMemory}
waiting=
if [ "$#" -gt 0 ] && [ -x ".$daemons_dir/${MGMTD}" ]; then start ${MGMTD}; fi
for daemon; do
  if [ "$daemon" = zebra ]; then
    start zebra
  else
    start "$daemon" &
    waiting="$waiting $!"
  fi
done
for pid in $waiting; do wait "$pid"; done
echo ready
read -r line
signal=STOP
signal_protocols "$@"
ip -batch /run/addresses.batch
echo up
read -r line
signal=CONT
signal_protocols "$@"
trap '' CHLD
exec sleep infinity < /dev/null > /dev/null 2>&1
`;

/** The vtysh of a node: the real one, with the folders of this node's configuration and sockets. */
export const vtyshWrapper = ({ vtysh, ownSystem }: FrrPrograms, libraryPath: string | undefined): string => {
  const loading =
    ownSystem === undefined ? [] : [quoted(ownSystem.loader), '--library-path', quoted(ownSystem.libraryPath)];
  return [
    '#!/bin/sh',
    ...(ownSystem !== undefined || libraryPath === undefined
      ? []
      : [`LD_LIBRARY_PATH=${quoted(libraryPath)}`, 'export LD_LIBRARY_PATH']),
    `exec ${[...loading, quoted(vtysh)].join(' ')} --config_dir /run/nearcast --vty_socket /run/frr "$@"`,
    '',
  ].join('\n');
};

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
