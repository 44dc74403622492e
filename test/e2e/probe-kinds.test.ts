import test from 'ava';
import { ask, refused, round } from '../support/documents.js';
import { ok, run } from '../support/lab-cli.js';
import { sandboxForFile } from '../support/sandbox.js';

const sandbox = sandboxForFile({ atEnd: () => run(sandbox, ['down', '--all']) });
const [ipv4, ipv6] = ['192.0.2.53', '2001:db8:53::53'];
const oneOf = ['--client', 'client1'];

test.before('a lab to probe', async () => {
  const { status, stderr } = await run(sandbox, ['up', 'figure1']);
  if (status !== 0) throw new Error(stderr);
});

test.serial('one round of each kind, as a document', async (t) => {
  const fates = {
    dns: 'answered',
    udp: 'answered',
    tcp: 'answered',
    http: 'refused',
    icmp: 'answered',
    poll: 'answered',
    trace: 'answered',
  };
  for (const [kind, fate] of Object.entries(fates)) {
    const { seen } = await ask(t, sandbox, round, ['probe', '--kind', kind, ...oneOf]);
    t.deepEqual(
      seen.map((each) => [each.client, each.address, each.fate]),
      [ipv4, ipv6].map((address) => ['client1', address, fate]),
      kind,
    );
  }
  const { seen } = await ask(t, sandbox, round, [
    'probe',
    '--kind',
    'dns',
    '--source-ports',
    '40000,40001',
    '--to',
    ipv4,
    ...oneOf,
  ]);
  t.deepEqual(
    seen.map(({ sourcePort, instance }) => [sourcePort, instance]),
    [
      [40_000, 'server-a'],
      [40_001, 'server-a'],
    ],
  );
});

test.serial('one round as a table; many flows are counted', async (t) => {
  t.regex(
    await ok(t, sandbox, ['probe', '--kind', 'dns']),
    /CLIENT +ADDRESS +PORT +ANSWERED BY +FATE[^]*client1 +192\.0\.2\.53 +\d+ +server-a +answered[^]*client2 .*server-c +answered/,
  );
  t.regex(
    await ok(t, sandbox, ['probe', '--kind', 'trace', '--to', 'router3', ...oneOf]),
    /refused .*router1 > router2 > router3/,
  );
  t.regex(
    await ok(t, sandbox, ['probe', '--kind', 'poll', '--to', 'router3', ...oneOf]),
    /REPLIES +FROM\nclient1 .* answered +\d.* 1 +router3\n/,
  );
  t.regex(
    await ok(t, sandbox, ['probe', '--kind', 'tcp', '--to', 'server-a', '--port', '9', ...oneOf]),
    /nobody +refused/,
  );
  t.regex(
    await ok(t, sandbox, ['probe', '--kind', 'dns', '--flows', '100', '--to', ipv4, ...oneOf]),
    /client1 +192\.0\.2\.53 +server-a +answered +100 +100\.0 %/,
  );
});

test.serial('wrong words are refused with what would be right', async (t) => {
  const refusals = [
    [['--kind', 'tpc'], 'USAGE', /tcp/],
    [['--kind', 'tcp', '--rate', '10'], 'USAGE', /--kind sends one round of probes/],
    [['--to', ipv4], 'USAGE', /--kind dns/],
    [['--kind', 'dns', '--rate', '10', '--flows', '3'], 'USAGE', /leave out --rate/],
    [['--kind', 'dns', '--source-ports', '0'], 'USAGE', /65535/],
    [['--kind', 'dns', '--timeout', 'soon'], 'USAGE', /--timeout 1s/],
    [['--kind', 'dns', '--to', 'router9'], 'NODE_UNKNOWN', /router1/],
    [['--kind', 'dns', '--client', 'cleint1'], 'NODE_UNKNOWN', /client1/],
  ] as const;
  for (const [words, code, hint] of refusals) {
    const error = await refused(t, sandbox, ['probe', ...words], 2);
    t.is(error.code, code, words.join(' '));
    t.regex(error.hint ?? '', hint, words.join(' '));
  }
});

test.serial('--kind dns with a rate is the probe at a rate', async (t) => {
  t.regex(
    await ok(t, sandbox, ['probe', '--kind', 'dns', '--rate', '50', '--for', '200ms', ...oneOf]),
    /WORST SEND GAP/,
  );
});
