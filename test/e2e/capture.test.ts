import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { pollUntil } from '../../src/support/poll.js';
import { ask, capture, refused } from '../support/documents.js';
import { ok, npmCommand, run, start } from '../support/lab-cli.js';
import { asksForIdentity, readPcapng } from '../support/pcapng.js';
import { kill, sandboxForFile } from '../support/sandbox.js';
import { factsOf, fieldsOf, whereTshark } from '../support/tshark.js';

const sandbox = sandboxForFile({ atEnd: () => run(sandbox, ['down', '--all']) });
const inFolder = { cwd: sandbox.folder };
const read = (name: string) => readPcapng(readFileSync(join(sandbox.folder, name)));

test.before('a lab to listen to', async () => {
  const { status, stderr } = await run(sandbox, ['up', 'figure2']);
  if (status !== 0) throw new Error(stderr);
});

/**
 * Starts a capture; resolves to its process when it says that it has begun. In an object: it could be awaited itself.
 */
async function begun(words: readonly string[]): Promise<{ readonly capturing: ReturnType<typeof start> }> {
  const capturing = start(sandbox, ['capture', ...words], inFolder);
  let said = '';
  capturing.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const { held } = await pollUntil(
    () => said,
    (text) => text.includes('capturing '),
    { everyMs: 10, deadlineMs: 30_000 },
  );
  if (!held) throw new Error(`it does not begin: ${said}`);
  return { capturing };
}

/** Captures while every client asks, and ends it with Ctrl-C. */
async function captureOfWho(t: ExecutionContext, words: readonly string[]): Promise<string> {
  const { capturing } = await begun(words);
  await ok(t, sandbox, ['who']);
  capturing.kill('SIGINT');
  const { exitCode, stdout, stderr } = await capturing;
  t.is(exitCode, 0, stderr);
  t.is(stdout, '');
  return stderr;
}

test.serial('Ctrl-C ends a capture well: the file is complete, and what is in it is said', async (t) => {
  const said = await captureOfWho(t, ['client1']);
  const { packets, interfaces, statistics } = read('client1.pcapng');
  t.is(
    said,
    `capturing client1:eth1 of figure2 into client1.pcapng until Ctrl-C\n${String(packets.length)} packets in client1.pcapng, 0 dropped\n`,
  );
  t.deepEqual(
    interfaces.map(({ name }) => name),
    ['client1:eth1'],
  );
  t.deepEqual(Object.keys(statistics), ['client1:eth1']);
  t.deepEqual([...new Set(packets.filter(asksForIdentity).map(({ direction }) => direction))].sort(), ['in', 'out']);
});

test.serial('SIGTERM and SIGHUP end it well too', async (t) => {
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    const { capturing } = await begun(['router1', '--output', `${signal}.pcapng`]);
    capturing.kill(signal);
    t.is((await capturing).exitCode, 0);
    t.deepEqual(
      read(`${signal}.pcapng`).interfaces.map(({ name }) => name),
      ['router1:eth1', 'router1:eth2', 'router1:eth3'],
    );
  }
});

test.serial(
  '--for and --count end it by themselves, --json says what came of it, and a file is written anew',
  async (t) => {
    const words = (...more: readonly string[]) => ['capture', 'router1:eth2', ...more];
    const timed = await ask(t, sandbox, capture, words('--for', '1s'), { options: inFolder });
    t.like(timed, { lab: 'figure2', file: 'router1-eth2.pcapng', dropped: 0 });
    t.true(timed.packets > 0, 'hellos, ten in a second');
    t.is(read(timed.file).packets.length, timed.packets);
    const counted = await ask(t, sandbox, capture, words('--count', '2', '--snap', '50'), { options: inFolder });
    t.is(counted.packets, 2);
    const { packets, interfaces } = read(counted.file);
    t.deepEqual(
      packets.map(({ bytes }) => bytes.length),
      [50, 50],
    );
    t.true(packets.every(({ originalBytes }) => originalBytes > 50));
    t.is(interfaces[0]?.snapLength, 50);
  },
);

test.serial('standard output takes the file too, and a reader that has enough ends it', async (t) => {
  const file = sandbox.write('piped.pcapng', '');
  const quote = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');
  const command = (rest: string) => ['sh', '-c', `"$@" ${rest}`, 'sh', process.execPath, 'dist/bin.js'];
  const piped = await run(sandbox, ['capture', 'router1', '--output', '-', '--count', '3'], {
    command: command(`> ${quote([file])}`),
  });
  t.is(piped.status, 0, piped.stderr);
  t.regex(piped.stderr, /into standard output\n3 packets in standard output, 0 dropped\n$/);
  t.is(readPcapng(readFileSync(file)).packets.length, 3);
  const enough = await run(sandbox, ['capture', 'router1', '--output', '-'], {
    command: command('| head -c 8 | wc -c'),
  });
  t.deepEqual([enough.status, enough.stdout.trim()], [0, '8'], enough.stderr);
});

test.serial(
  'a capture on the standard output of an npm that is not silent is refused, with the command that works',
  async (t) => {
    const words = ['capture', 'router1', '--output', '-', '--count', '1'];
    const loud = await run(sandbox, words, { command: ['npm', 'run', 'lab', '--'] });
    t.is(loud.status, 2);
    t.regex(loud.stderr, /would corrupt the capture\n +npm run -s lab -- capture router1 --output -\n/);
    const file = sandbox.write('silent.pcapng', '');
    const silent = await run(sandbox, words, {
      command: ['sh', '-c', 'file=$1; shift; "$@" > "$file"', 'sh', file, ...npmCommand],
    });
    t.is(silent.status, 0, silent.stderr);
    t.is(readPcapng(readFileSync(file)).packets.length, 1);
  },
);

test.serial('a wrong word is refused before anything is made', async (t) => {
  const before = readdirSync(sandbox.folder);
  const refusals = [
    [['rooter1'], 'NODE_UNKNOWN', /did you mean "router1"/],
    [['router1:eth11'], 'TARGET_UNKNOWN', /did you mean "eth1"/],
    [['router1/server-a'], 'TARGET_UNKNOWN', /router1:eth1/],
    [['router1', '--for', 'ever'], 'USAGE', /--for 10s/],
    [['router1', '--count', '0'], 'USAGE', /--count 128/],
    [['router1', '--snap', '300000'], 'USAGE', /262144/],
    [['router1', '--output', '-'], 'USAGE', /--output capture\.pcapng/],
    [['router1', '--output', 'nowhere/a.pcapng'], 'USAGE', /--output/],
    [['router1', '--output', '.'], 'USAGE', /name a file/],
    [['router1', '--lab', 'figure3'], 'LAB_NOT_FOUND', /figure2/],
  ] as const;
  for (const [words, code, hint] of refusals) {
    const error = await refused(t, sandbox, ['capture', ...words], 2, inFolder);
    t.is(error.code, code, words.join(' '));
    t.regex(error.hint ?? '', hint, words.join(' '));
  }
  t.deepEqual(readdirSync(sandbox.folder), before);
});

test.serial('a capture whose reader is killed leaves nothing in the lab, and a file that can be read', async (t) => {
  const sockets = async () =>
    (await ok(t, sandbox, ['exec', 'client1', 'cat', '/proc/net/packet'])).trimEnd().split('\n').length - 1;
  t.is(await sockets(), 0);
  const { capturing } = await begun(['client1', '--output', 'killed.pcapng']);
  t.is(await sockets(), 1);
  await pollUntil(
    () => existsSync(join(sandbox.folder, 'killed.pcapng')) && read('killed.pcapng').interfaces.length,
    (count) => count === 1,
    { everyMs: 10, deadlineMs: 10_000 },
  );
  kill(capturing.pid);
  await capturing;
  const { last } = await pollUntil(sockets, (count) => count === 0, { everyMs: 20, deadlineMs: 20_000 });
  t.is(last, 0);
  t.is(read('killed.pcapng').interfaces.length, 1);
});

test.serial('a lab that is taken down ends its captures, with what came until then', async (t) => {
  await ok(t, sandbox, ['up', 'figure2', '--name', 'short']);
  const { capturing } = await begun(['router1', '--lab', 'short', '--output', 'short.pcapng']);
  await ok(t, sandbox, ['down', 'short']);
  const { exitCode, stderr } = await capturing;
  t.is(exitCode, 3);
  t.regex(stderr, /the agent of the lab has ended/);
  t.is(read('short.pcapng').interfaces.length, 3);
});

whereTshark(() => {
  test.serial(
    'tshark reads the questions and answers, with their interfaces, directions and nanoseconds',
    async (t) => {
      await captureOfWho(t, ['router1', '--output', 'tshark.pcapng']);
      const file = join(sandbox.folder, 'tshark.pcapng');
      const fields = [
        'frame.interface_name',
        'frame.packet_flags_direction',
        'frame.time_epoch',
        'dns.flags.response',
        'dns.txt',
        'ip.dst',
        'ipv6.dst',
      ] as const;
      const identity = await fieldsOf(
        file,
        'dns.qry.name == "id.server" && dns.qry.class == 3 && dns.qry.type == 16 && !icmp && !icmpv6',
        fields,
      );
      for (const [address, field] of [
        ['192.0.2.53', 'ip.dst'],
        ['2001:db8:53::53', 'ipv6.dst'],
      ] as const) {
        const asked = identity.filter((each) => each[field] === address);
        t.true(
          asked.some(
            (each) =>
              each['frame.interface_name'] === 'router1:eth1' && Number(each['frame.packet_flags_direction']) === 1,
          ),
          address,
        );
        t.true(
          asked.some(
            (each) =>
              each['frame.interface_name'] === 'router1:eth3' && Number(each['frame.packet_flags_direction']) === 2,
          ),
          address,
        );
      }
      const answers = identity.filter((each) => each['dns.txt'] === 'server-a');
      t.deepEqual([...new Set(answers.map((each) => each['frame.interface_name']))].sort(), [
        'router1:eth1',
        'router1:eth3',
      ]);
      t.true(
        identity.some((each) => !/000$/.test(each['frame.time_epoch'])),
        'nanoseconds',
      );
      t.deepEqual(await fieldsOf(file, '_ws.malformed', ['frame.number']), []);
      t.true((await fieldsOf(file, 'ospf', ['frame.number'])).length > 0);

      const facts = await factsOf(file);
      const { packets } = read('tshark.pcapng');
      t.like(facts, {
        'File encapsulation': 'ether',
        'File timestamp precision': 'nanoseconds (9)',
        'Number of packets': String(packets.length),
        'Strict time order': 'True',
        'Capture application': 'nearcast',
        'Number of interfaces in file': '3',
        'Number of stat entries': '1',
      });
    },
  );
});
