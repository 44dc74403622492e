import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo } from 'node:net';
import test from 'ava';
import { inTable, socketsAt } from '../../../../src/agent/system/bound-sockets.js';
import { loadKernel, NetNamespace } from '../../../../src/agent/system/kernel.js';
import { processOf } from '../../../../src/agent/system/node-process-list.js';
import { movingIn, signalTo } from '../../../../src/agent/system/signal-node.js';
import { pollUntil } from '../../../../src/support/poll.js';

test('addresses are looked for as the kernel writes them', (t) => {
  t.regex(inTable({ address: '192.0.2.53', port: 53 }), /^(?:350200C0|C0000235):0035$/);
  t.regex(
    inTable({ address: '2001:db8:53::53', port: 80 }),
    /^(?:B80D0120000053000000000053000000|20010DB8005300000000000000000053):0050$/,
  );
});

test('a listening socket is found, over UDP and over TCP, and gone when it has closed', async (t) => {
  // The main thread alone may look: that of a test file is one.
  const own = Object.assign(Object.create(NetNamespace.prototype) as NetNamespace, {
    run: (work: (kernel: ReturnType<typeof loadKernel>) => unknown) => work(loadKernel()),
  });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = createSocket('udp6').bind(0, '::1');
  await once(socket, 'listening');
  const places = [
    { address: '127.0.0.1', port },
    { address: '::1', port: socket.address().port },
  ] as const;
  t.deepEqual(socketsAt(own, places), { tcp: [places[0]], udp: [places[1]] });
  const closed = [once(server, 'close'), once(socket, 'close')];
  server.close();
  socket.close();
  await Promise.all(closed);
  t.deepEqual(socketsAt(own, places), { tcp: [], udp: [] });
});

test('a process runs, is stopped, continues and has ended', async (t) => {
  const child = spawn('sleep', ['60']);
  const pid = child.pid ?? 0;
  const stateBecomes = async (pattern: RegExp): Promise<void> => {
    const { last } = await pollUntil(
      () => processOf(pid)?.state ?? 'gone',
      (state) => pattern.test(state),
      { everyMs: 2, deadlineMs: 20_000 },
    );
    t.regex(last, pattern);
  };
  await stateBecomes(/^S$/);
  t.is(processOf(pid)?.name, 'sleep');
  t.true(movingIn(process.pid).some((each) => each.pid === pid));
  signalTo(pid, 'SIGSTOP');
  await stateBecomes(/^T$/);
  t.false(movingIn(process.pid).some((each) => each.pid === pid));
  signalTo(pid, 'SIGCONT');
  await stateBecomes(/^S$/);
  const exited = once(child, 'exit');
  signalTo(pid, 'SIGKILL');
  await exited;
  t.is(processOf(pid), undefined);
  t.notThrows(() => {
    signalTo(pid, 'SIGKILL');
  });
});
