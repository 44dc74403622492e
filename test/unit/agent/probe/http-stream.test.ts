import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import test from 'ava';
import { HttpStream } from '../../../../src/agent/probe/http-stream.js';
import { loadKernel, type NetNamespace } from '../../../../src/agent/system/kernel.js';
import { pollUntil } from '../../../../src/support/poll.js';

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nserver-a';

test('a probe is lost when the agent has been awake for long without an answer, not when it was kept from running', async (t) => {
  const asked: Socket[] = [];
  const server = createServer((connection) => {
    connection.on('error', () => undefined);
    connection.once('data', () => asked.push(connection));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const kernel = loadKernel();
  const here = { isFrozen: false, run: (work: (own: typeof kernel) => unknown) => work(kernel) };
  const time = { nowMs: 0, awakeMs: 0 };
  const stream = new HttpStream(
    { client: 'client1', service: 'web', address: '127.0.0.1', family: 'ipv4' },
    here as unknown as NetNamespace,
    typeof address === 'object' && address !== null ? address.port : 0,
    0,
    { nowMs: () => time.nowMs, awakeMs: () => time.awakeMs },
  );
  t.teardown(() => {
    stream.close();
  });
  const until = async (holds: () => boolean): Promise<void> => {
    t.true((await pollUntil(holds, (held) => held, { everyMs: 2, deadlineMs: 10_000 })).held);
  };

  const first = stream.send();
  await until(() => asked.length === 1);
  asked[0]?.write(ANSWER);
  await until(() => first.instance === 'server-a');

  const late = stream.send();
  time.nowMs += 900;
  time.awakeMs += 49;
  t.is(stream.send(), late, 'it is waited for still');
  await until(() => asked.length === 2);
  asked[1]?.write(ANSWER);
  await until(() => late.instance === 'server-a');
  t.is(late.rttMs, 900);

  const lost = stream.send();
  time.nowMs += 4 * 50;
  time.awakeMs += 4 * 50;
  t.not(stream.send(), lost);
  t.like(lost, { instance: null, fate: 'silent' });

  const hidden = stream.send();
  time.nowMs += 1000;
  t.not(stream.send(), hidden, 'the kernel would ask again by now');
});
