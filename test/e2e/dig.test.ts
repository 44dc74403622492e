import test from 'ava';
import { dig, readDig } from '../support/dig.js';
import { ask, who } from '../support/documents.js';
import { ok, run } from '../support/lab-cli.js';
import { sandboxForFile } from '../support/sandbox.js';

const sandbox = sandboxForFile({ atEnd: () => run(sandbox, ['down', '--all']) });
const ways = [
  ['UDP over IPv4', ['@192.0.2.53']],
  ['UDP over IPv6', ['@2001:db8:53::53']],
  ['TCP over IPv4', ['+tcp', '@192.0.2.53']],
  ['TCP over IPv6', ['+tcp', '@2001:db8:53::53']],
] as const;

test.before('a lab to ask', async () => {
  const { status, stderr } = await run(sandbox, ['up', 'figure1']);
  if (status !== 0) throw new Error(stderr);
});

/** The instance that `who` names, the same at every address. */
async function answering(t: Parameters<typeof ok>[0], client: string): Promise<string | null | undefined> {
  const { answers } = await ask(t, sandbox, who, ['who', '--client', client]);
  const named = new Set(answers.map(({ instance }) => instance));
  t.is(named.size, 1);
  return [...named][0];
}

for (const [way, words] of ways) {
  test.serial(`dig names the instance that who names, in the answer and in NSID: ${way}`, async (t) => {
    for (const [client, instance] of [
      ['client1', 'server-a'],
      ['client2', 'server-c'],
    ] as const) {
      t.is(await answering(t, client), instance);
      const output = await dig(t, sandbox, client, ['+nsid', ...words, 'id.server', 'CH', 'TXT']);
      t.deepEqual(readDig(output), { name: instance, nsid: instance }, output);
      t.is(await dig(t, sandbox, client, ['+short', ...words, 'hostname.bind', 'CH', 'TXT']), `"${instance}"\n`);
    }
  });
}

test.serial('after a fault dig is answered by the next instance, over every way', async (t) => {
  await ok(t, sandbox, ['fail', 'server-a']);
  t.is(await answering(t, 'client1'), 'server-b');
  for (const [way, words] of ways) {
    const output = await dig(t, sandbox, 'client1', ['+nsid', ...words, 'id.server', 'CH', 'TXT']);
    t.deepEqual(readDig(output), { name: 'server-b', nsid: 'server-b' }, way);
  }
  await ok(t, sandbox, ['restore', 'server-a']);
});

test.serial('a service that stopped answers nobody', async (t) => {
  for (const instance of ['server-a', 'server-b', 'server-c']) await ok(t, sandbox, ['fail', `service@${instance}`]);
  t.is(await answering(t, 'client1'), null);
  const { status } = await run(sandbox, [
    'exec',
    'client1',
    'dig',
    '+tries=1',
    '+time=1',
    '@192.0.2.53',
    'id.server',
    'CH',
    'TXT',
  ]);
  t.is(status, 9, "dig's status for no answer");
  for (const instance of ['server-a', 'server-b', 'server-c']) await ok(t, sandbox, ['restore', `service@${instance}`]);
  t.is(await answering(t, 'client1'), 'server-a');
});

test.serial('questions that are not about identity are refused, and asking goes on', async (t) => {
  t.regex(await dig(t, sandbox, 'client1', ['@192.0.2.53', 'example.org', 'A']), /status: REFUSED/);
  t.regex(
    await dig(t, sandbox, 'client1', ['+tcp', '@2001:db8:53::53', 'version.bind', 'CH', 'TXT']),
    /status: REFUSED/,
  );
  t.regex(await dig(t, sandbox, 'client1', ['+short', '@192.0.2.53', 'ID.SERVER.', 'CH', 'TXT']), /^"server-a"$/m);
});
