import { createSocket, type Socket } from 'node:dgram';
import { createServer, Socket as Connection, type Server, type SocketConstructorOpts } from 'node:net';
import { closeSync } from 'node:fs';
import { socketAddress } from './addresses.js';
import type { NetNamespace, SocketAddress, SocketFamily } from './kernel.js';

/** A UDP socket that lives in a node's namespace, bound to `address` and handed to Node by its descriptor. */
export async function openUdp(
  namespace: NetNamespace,
  address: string,
  port: number,
  sharing: 'shared' | 'exclusive' | 'forged' = 'shared',
): Promise<Socket> {
  const at = socketAddress(address, port);
  return udpSocket(boundSocket(namespace, 'udp', at, sharing), at.family);
}

/** A UDP socket that takes only what came in by one interface. */
export async function openUdpAt(
  namespace: NetNamespace,
  address: string,
  port: number,
  device: string,
): Promise<Socket> {
  const at = socketAddress(address, port);
  return udpSocket(boundSocket(namespace, 'udp', at, 'shared', device), at.family);
}

async function udpSocket(descriptor: number, family: SocketFamily): Promise<Socket> {
  const socket = createSocket(family === 'ipv4' ? 'udp4' : 'udp6');
  const listening = new Promise<void>((resolve, reject) => {
    socket.once('listening', resolve);
    socket.once('error', reject);
  });
  socket.bind({ fd: descriptor });
  await listening;
  socket.removeAllListeners('error');
  // A host without a route yet gets ENETUNREACH when it answers: the agent goes on.
  socket.on('error', ignore);
  return socket;
}

/**
 * A TCP server that lives in a node's namespace, and may take only connections that come in by one interface. Its connections end
 * when what they send stays without an acknowledgment for `goneAfterMs`; by default the kernel tries for minutes.
 */
export async function openTcp(
  namespace: NetNamespace,
  address: string,
  port: number,
  device?: string,
  goneAfterMs?: number,
): Promise<Server> {
  const descriptor = boundSocket(namespace, 'tcp', socketAddress(address, port), 'shared', device);
  // Its connections inherit it.
  if (goneAfterMs !== undefined) namespace.kernel.setUserTimeout(descriptor, goneAfterMs);
  namespace.kernel.listen(descriptor);
  const server = createServer();
  const listening = new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  server.listen({ fd: descriptor });
  await listening;
  return server;
}

/**
 * A TCP socket that lives in a node's namespace, for its owner to connect. A namespace is a socket's for life: where
 * the calling thread is when it connects is no matter.
 */
export function openConnection(namespace: NetNamespace, family: SocketFamily, port: number): Connection {
  const fd = boundSocket(namespace, 'tcp', anyAddress(family, port));
  // Without `manualStart` Node would read from it before it is connected. Its types do not know the word.
  const options: SocketConstructorOpts & { manualStart: boolean } = {
    fd,
    allowHalfOpen: true,
    readable: true,
    writable: true,
    manualStart: true,
  };
  return new Connection(options);
}

/** All addresses of a family. */
export function anyAddress(family: SocketFamily, port: number): SocketAddress {
  return socketAddress(family === 'ipv4' ? '0.0.0.0' : '::', port);
}

/** The descriptor of a socket that lives in a node's namespace. */
export function boundSocket(
  namespace: NetNamespace,
  kind: 'udp' | 'tcp',
  address: SocketAddress,
  sharing: 'shared' | 'exclusive' | 'forged' = 'shared',
  device?: string,
): number {
  return namespace.run((kernel) => {
    const descriptor = kernel.socket(kind, address.family);
    try {
      if (device !== undefined) kernel.bindToDevice(descriptor, device);
      kernel.bind(descriptor, address, sharing);
      return descriptor;
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  });
}

function ignore(): void {
  // Sends that fail are seen as probes without an answer.
}
