import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { retryTransient } from '../../support/retry.js';

export const SOCKET_FILE = 'agent.sock';

/** In all, an agent has 0.75 s to accept what waits before. */
const FIRST_WAIT_MS = 50;
const RETRIES = 4;

/**
 * Connects to the agent's socket in a lab's folder, and tries again while too many others wait there to be accepted
 * (EAGAIN). A folder's path may have any length, but a socket's has at most 107 bytes (unix(7)): so it is named from
 * the folder's descriptor.
 */
export async function connectInFolder(folder: string): Promise<Socket> {
  const descriptor = openSync(folder, 'r');
  try {
    return await retryTransient(
      async () => {
        const socket = connect(`/proc/self/fd/${String(descriptor)}/${SOCKET_FILE}`);
        await once(socket, 'connect');
        return socket;
      },
      {
        isTransient: (error) => 'code' in error && error.code === 'EAGAIN',
        retries: RETRIES,
        firstWaitMs: FIRST_WAIT_MS,
      },
    );
  } finally {
    closeSync(descriptor);
  }
}
