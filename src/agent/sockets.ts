import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { closeSync } from 'node:fs';
import { socketAddress } from './addresses.js';
import type { NetNamespace, SocketAddress } from './kernel.js';

/** A UDP socket that lives in a node's namespace, bound to `address` and handed to Node by its descriptor. */
export async function openUdp(namespace: NetNamespace, address: string, port: number): Promise<Socket> {
  const at = socketAddress(address, port);
  const descriptor = boundSocket(namespace, 'udp', at);
  const socket = createSocket(at.family === 'ipv4' ? 'udp4' : 'udp6');
  const listening = new Promise<void>((resolve, reject) => {
    socket.once('listening', resolve);
    socket.once('error', reject);
  });
  socket.bind({ fd: descriptor });
  await listening;
  socket.removeAllListeners('error');
  // A host that hears no route yet gets ENETUNREACH when it answers: that is no reason to die.
  socket.on('error', ignore);
  return socket;
}

/** A TCP server that lives in a node's namespace. */
export async function openTcp(namespace: NetNamespace, address: string, port: number): Promise<Server> {
  const descriptor = boundSocket(namespace, 'tcp', socketAddress(address, port));
  const server = createServer();
  const listening = new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  server.listen({ fd: descriptor });
  await listening;
  return server;
}

/** The descriptor of a socket that lives in a node's namespace. */
export function boundSocket(namespace: NetNamespace, kind: 'udp' | 'tcp', address: SocketAddress): number {
  return namespace.run((kernel) => {
    const descriptor = kernel.socket(kind, address.family);
    try {
      kernel.bind(descriptor, address);
      if (kind === 'tcp') kernel.listen(descriptor);
      return descriptor;
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  });
}

function ignore(): void {
  // Sends that fail are seen as probes that nobody answers.
}
