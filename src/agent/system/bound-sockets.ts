import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { socketAddress } from './addresses.js';
import type { NetNamespace } from './kernel.js';

/** An address and port at which a server may listen. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

const LISTENING = '0A';

/** At which of these some process listens, over UDP and over TCP, as the kernel lists sockets (proc(5)). */
export function socketsAt(
  namespace: NetNamespace,
  places: readonly Place[],
): { readonly udp: readonly Place[]; readonly tcp: readonly Place[] } {
  const table = (name: string): string => readFileSync(`/proc/thread-self/net/${name}`, 'latin1');
  const tables = namespace.run(() => ({
    udp: `${table('udp')}${table('udp6')}`,
    tcp: `${table('tcp')}${table('tcp6')}`,
  }));
  const udp = new Set(rowsOf(tables.udp).map(([, local = '']) => local));
  const tcp = new Set(rowsOf(tables.tcp).flatMap(([, local = '', , state]) => (state === LISTENING ? [local] : [])));
  return {
    udp: places.filter((place) => udp.has(inTable(place))),
    tcp: places.filter((place) => tcp.has(inTable(place))),
  };
}

/** Where no process listens, in words: over UDP at the first places, over TCP at the second ones. */
export function unservedAt(namespace: NetNamespace, udp: readonly Place[], tcp: readonly Place[]): readonly string[] {
  const found = socketsAt(namespace, [...udp, ...tcp]);
  const missing = (transport: 'udp' | 'tcp', wanted: readonly Place[]): readonly string[] =>
    wanted
      .filter((place) => !found[transport].includes(place))
      .map(({ address, port }) => `no process listens at ${transport} ${address} port ${String(port)}`);
  return [...missing('udp', udp), ...missing('tcp', tcp)];
}

function rowsOf(table: string): readonly (readonly string[])[] {
  return table.split('\n').map((line) => line.trim().split(/\s+/));
}

/** The kernel prints an address as words of 32 bits of its own byte order. */
export function inTable({ address, port }: Place): string {
  const { bytes } = socketAddress(address, port);
  const words = Array.from({ length: bytes.length / 4 }, (_, index) =>
    Buffer.from(bytes.slice(4 * index, 4 * index + 4)),
  );
  const text = words.map((word) => (endianness() === 'LE' ? word.reverse() : word).toString('hex')).join('');
  return `${text}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}
