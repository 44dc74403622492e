import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';

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
  readonly port: number;
  readonly child: ChildProcess;
}

async function started(t: ExecutionContext, instance: string): Promise<Started> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--import=tsx', program, instance, String(port), '127.0.0.1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return { port, child };
}

interface Seen {
  readonly status: number | undefined;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

async function ask(
  { port }: Started,
  path: string,
  { method = 'GET', headers = {}, agent }: { method?: string; headers?: Record<string, string>; agent?: Agent } = {},
): Promise<Seen> {
  const asked = request({ host: '127.0.0.1', port, path, method, headers, agent });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let body = '';
  for await (const part of response.setEncoding('utf8')) body += String(part);
  return { status: response.statusCode, body, headers: response.headers };
}

test('an instance names itself, and knows its own sessions only', async (t) => {
  const [a, b] = await Promise.all([started(t, 'server-a'), started(t, 'server-b')]);
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

test('a connection is kept for the next question, and a server that is to end closes it and ends', async (t) => {
  const a = await started(t, 'server-a');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await ask(a, '/whoami', { agent });
  const [kept] = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
  t.truthy(kept);
  await ask(a, '/whoami', { agent });
  t.is(Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])[0], kept);
  const gone = once(a.child, 'exit');
  a.child.kill('SIGTERM');
  t.deepEqual(await gone, [0, null]);
});
