import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { LabError } from '../../../src/errors.js';
import { AgentClient, toWire, type Patience } from '../../../src/protocol/channel.js';
import type { LabEvent } from '../../../src/protocol/events.js';
import type { Progress, Request } from '../../../src/protocol/messages.js';
import { pollUntil } from '../../../src/support/poll.js';
import { readLines } from '../../../src/support/lines.js';

/** A client, and the agent's side of its two streams. */
function connect(patience?: Patience) {
  const [toClient, toAgent] = [new PassThrough(), new PassThrough()];
  const requests = readLines(toAgent);
  return {
    client: new AgentClient(toClient, toAgent, patience),
    toClient,
    toAgent,
    say: (...replies: readonly unknown[]): void =>
      void toClient.write(replies.map((reply) => `${JSON.stringify(reply)}\n`).join('')),
    heard: async (): Promise<Request> => JSON.parse(String((await requests.next()).value)) as Request,
  };
}

const rejects = async (t: ExecutionContext, call: Promise<unknown>): Promise<LabError | undefined> =>
  t.throwsAsync(call, { instanceOf: LabError });

test('a call is one line of JSON, and resolves with the result of its reply', async (t) => {
  const { client, say, heard } = connect();
  const asked = client.call('ping', {});
  const { id, method, params } = await heard();
  t.deepEqual([method, params], ['ping', {}]);
  say({ id, result: { topology: 'figure2' } });
  t.deepEqual(await asked, { topology: 'figure2' });
});

test('replies in another order than the calls find theirs', async (t) => {
  const { client, say, heard } = connect();
  const calls = Promise.all([
    client.call('ping', {}),
    client.call('processes', {}),
    client.call('converge', { deadlineMs: 5 }),
  ]);
  const ids = [(await heard()).id, (await heard()).id, (await heard()).id];
  t.is(new Set(ids).size, 3);
  say({ id: ids[2], result: 'third' }, { id: 999, result: 'of nobody' }, { id: ids[0], result: 'first' });
  say({ id: ids[1], result: null });
  t.deepEqual((await calls) as unknown[], ['first', null, 'third']);
});

test("an error keeps the agent's code, message and hint, and the exit status that follows", async (t) => {
  const { client, say, heard } = connect();
  const asked = client.call('ping', {});
  const sent = new LabError('TARGET_UNKNOWN', 'there is no node "x"', { hint: 'did you mean "y"?' });
  say({ id: (await heard()).id, error: toWire(sent) });
  const error = await rejects(t, asked);
  t.deepEqual(
    [error?.code, error?.message, error?.hint, error?.exitStatus],
    ['TARGET_UNKNOWN', sent.message, sent.hint, 2],
  );
});

test('an error without a hint has none, and one of an unknown kind is a defect', async (t) => {
  const { client, say, heard } = connect();
  const [plain, strange] = [client.call('ping', {}), client.call('ping', {})];
  say({ id: (await heard()).id, error: toWire(new LabError('DEPLOY_FAILED', 'no')) });
  say({ id: (await heard()).id, error: { code: 'FROM_THE_FUTURE', message: 'new' } });
  const [first, second] = await Promise.all([rejects(t, plain), rejects(t, strange)]);
  t.deepEqual([first?.code, first?.hint], ['DEPLOY_FAILED', undefined]);
  t.deepEqual([second?.code, second?.message], ['BUG', 'new']);
});

test('one call that fails leaves the others waiting for their own replies', async (t) => {
  const { client, say, heard } = connect();
  const [bad, good] = [client.call('ping', {}), client.call('ping', {})];
  const [first, second] = [await heard(), await heard()];
  say({ id: first.id, error: { code: 'BUG', message: 'oh' } }, { id: second.id, result: { topology: 't' } });
  await rejects(t, bad);
  t.deepEqual(await good, { topology: 't' });
});

test('progress is told while a call waits, and answers no call', async (t) => {
  const { client, say, heard } = connect();
  const seen: Progress[] = [];
  client.onProgress = (progress) => seen.push(progress);
  const asked = client.call('ping', {});
  const { id } = await heard();
  say(
    { progress: { phase: 'links', done: 1, total: 2 } },
    { progress: { phase: 'links', done: 2, total: 2 } },
    { id, result: { topology: 't' } },
  );
  await asked;
  t.deepEqual(
    seen.map(({ phase, done, total }) => `${phase} ${done}/${total}`),
    ['links 1/2', 'links 2/2'],
  );
});

test('replies in pieces, and several in one piece, are read line by line', async (t) => {
  const { client, toClient, heard } = connect();
  const [one, two] = [client.call('ping', {}), client.call('ping', {})];
  const [a, b] = [(await heard()).id, (await heard()).id];
  const bytes = Buffer.from(`{"id":${a},"result":{"topology":"größe"}}\n{"id":${b},"result":{"topology":"u"}}\n`);
  const middle = bytes.indexOf(0xc3) + 1;
  toClient.write(bytes.subarray(0, middle));
  toClient.write(bytes.subarray(middle));
  t.deepEqual(await Promise.all([one, two]), [{ topology: 'größe' }, { topology: 'u' }]);
});

for (const [how, end] of [
  ['ends', ({ toClient }) => void toClient.end()],
  ['breaks', ({ toClient }) => void toClient.destroy(new Error('ECONNRESET'))],
  ['talks nonsense', ({ toClient }) => void toClient.write('Segmentation fault\n')],
  ['no longer listens', ({ toAgent }) => void toAgent.destroy(new Error('EPIPE'))],
] as const satisfies readonly (readonly [string, (streams: ReturnType<typeof connect>) => void])[]) {
  test(`when the agent ${how}, every waiting and every later call says that it is gone`, async (t) => {
    const connected = connect();
    const waiting = [connected.client.call('ping', {}), connected.client.call('processes', {})];
    end(connected);
    for (const call of waiting) {
      const error = await rejects(t, call);
      t.is(error?.code, 'AGENT_GONE');
      t.truthy(error?.hint);
    }
    t.is((await rejects(t, connected.client.call('ping', {})))?.code, 'AGENT_GONE');
  });
}

test('an agent that gives no sign of life is given up, one that works long and answers in between is not', async (t) => {
  const [toClient, toAgent] = [new PassThrough(), new PassThrough()];
  const client = new AgentClient(toClient, toAgent, { silenceMs: 2500, birthMs: 2500 });
  const requests = readLines(toAgent);
  const long = client.call('converge', { deadlineMs: 60_000 });
  const asked = JSON.parse(String((await requests.next()).value)) as Request;
  for (let round = 0; round < 4; round++) {
    const { id, method } = JSON.parse(String((await requests.next()).value)) as Request;
    t.is(method, 'ping', 'it is asked for a sign of life');
    toClient.write(`${JSON.stringify({ id, error: { code: 'BUG', message: 'no lab yet' } })}\n`);
  }
  toClient.write(`${JSON.stringify({ id: asked.id, result: { converged: true, convergeMs: 1, pending: [] } })}\n`);
  t.like(await long, { converged: true });
  const error = await rejects(t, client.call('processes', {}));
  t.is(error?.code, 'AGENT_GONE');
  t.regex(error?.message ?? '', /no sign of life for 2\.5 s/);
});

test('a reason that is known for the silence ends the waiting at once', async (t) => {
  const client = new AgentClient(new PassThrough(), new PassThrough(), {
    whySilent: () => new LabError('AGENT_GONE', 'it has been stopped'),
  });
  t.is((await rejects(t, client.call('ping', {})))?.message, 'it has been stopped');
});

test('a subscription hears the events with its id, also before the reply, until it is given up', async (t) => {
  const { client, say, heard } = connect();
  const [one, other]: [LabEvent[], LabEvent[]] = [[], []];
  const into = (events: LabEvent[]) => ({
    take: (more: readonly LabEvent[]) => events.push(...more),
    end: () => undefined,
  });
  const subscribing = [client.subscribe({ limit: 5 }, into(one)), client.subscribe({ limit: 5 }, into(other))] as const;
  const [first, second] = [await heard(), await heard()];
  t.deepEqual([first.method, first.params], ['subscribe', { limit: 5 }]);
  const event = (text: string): LabEvent => ({ atMs: 1, kind: 'link', node: 'router1', text });
  say({ id: first.id, events: [event('eth1 down')] }, { id: first.id, result: null }, { id: second.id, result: null });
  const [giveUp] = await Promise.all(subscribing);
  const givingUp = giveUp();
  const { id, method, params } = await heard();
  t.deepEqual([method, params], ['unsubscribe', { subscription: first.id }]);
  say(
    { id: first.id, events: [event('eth1 up')] },
    { id, result: null },
    { id: second.id, events: [event('eth2 down')] },
    { id: 999, events: [event('of nobody')] },
  );
  await givingUp;
  const asked = client.call('ping', {});
  say({ id: first.id, events: [event('too late')] }, { id: (await heard()).id, result: { topology: 't' } });
  await asked;
  t.deepEqual(one, [event('eth1 down'), event('eth1 up')]);
  t.deepEqual(other, [event('eth2 down')]);
  await giveUp();
});

test('an idle subscription is not waited for: the agent is asked for no sign of life, and may be silent', async (t) => {
  const { client, toClient, toAgent, say, heard } = connect({ silenceMs: 1000 });
  const ended = new Promise<LabError>((resolve) => {
    void client.subscribe({ limit: 5 }, { take: () => undefined, end: resolve });
  });
  say({ id: (await heard()).id, result: null });
  const { held: isAsked } = await pollUntil(
    () => toAgent.readableLength,
    (bytes) => bytes > 0,
    { everyMs: 50, deadlineMs: 2500 },
  );
  t.false(isAsked, 'nothing is sent meanwhile');
  const asked = rejects(t, client.call('ping', {}));
  t.true(toAgent.readableLength > 0, 'a call would be seen');
  toClient.end();
  t.is((await ended).code, 'AGENT_GONE');
  await asked;
});
