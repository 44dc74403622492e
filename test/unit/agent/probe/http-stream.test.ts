import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { HttpStream } from '../../../../src/agent/probe/http-stream.js';
import { loadKernel, type NetNamespace } from '../../../../src/agent/system/kernel.js';
import { pollUntil } from '../../../../src/support/poll.js';

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nserver-a';

interface Probed {
  readonly stream: HttpStream;
  readonly time: { nowMs: number; awakeMs: number };
  /** Connections whose request has arrived. */
  readonly asked: readonly Socket[];
  readonly until: (holds: () => boolean) => Promise<void>;
}

/** A stream to a server that answers when the test says so, by a clock that the test sets. */
async function probed(t: ExecutionContext): Promise<Probed> {
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
  return { stream, time, asked, until };
}

test('a probe is lost when the agent has been awake for long without an answer, not when it was kept from running', async (t) => {
  const { stream, time, asked, until } = await probed(t);

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

test('an instance that always answers later than it once did is waited for longer, until it is heard', async (t) => {
  const { stream, time, asked, until } = await probed(t);
  const pass = (ms: number): void => {
    time.nowMs += ms;
    time.awakeMs += ms;
  };
  const answered = async (afterMs: number): Promise<string | null> => {
    const probe = stream.send();
    const before = asked.length;
    await until(() => asked.length > before);
    for (let ms = 0; ms < afterMs; ms += 10) {
      pass(10);
      if (stream.send() !== probe) return probe.instance;
    }
    asked.at(-1)?.write(ANSWER);
    await until(() => asked.at(-1)?.destroyed === true);
    return probe.instance;
  };

  t.is(await answered(0), 'server-a');
  const seen: (string | null)[] = [];
  while (seen.at(-1) !== 'server-a' && seen.length < 40) seen.push(await answered(100));
  t.is(seen.at(-1), 'server-a');
  t.true(seen.length > 2, 'what comes after the patience of its probe does not count');

  t.is(await answered(0), 'server-a');
  pass(8000);
  const lost = stream.send();
  pass(50);
  t.not(stream.send(), lost, 'where nothing connects the network may have failed, and the pace of probes is kept');
});

test('an answer that has arrived while the agent slept is taken, however long that was', async (t) => {
  const { stream, time, asked, until } = await probed(t);
  const slow = stream.send();
  await until(() => asked.length === 1);
  time.nowMs += 1500;
  time.awakeMs += 10;
  t.is(stream.send(), slow);
  asked[0]?.write(ANSWER);
  await until(() => slow.instance === 'server-a');
  time.nowMs += 10;
  const silent = stream.send();
  await until(() => asked.length === 2);
  time.nowMs += 3000;
  t.not(stream.send(), silent, 'it is not waited for for ever');
});
