import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { connectInFolder, SOCKET_FILE } from '../../../../src/runtime/netns/agent-socket.js';

/** Listens with room for one connection that waits. */
const server = `
  const socket = require('node:net').createServer();
  socket.listen({ path: process.argv[1], backlog: 1 }, () => console.log('listening'));
`;

test('a connection is tried again while an agent has no room for it, and is an error without one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nearcast-socket-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  await t.throwsAsync(connectInFolder(folder), { code: 'ENOENT' });

  const path = join(folder, SOCKET_FILE);
  const agent = spawn(process.execPath, ['-e', server, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const waiting: Socket[] = [];
  t.teardown(() => {
    agent.kill('SIGKILL');
    for (const each of waiting) each.destroy();
  });
  await once(agent.stdout, 'data');
  agent.kill('SIGSTOP');
  const isFull = async (): Promise<boolean> => {
    const socket = connect(path);
    waiting.push(socket);
    return once(socket, 'connect').then(
      () => false,
      (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EAGAIN',
    );
  };
  while (!(await isFull())) t.true(waiting.length < 10, 'its queue has an end');
  await t.throwsAsync(connectInFolder(folder), { code: 'EAGAIN' }, 'it stays full');

  const connected = connectInFolder(folder);
  agent.kill('SIGCONT');
  waiting.push(await connected);
  t.pass();
});
