import { mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { pollUntil } from '../../src/support/poll.js';
import {
  ask,
  catchments,
  doctor,
  down,
  exec,
  inspect,
  labDoctor,
  list,
  probe,
  refused,
  topologies,
  validate,
  who,
} from '../support/documents.js';
import { step, up } from '../support/step-documents.js';
import { processesOf } from '../support/host.js';
import { ok, run } from '../support/lab-cli.js';
import { assertNothingLeft, checkout, kill, sandboxForFile } from '../support/sandbox.js';

const sandbox = sandboxForFile();
const addresses = ['192.0.2.53', '2001:db8:53::53'];

test.afterEach.always('the labs go', () => run(sandbox, ['down', '--all']));

test.serial(
  'with no lab up, list is empty, down --all has nothing to do, and everything else says how to start one',
  async (t) => {
    t.deepEqual(await ask(t, sandbox, list, ['list']), { labs: [] });
    t.deepEqual(await ask(t, sandbox, down, ['down', '--all']), { removed: [] });
    for (const words of [['who'], ['inspect'], ['probe'], ['down'], ['fail', 'server-a'], ['restore', 'server-a']]) {
      const { code, hint } = await refused(t, sandbox, words, 2);
      t.is(code, 'LAB_NOT_FOUND', words.join(' '));
      t.is(hint, 'start one: nearcast up figure3');
    }
    t.is((await run(sandbox, ['exec', 'client1', 'true'])).status, 2);
    t.is((await run(sandbox, ['vtysh', 'router1', '-c', 'show version'])).status, 2);
    await assertNothingLeft(t, sandbox);
  },
);

test.serial('one lab: fail, restore, who, inspect, list, probe, exec, vtysh', async (t) => {
  const { answers } = await ask(t, sandbox, up, ['up', 'figure1']);
  const first = catchments(answers);

  const failed = await ask(t, sandbox, step, ['fail', 'server-a']);
  t.like(failed, { action: 'fail', target: 'server-a', how: 'crash', settled: true, pending: [] });
  t.deepEqual(
    failed.changes.map(({ client, before, after }) => [client, before, after]),
    [
      ...addresses.map(() => ['client1', 'server-a', 'server-b']),
      ...addresses.map(() => ['client2', 'server-c', 'server-c']),
    ],
  );
  const state = await ask(t, sandbox, inspect, ['inspect']);
  t.like(state, { lab: 'figure1', topology: 'figure1', faults: [{ target: 'server-a', how: 'crash' }] });
  t.is(state.nodes.find(({ name }) => name === 'server-a')?.state, 'crashed');
  t.deepEqual(
    state.routes
      .filter(({ router }) => router === 'router1')
      .map(({ address, alternatives }) => [address, alternatives]),
    addresses.map((address) => [
      address,
      [
        { instance: 'server-b', cost: 2 },
        { instance: 'server-c', cost: 3 },
      ],
    ]),
  );
  t.is((await refused(t, sandbox, ['fail', 'server-a'], 2)).code, 'FAULT_STATE');
  const health = await ask(t, sandbox, labDoctor, ['doctor', 'figure1']);
  t.true(health.healthy, 'a fault made on purpose is not a symptom');
  t.true(health.symptoms.length > 10);
  const restored = await ask(t, sandbox, step, ['restore', 'server-a', '--timeout', '30s']);
  t.like(restored, { action: 'restore', target: 'server-a', how: 'crash', settled: true });
  t.deepEqual(catchments((await ask(t, sandbox, who, ['who'])).answers), first);

  const { answers: ofOne } = await ask(t, sandbox, who, [
    'who',
    'figure1',
    '--client',
    'client2',
    '--service',
    'service',
  ]);
  t.deepEqual(
    ofOne.map(({ client }) => client),
    ['client2', 'client2'],
  );
  const { labs } = await ask(t, sandbox, list, ['list']);
  t.is(labs.length, 1);
  t.like(labs[0], { lab: 'figure1', topology: 'figure1', runtime: 'netns', nodes: 8 });

  const { series } = await ask(t, sandbox, probe, ['probe', '--rate', '50', '--for', '500ms', '--client', 'client1']);
  t.deepEqual(
    series.map(({ client, address }) => [client, address]),
    addresses.map((address) => ['client1', address]),
  );
  for (const { sent, lost, runs } of series) {
    t.true(sent > 0 && lost <= sent);
    t.is(
      runs.reduce((sum, each) => sum + each.probes, 0),
      sent,
    );
    t.deepEqual([...new Set(runs.flatMap(({ instance }) => instance ?? []))], ['server-a']);
  }

  const ran = await ask(t, sandbox, exec, ['exec', 'router2', 'sh', '-c', 'hostname; echo no >&2; exit 5'], {
    status: 5,
  });
  t.deepEqual(ran, { lab: 'figure1', node: 'router2', exitCode: 5, stdout: 'router2\n', stderr: 'no\n' });
  const plain = await run(sandbox, ['exec', 'router2', 'sh', '-c', 'hostname; echo no >&2; exit 6']);
  t.deepEqual([plain.status, plain.stdout, plain.stderr], [6, 'router2\n', 'no\n']);
  t.is(await ok(t, sandbox, ['exec', 'router2', '--', 'echo', '--json']), '--json\n');
  t.regex(await ok(t, sandbox, ['vtysh', 'router1', '-c', 'show ip ospf neighbor']), /Full/);
  t.regex(await ok(t, sandbox, ['vtysh', 'server-a', '-c', 'show ipv6 ospf6 neighbor']), /Full/);
  const host = await run(sandbox, ['vtysh', 'client1', '-c', 'show version']);
  t.is(host.status, 2);
  t.regex(host.stderr, /client1 does not run FRR[^]*router1/);
  t.is((await run(sandbox, ['shell', 'client1'], { env: { SHELL: 'hostname' } })).stdout, 'client1\n');

  for (const verb of ['who', 'inspect', 'list']) t.regex(await ok(t, sandbox, [verb]), /figure1|client1/, verb);
  t.regex(
    await ok(t, sandbox, ['fail', 'service@server-c']),
    /service@server-c stops answering[^]*client2 .*server-c -> server-b[^]*2 flows noticed nothing/,
  );
  t.regex(
    await ok(t, sandbox, ['restore', 'service@server-c']),
    /service@server-c answers again[^]*client2 .*server-b -> server-c/,
  );
  t.deepEqual(await ask(t, sandbox, down, ['down']), { removed: ['figure1'] });
  await assertNothingLeft(t, sandbox);
});

test.serial('a wrong word is refused with what it could have been', async (t) => {
  await ok(t, sandbox, ['up', 'figure2']);
  const refusals = [
    [['fail', 'sever-a'], 'TARGET_UNKNOWN', /did you mean "server-a"/],
    [['fail', 'router1/server-c'], 'TARGET_UNKNOWN', /router1 is linked to/],
    [['fail', 'server-a', '--how', 'down'], 'FAULT_UNSUPPORTED', /crash/],
    [['fail', 'server-a', '--how', 'explode'], 'USAGE', /crash, freeze, drain, leak/],
    [['fail', 'server-a', '--timeout', 'soon'], 'USAGE', /--timeout 10s/],
    [['restore', 'server-a'], 'FAULT_STATE', /nothing in this lab has failed/],
    [['who', 'figure3'], 'LAB_NOT_FOUND', /figure2/],
    [['who', '--client', 'cleint1'], 'NODE_UNKNOWN', /client1/],
    [['fail', 'server-a', '--lab', 'figure3'], 'LAB_NOT_FOUND', /figure2/],
    [['exec', 'client2', 'true'], 'NODE_UNKNOWN', /client1/],
    ...['__proto__', 'constructor', 'toString'].map(
      (name) => [['exec', name, 'true'], 'NODE_UNKNOWN', /client1/] as const,
    ),
    [['probe', '--kind', 'http', '--path', '/a b'], 'USAGE', /%20/],
    [['probe', '--rate', '0'], 'USAGE', /1000/],
    [['probe', '--for', 'ever'], 'USAGE', /--for 5s/],
    [['down', 'figure2', '--all'], 'USAGE', /down --all/],
    [['up', 'figure1', '--name', 'figure2'], 'LAB_EXISTS', /down figure2.*--name/],
    [['up', 'figure1', '--nmae', 'x'], 'USAGE', /--help/],
    [['fail'], 'USAGE', /--help/],
    [['upp', 'figure2'], 'USAGE', /--help/],
  ] as const;
  for (const [words, code, hint] of refusals) {
    const error = await refused(t, sandbox, words, 2);
    t.is(error.code, code, words.join(' '));
    t.regex(error.hint ?? '', hint, words.join(' '));
  }
  const plain = await run(sandbox, ['fail', 'sever-a']);
  t.deepEqual([plain.status, plain.stdout], [2, '']);
  t.regex(plain.stderr, /there is no node "sever-a"\n +did you mean "server-a"\?\n$/);
  t.deepEqual((await ask(t, sandbox, inspect, ['inspect'])).faults, [], 'nothing was broken by any of them');
  await ok(t, sandbox, ['down', 'figure2']);
});

test.serial('several labs: name the one that is meant; down --all takes them all', async (t) => {
  await Promise.all(['blue', 'green'].map((name) => ok(t, sandbox, ['up', 'figure2', '--name', name])));
  t.deepEqual(
    (await ask(t, sandbox, list, ['list'])).labs.map(({ lab, topology }) => [lab, topology]),
    [
      ['blue', 'figure2'],
      ['green', 'figure2'],
    ],
  );
  for (const [words, right] of [
    ['who', 'who blue'],
    ['inspect', 'inspect blue'],
    ['down', 'down blue'],
    ['fail server-a --how crash', 'fail --lab blue server-a --how crash'],
    ['exec client1 true', 'exec --lab blue client1 true'],
    ['exec client1 --lab green true', 'exec --lab green client1 true'],
    ['config router1', 'config router1 blue'],
  ] as const) {
    const { code, hint } = await refused(t, sandbox, words.split(' '), 2);
    t.is(code, 'LAB_AMBIGUOUS', words);
    t.is(hint?.replace(' --json', ''), `say which, as in  nearcast ${right}`);
  }
  await ask(t, sandbox, step, ['fail', 'server-a', '--lab', 'green']);
  const answersOf = async (lab: string) =>
    (await ask(t, sandbox, who, ['who', lab])).answers.map(({ instance }) => instance);
  t.deepEqual(await answersOf('blue'), ['server-a', 'server-a']);
  t.deepEqual(await answersOf('green'), ['server-b', 'server-b']);
  t.is(await ok(t, sandbox, ['exec', '--lab', 'green', 'client1', 'hostname']), 'client1\n');
  const { removed } = await ask(t, sandbox, down, ['down', '--all']);
  t.deepEqual([...removed].sort(), ['blue', 'green']);
  await assertNothingLeft(t, sandbox);
});

test.serial('down works without the topology file, and after the agent was killed', async (t) => {
  const text = readFileSync(join(checkout, 'topologies', 'figure2.yml'), 'utf8');
  const file = sandbox.write('mine.yml', text.replace('name: figure2', 'name: mine'));
  await ok(t, sandbox, ['up', file]);
  rmSync(file);
  t.deepEqual(await ask(t, sandbox, down, ['down', 'mine']), { removed: ['mine'] });
  await assertNothingLeft(t, sandbox);

  await Promise.all(['one', 'two'].map((name) => ok(t, sandbox, ['up', 'figure2', '--name', name])));
  const agents = processesOf(sandbox.states).filter(({ command }) => /^\S*node\S* \S*agent\.js$/.test(command));
  t.is(agents.length, 2);
  const [agent] = agents;
  kill(agent?.pid);
  const { removed } = await ask(t, sandbox, down, ['down', '--all']);
  t.true(removed.length >= 1, 'the other one, and the dead one where it was still being removed');
  await assertNothingLeft(t, sandbox);
  t.is((await refused(t, sandbox, ['down', 'one'], 2)).code, 'LAB_NOT_FOUND');
});

test.serial('a stopped agent, which answers nobody, does not keep its lab from being removed', async (t) => {
  await ok(t, sandbox, ['up', 'figure2']);
  const agent = processesOf(sandbox.states).find(({ command }) => /^\S*node\S* \S*agent\.js$/.test(command));
  kill(agent?.pid, 'SIGSTOP');
  t.deepEqual(await ask(t, sandbox, down, ['down', 'figure2']), { removed: ['figure2'] });
  await assertNothingLeft(t, sandbox);
});

test.serial('a fault that did not happen is an error, and nothing of it is listed', async (t) => {
  // An ip that does nothing more while a file is there, found before the system's own.
  const refusing = join(sandbox.folder, 'refusing');
  const tools = join(sandbox.folder, 'tools');
  mkdirSync(tools);
  writeFileSync(
    join(tools, 'ip'),
    [
      '#!/bin/sh',
      `if [ -e '${refusing}' ]; then case " $* " in *" -batch "*) cat > /dev/null; exit 0;; esac; fi`,
      'PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin',
      'exec ip "$@"',
      '',
    ].join('\n'),
    { mode: 0o755 },
  );
  const { answers } = await ask(t, sandbox, up, ['up', 'figure2'], {
    options: { env: { PATH: `${tools}:${process.env['PATH'] ?? ''}` } },
  });
  const faultsNow = async () => (await ask(t, sandbox, inspect, ['inspect'])).faults;

  writeFileSync(refusing, '');
  const { code, message } = await refused(t, sandbox, ['fail', 'service@server-a', '--how', 'withdraw'], 3);
  t.is(code, 'FAULT_INEFFECTIVE');
  t.regex(message, /withdraw of service@server-a did not happen: server-a still has a route to it/);
  t.deepEqual(await faultsNow(), []);
  rmSync(refusing);
  await ask(t, sandbox, step, ['fail', 'service@server-a', '--how', 'withdraw', '--timeout', '30s']);
  t.true((await ask(t, sandbox, step, ['restore', 'service@server-a', '--timeout', '30s'])).settled);

  await ask(t, sandbox, step, ['fail', 'server-c', '--timeout', '30s']);
  t.is(
    (await refused(t, sandbox, ['fail', 'service@server-c', '--how', 'hang'], 2)).code,
    'FAULT_STATE',
    'what has no power cannot hang',
  );
  t.true((await ask(t, sandbox, step, ['restore', 'server-c', '--timeout', '30s'])).settled);
  t.deepEqual(catchments((await ask(t, sandbox, who, ['who'])).answers), catchments(answers));
  await ok(t, sandbox, ['down']);
});

test.serial('a node whose first process somebody ends has crashed, as by a power cut', async (t) => {
  const { answers } = await ask(t, sandbox, up, ['up', 'figure2']);
  const namespace = (await ok(t, sandbox, ['exec', 'server-a', 'readlink', '/proc/1/ns/pid'])).trim();
  const first = processesOf(sandbox.states).find(
    ({ pid, name }) => name === 'sleep' && readlinkSync(`/proc/${String(pid)}/ns/pid`) === namespace,
  );
  kill(first?.pid ?? 0);
  const listed = await pollUntil(
    async () => (await ask(t, sandbox, inspect, ['inspect'])).faults,
    (faults) => faults.length > 0,
    { everyMs: 20, deadlineMs: 20_000 },
  );
  t.deepEqual(listed.last, [{ target: 'server-a', how: 'crash' }]);
  const moved = await pollUntil(
    async () => (await ask(t, sandbox, who, ['who'])).answers.map(({ instance }) => instance),
    (seen) => seen.every((each) => each === 'server-b'),
    { everyMs: 50, deadlineMs: 30_000 },
  );
  t.deepEqual(moved.last, ['server-b', 'server-b'], 'over both families');
  t.is((await refused(t, sandbox, ['exec', 'server-a', 'true'], 2)).code, 'FAULT_STATE');
  t.true((await ask(t, sandbox, step, ['restore', 'server-a', '--timeout', '30s'])).settled);
  t.deepEqual(catchments((await ask(t, sandbox, who, ['who'])).answers), catchments(answers));
  await ok(t, sandbox, ['down']);
});

test.serial('validate: every problem with its place and what would be right', async (t) => {
  t.deepEqual(await ask(t, sandbox, validate, ['validate', 'figure1', 'figure2', 'figure3']), {
    valid: true,
    problems: [],
    remarks: [],
  });
  const file = sandbox.write(
    'broken.yml',
    'name: broken\nnodes:\n  client1: {kind: hoost}\n  router1: {kind: router}\nlinks:\n  - [client1, router2]\n',
  );
  const { valid, problems } = await ask(t, sandbox, validate, ['validate', file, 'figure1'], { status: 2 });
  t.false(valid);
  t.deepEqual(
    problems.map(({ line, code }) => [line, code]),
    [
      [3, 'BAD_VALUE'],
      [6, 'UNKNOWN_NODE'],
    ],
  );
  t.true(problems.every((problem) => problem.file.endsWith('broken.yml')));
  t.regex(problems[0]?.hint ?? '', /did you mean "host"/);
  t.is((await refused(t, sandbox, ['validate', 'figure4'], 2)).code, 'TOPOLOGY_NOT_FOUND');
  const several = await ask(t, sandbox, validate, ['validate', 'figure4', file], { status: 2 });
  t.deepEqual(several.problems, problems, 'one that is not there hides nothing of the others');
  t.like(several.missing, [{ file: 'figure4', code: 'TOPOLOGY_NOT_FOUND' }]);
  const plain = await run(sandbox, ['validate', file, 'figure4', 'figure1']);
  t.is(plain.status, 2);
  t.regex(plain.stdout, /broken\.yml:3:\d+: [^]*there is no topology "figure4"[^]*figure1\.yml: valid/);
});

test.serial('topologies, schema and doctor', async (t) => {
  const bundled = (await ask(t, sandbox, topologies, ['topologies'])).topologies;
  t.true(
    ['figure1', 'figure2', 'figure3'].every((name) => bundled.some((each) => each.name === name && each.title !== '')),
  );
  t.regex(await ok(t, sandbox, ['topologies']), /figure3 +7 +3 +\d+\.\d\d s +Single client after failure/);
  const schema = readFileSync(join(checkout, 'topologies', 'topology.schema.json'), 'utf8');
  for (const words of [['schema'], ['schema', '--json']]) t.is(await ok(t, sandbox, words), schema);
  const { fit, checks } = await ask(t, sandbox, doctor, ['doctor']);
  t.true(fit);
  t.true(checks.length > 5);
  t.true(
    checks.every(({ status, hint }) => status === 'ok' || hint !== undefined),
    'what is not well says how to repair it',
  );
  t.regex(await ok(t, sandbox, ['doctor']), /labs can run here: nearcast up figure3/);
  await assertNothingLeft(t, sandbox);
});

test.serial('every verb has help with examples', async (t) => {
  const help = await ok(t, sandbox, ['--help']);
  const verbs = [...help.matchAll(/^ {2}([a-z]+) {2,}[A-Z]/gm)].map(([, verb = '']) => verb);
  t.true(
    [
      'up',
      'down',
      'list',
      'inspect',
      'who',
      'probe',
      'fail',
      'restore',
      'exec',
      'shell',
      'vtysh',
      'validate',
      'topologies',
      'schema',
      'doctor',
    ].every((verb) => verbs.includes(verb)),
    verbs.join(' '),
  );
  for (const verb of verbs.filter((each) => each !== 'help'))
    t.regex(await ok(t, sandbox, [verb, '--help']), /Examples:\n {2}nearcast /, verb);
});
