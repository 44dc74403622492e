import test from 'ava';
import {
  bundled,
  contractSandbox,
  forEachRuntime,
  inNode,
  ipv4,
  ipv6,
  labFor,
  settled,
  topologyOf,
} from '../support/contract.js';
import { runtimeNamed } from '../../src/runtime/registry.js';
import { pollUntil } from '../../src/support/poll.js';
import { catchments, changesOf } from '../support/documents.js';
import { setLatency } from '../support/latency.js';

contractSandbox();

const bothFamilies = (client: string, answer: string) => ({
  [`${client} ${ipv4}`]: answer,
  [`${client} ${ipv6}`]: answer,
});

const apart = `
name: apart
nodes: {client: {kind: host}, near: {kind: router}, far: {kind: router}, server: {kind: host}}
links: [[client, near], [near, far], [far, server]]
anycast:
  service: {addresses: [${ipv4}, "${ipv6}"], instances: [server]}
place:
  client: {machine: manager}
  near: {machine: manager}
  far: {machine: worker1}
  server: {machine: worker1}
`;

forEachRuntime((runtime) => {
  test.serial(`${runtime}: figure 1: each client is answered by the instance at its own end`, async (t) => {
    const { lab, result } = await labFor(t, runtime, await bundled('figure1'));
    const expected = {
      ...bothFamilies('client1', 'server-a at 1 over router1 > server-a'),
      ...bothFamilies('client2', 'server-c at 1 over router3 > server-c'),
    };
    t.deepEqual(catchments(result.answers), expected);
    t.deepEqual(catchments(await lab.who()), expected);
    t.deepEqual(
      result.expectations.map(({ verdict }) => verdict),
      ['pass', 'pass'],
    );
    t.deepEqual(result.steps, []);
    t.like(result, { lab: 'figure1', topology: 'figure1', runtime, nodes: 8, links: 7 });

    t.deepEqual(
      catchments(await lab.who({ client: 'client2' })),
      bothFamilies('client2', 'server-c at 1 over router3 > server-c'),
    );
    await t.throwsAsync(lab.who({ client: 'cleint2' }), { code: 'NODE_UNKNOWN' });
  });

  test.serial(`${runtime}: figure 2: routers know every instance with its cost, and install the nearest`, async (t) => {
    const { lab, result } = await labFor(t, runtime, await bundled('figure2'));
    t.deepEqual(catchments(result.answers), bothFamilies('client1', 'server-a at 1 over router1 > server-a'));
    const { routes, nodes, faults, announcements } = await lab.inspect();
    const known = Object.fromEntries(
      routes.map(({ router, address, alternatives, installed }) => [
        `${router} ${address}`,
        `${alternatives.map(({ instance, cost }) => `${instance} ${String(cost)}`).join(', ')}; ${installed.map(({ node }) => node).join(', ')}`,
      ]),
    );
    for (const address of [ipv4, ipv6]) {
      t.is(known[`router1 ${address}`], 'server-a 1, server-b 2, server-c 3; server-a');
      t.regex(
        known[`router2 ${address}`] ?? '',
        /^server-b 1, (?:server-a 2, server-c 2|server-c 2, server-a 2); server-b$/,
      );
      t.is(known[`router3 ${address}`], 'server-c 1, server-b 2, server-a 3; server-c');
    }
    t.is(routes.length, 6);
    t.deepEqual(faults, []);
    t.deepEqual(
      announcements.map(({ serving, announced }) => [serving, announced]),
      Array(3).fill([true, true]),
    );
    t.deepEqual(nodes.map(({ name }) => name).sort(), [
      'client1',
      'router1',
      'router2',
      'router3',
      'server-a',
      'server-b',
      'server-c',
    ]);
    for (const node of nodes) {
      t.is(node.state, 'up');
      t.true(
        node.interfaces.every((each) => each.up && each.addresses.length >= 2),
        JSON.stringify(node),
      );
      t.is(node.routing, node.name !== 'client1');
      t.true(node.processes > 0);
    }
    t.deepEqual(
      (await lab.inspect(['router2'])).routes.map(({ router }) => router),
      ['router2', 'router2'],
    );
  });

  test.serial(`${runtime}: figure 3: the nearest instance fails during up, and the next one answers`, async (t) => {
    const { lab, result } = await labFor(t, runtime, await bundled('figure3'));
    t.deepEqual(catchments(result.answers), bothFamilies('client1', 'server-a at 1 over router1 > server-a'));
    t.deepEqual(
      result.expectations.map(({ verdict }) => verdict),
      ['pass', 'pass'],
    );
    const [step, ...more] = result.steps;
    t.deepEqual(more, []);
    t.like(step, { action: 'fail', target: 'server-a', how: 'crash', settled: true, pending: [] });
    t.deepEqual(
      changesOf(step).map(({ client, service, address, before, after }) => [client, service, address, before, after]),
      [ipv4, ipv6].map((address) => ['client1', 'service', address, 'server-a', 'server-b']),
    );
    for (const change of changesOf(step)) {
      t.true(change.lost <= change.sent && change.sent > 0);
      t.true(change.outageMs !== null && change.switchMs !== null);
    }
    t.deepEqual(
      catchments(await lab.who()),
      bothFamilies('client1', 'server-b at 2 over router1 > router2 > server-b'),
    );
    const { routes } = await lab.inspect(['router1']);
    for (const { alternatives, installed } of routes) {
      t.deepEqual(alternatives, [
        { instance: 'server-b', cost: 2 },
        { instance: 'server-c', cost: 3 },
      ]);
      t.deepEqual(
        installed.map(({ node }) => node),
        ['router2'],
      );
    }
    t.true((await lab.restore('server-a', settled)).settled);
    t.deepEqual(catchments(await lab.who()), catchments(result.answers));
  });

  test.serial(`${runtime}: a program runs inside the node it is told, with its words and its status`, async (t) => {
    const { lab } = await labFor(t, runtime, await bundled('figure2'));
    t.is(await inNode(t, lab, 'router1', ['hostname']), 'router1');
    t.is(await inNode(t, lab, 'client1', ['printf', '%s|', 'two words', '$HOME', '']), 'two words|$HOME||');
    const client = (await lab.inspect([])).nodes.find(({ name }) => name === 'client1');
    const addresses = client?.interfaces.flatMap((each) => each.addresses) ?? [];
    const shown = await inNode(t, lab, 'client1', ['ip', '-o', 'address', 'show', 'eth1']);
    t.true(addresses.length === 2 && addresses.every((address) => shown.includes(address)), shown);
    t.regex(await inNode(t, lab, 'router1', ['ip', 'route', 'show', ipv4]), /eth3/);
    t.regex(await inNode(t, lab, 'router1', ['vtysh', '-c', 'show ip ospf neighbor']), /Full/);
    t.regex(await inNode(t, lab, 'server-b', ['vtysh', '-c', 'show ipv6 ospf6 neighbor']), /Full/);

    t.like(await lab.exec('server-a', ['sh', '-c', 'echo out; echo err >&2; exit 7']), {
      exitCode: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    const missing = await lab.exec('server-a', ['no-such-program']);
    t.is(missing.exitCode, 127);
    t.is(missing.stdout, '');
    t.regex(missing.stderr, /no-such-program/);
    const unknown = await t.throwsAsync(lab.exec('client9', ['true']), { code: 'NODE_UNKNOWN' });
    t.regex((unknown as Error & { hint: string }).hint, /client1/);

    const terminal = await lab.terminal('server-a', ['sh'], { columns: 81, rows: 23 });
    let said = '';
    terminal.stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
    const saysTo = async (keys: string, wanted: RegExp): Promise<void> => {
      terminal.stream.write(keys);
      const { held } = await pollUntil(
        () => said,
        (text) => wanted.test(text),
        { everyMs: 20, deadlineMs: 10_000 },
      );
      t.true(held, said);
    };
    await saysTo('hostname; stty size\n', /\n(?:# )?server-a\r\n23 81\r\n/);
    await terminal.resize({ columns: 100, rows: 30 });
    await saysTo('stty size\n', /\n(?:# )?30 100\r\n/);
    await saysTo('sleep 7654 & echo beg""un\n', /\n(?:# )?begun\r\n/);
    await terminal.end();
    t.notRegex(await inNode(t, lab, 'server-a', ['ps', '-eo', 'args']), /sleep 7654/, 'it ended with its terminal');
    await t.throwsAsync(lab.terminal('client9', ['sh'], { columns: 80, rows: 24 }), { code: 'NODE_UNKNOWN' });
  });

  test.serial(
    `${runtime}: a lab can be connected to, is listed as it is, and leaves the list when it is removed`,
    async (t) => {
      const { lab } = await labFor(t, runtime, await bundled('figure2'), 'listed');
      const records = await runtimeNamed(runtime).list();
      t.is(records.length, 1);
      t.like(records[0], { lab: 'listed', topology: 'figure2', runtime, nodes: 7, phase: 'up' });
      t.true(Math.abs(Date.now() - Date.parse(records[0]?.startedAt ?? '')) < 3_600_000);
      const connection = await runtimeNamed(runtime).connect('listed');
      t.is((await connection.agent.call('ping', {})).topology, 'figure2');
      connection.close();
      await lab.down();
      t.deepEqual(await runtimeNamed(runtime).list(), []);
      await t.throwsAsync(async () => runtimeNamed(runtime).connect('listed'), { code: 'LAB_NOT_FOUND' });
      await t.throwsAsync(async () => runtimeNamed(runtime).remove('listed'), { code: 'LAB_NOT_FOUND' });
    },
  );

  if (runtime === 'swarm')
    test.serial('swarm: machines that are 20 ms apart answer and fail as others do, later', async (t) => {
      const { lab } = await labFor(t, runtime, topologyOf(apart));
      t.teardown(() => setLatency(0));
      await setLatency(20);
      const answers = await lab.who();
      t.deepEqual(catchments(answers), bothFamilies('client', 'server at 2 over near > far > server'));
      // Each of the four relays on the way may be half a millisecond early.
      for (const { rttMs } of answers) t.true(rttMs !== null && rttMs > 38, String(rttMs));
      t.true((await lab.fail('near/far', settled)).settled);
      t.deepEqual(
        (await lab.who()).map(({ instance }) => instance),
        [null, null],
      );
      t.true((await lab.restore('near/far', settled)).settled);
      t.deepEqual(catchments(await lab.who()), catchments(answers));
    });
});
