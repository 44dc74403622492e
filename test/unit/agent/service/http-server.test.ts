import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { pollUntil } from '../../../../src/support/poll.js';

const program = fileURLToPath(new URL('../../../../src/agent/service/http-server.ts', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : 0;
}

interface Started {
  readonly address: string;
  readonly port: number;
  readonly child: ChildProcess;
}

async function started(
  t: ExecutionContext,
  instance: string,
  { address = '127.0.0.1', port, store }: { address?: string; port: number; store?: string },
): Promise<Started> {
  const child = spawn(process.execPath, ['--import=tsx', program, instance, String(port), address], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...(store === undefined ? {} : { NEARCAST_STORE: store }) },
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return { address, port, child };
}

interface Seen {
  readonly status: number | undefined;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

async function ask(
  { address, port }: Started,
  path: string,
  { method = 'GET', headers = {}, agent }: { method?: string; headers?: Record<string, string>; agent?: Agent } = {},
): Promise<Seen> {
  const asked = request({ host: address, port, path, method, headers, agent });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let body = '';
  for await (const part of response.setEncoding('utf8')) body += String(part);
  return { status: response.statusCode, body, headers: response.headers };
}

/** A store has half a second to answer, which is too short where the machine is very busy. */
async function askStore(...question: Parameters<typeof ask>): Promise<Seen> {
  const answer = async (): Promise<Seen> => ask(...question);
  return (await pollUntil(answer, ({ status }) => status !== 503, { everyMs: 50, deadlineMs: 20_000 })).last;
}

test('an instance names itself, and knows its own sessions only', async (t) => {
  const [a, b] = await Promise.all([
    started(t, 'server-a', { port: await freePort() }),
    started(t, 'server-b', { port: await freePort() }),
  ]);
  t.is((await ask(a, '/whoami')).body, 'server-a\n');
  t.deepEqual(JSON.parse((await ask(a, '/whoami', { headers: { Accept: 'application/json' } })).body), {
    instance: 'server-a',
  });
  t.is((await ask(a, '/session')).status, 401);
  const login = await ask(a, '/login?user=ada', { method: 'POST' });
  const cookie = login.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  t.is((await ask(a, '/session', { headers: { Cookie: cookie } })).body, 'ada is logged in on server-a\n');
  t.is((await ask(b, '/session', { headers: { Cookie: cookie } })).status, 401);
  t.is((await ask(b, '/nowhere')).status, 404);
  t.is((await ask(b, '/counter')).body, '3\n');
});

test('instances that share a store know the same sessions, and say so when it does not answer', async (t) => {
  const port = await freePort();
  const [a, b, store] = await Promise.all([
    started(t, 'server-a', { port, store: '127.0.0.3' }),
    started(t, 'server-b', { port, address: '127.0.0.2', store: '127.0.0.3' }),
    started(t, 'store', { port, address: '127.0.0.3' }),
  ]);
  const login = await askStore(a, '/login?user=ada%20l&x=1', { method: 'POST' });
  const headers = { Cookie: login.headers['set-cookie']?.[0]?.split(';')[0] ?? '' };
  t.is((await askStore(b, '/session', { headers })).body, 'ada l is logged in on server-b\n');
  t.is((await ask(store, '/session', { headers })).body, 'ada l is logged in on store\n');
  t.is((await askStore(b, '/session', { headers: { Cookie: 'session=another' } })).status, 401);
  store.child.kill('SIGKILL');
  await once(store.child, 'exit');
  t.deepEqual(
    await Promise.all([
      ask(b, '/session', { headers }),
      ask(a, '/login?user=bob', { method: 'POST' }),
      ask(a, '/whoami'),
    ]).then((seen) => seen.map(({ status }) => status)),
    [503, 503, 200],
  );
  await started(t, 'store', { port, address: '127.0.0.3' });
  t.is((await askStore(b, '/session', { headers })).status, 401, 'it keeps them in its memory');
});

test('a connection is kept for the next question, and a server that is to end closes it and ends', async (t) => {
  const a = await started(t, 'server-a', { port: await freePort() });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { headers } = await ask(a, '/whoami', { agent });
  t.is(headers.connection, 'keep-alive');
  t.is(headers['keep-alive'], undefined, 'it names no time after which it closes');
  const [kept] = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
  t.truthy(kept);
  await ask(a, '/whoami', { agent });
  t.is(Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])[0], kept);
  const gone = once(a.child, 'exit');
  a.child.kill('SIGTERM');
  t.deepEqual(await gone, [0, null]);
});
