import { isDeepStrictEqual } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { ask, catchments, down, exec, inspect, list, refused, who } from '../../support/documents.js';
import { step, up } from '../../support/step-documents.js';
import { networksOfEngine, whereEngine } from '../../support/engine.js';
import { hostFootprint } from '../../support/host.js';
import { document, ok, run } from '../../support/lab-cli.js';
import { assertNothingLeft, sandboxForFile } from '../../support/sandbox.js';
import { pollUntil } from '../../../src/support/poll.js';

const sandbox = sandboxForFile({ atEnd: () => run(sandbox, ['down', '--all']) });
const container = (name: string): string => `${sandbox.prefix}-figure3-${name}`;

/** The docker command, as somebody types it beside nearcast. */
async function docker(t: ExecutionContext, ...words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await execa('docker', words, {
    reject: false,
    timeout: 60_000,
    stdin: 'ignore',
  });
  t.is(exitCode, 0, `docker ${words.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

/** A crash or a pause that nobody asked nearcast for is noticed by itself, soon. */
async function noticed(t: ExecutionContext, target: string): Promise<void> {
  const { held, last } = await pollUntil(
    async () => (await ask(t, sandbox, inspect, ['inspect'])).faults,
    (faults) => faults.some((fault) => fault.target === target),
    { everyMs: 100, deadlineMs: 10_000 },
  );
  t.true(held, JSON.stringify(last));
}

test.afterEach.always('the labs go', () => run(sandbox, ['down', '--all']));

whereEngine(() => {
  test.serial(
    'figure 3 in containers: vtysh with docker exec, docker kill and docker pause are reported, restore repairs them, down leaves nothing',
    async (t) => {
      t.timeout(180_000);
      const before = { networks: await networksOfEngine(), host: hostFootprint() };
      const story = await ask(t, sandbox, up, ['up', 'figure3', '--runtime', 'docker'], {
        options: { deadlineMs: 170_000 },
      });
      t.is(story.runtime, 'docker');
      t.deepEqual(
        story.expectations.map(({ verdict }) => verdict),
        ['pass', 'pass'],
      );
      t.like((await ask(t, sandbox, list, ['list'])).labs[0], { lab: 'figure3', runtime: 'docker', phase: 'up' });
      await ask(t, sandbox, step, ['restore', 'server-a']);
      const { answers } = await ask(t, sandbox, who, ['who']);

      t.regex(await docker(t, 'exec', container('router1'), 'vtysh', '-c', 'show ip ospf neighbor'), /Full/);
      t.regex(await docker(t, 'top', container('router1')), /zebra/);

      for (const [words, target] of [
        [['kill', container('router1')], 'router1'],
        [['stop', container('server-b')], 'server-b'],
        [['restart', container('router2')], 'router2'],
        [['rm', '-f', container('client1')], 'client1'],
      ] as const) {
        await docker(t, ...words);
        await noticed(t, target);
        t.is((await refused(t, sandbox, ['exec', target, 'true'], 2)).code, 'FAULT_STATE', target);
        t.true((await ask(t, sandbox, step, ['restore', target])).settled, words.join(' '));
        t.deepEqual((await ask(t, sandbox, inspect, ['inspect'])).faults, [], words.join(' '));
        t.deepEqual(catchments((await ask(t, sandbox, who, ['who'])).answers), catchments(answers), words.join(' '));
      }

      for (const target of ['server-a', 'router1']) {
        await docker(t, 'pause', container(target));
        await noticed(t, target);
        const seen = await ask(t, sandbox, inspect, ['inspect']);
        t.like(seen.faults, { 0: { target, how: 'freeze' }, length: 1 });
        t.deepEqual(
          seen.nodes.filter(({ state }) => state !== 'up').map(({ name, state }) => `${name} ${state}`),
          [`${target} frozen`],
        );
        const served = (await ask(t, sandbox, who, ['who'])).answers.map(({ instance }) => instance);
        t.false(served.includes(target), 'nobody is answered by what stands still');
        t.is((await refused(t, sandbox, ['exec', target, 'true'], 2)).code, 'FAULT_STATE', target);
        t.is((await refused(t, sandbox, ['fail', target], 2)).code, 'FAULT_STATE', target);
        t.true((await ask(t, sandbox, step, ['restore', target])).settled, target);
        t.is((await docker(t, 'inspect', '--format', '{{.State.Status}}', container(target))).trim(), 'running');
        t.deepEqual((await ask(t, sandbox, inspect, ['inspect'])).faults, [], target);
        t.deepEqual(catchments((await ask(t, sandbox, who, ['who'])).answers), catchments(answers), target);
      }
      await docker(t, 'pause', container('server-a'));
      await noticed(t, 'server-a');
      await docker(t, 'unpause', container('server-a'));
      const { held, last } = await pollUntil(
        async () => ({
          faults: (await ask(t, sandbox, inspect, ['inspect'])).faults,
          catchments: catchments((await ask(t, sandbox, who, ['who'])).answers),
        }),
        (now) => isDeepStrictEqual(now, { faults: [], catchments: catchments(answers) }),
        { everyMs: 100, deadlineMs: 20_000 },
      );
      t.true(held, JSON.stringify(last));
      await ask(t, sandbox, step, ['fail', 'server-a', '--how', 'freeze']);
      await docker(t, 'pause', container('server-a'));
      await docker(t, 'unpause', container('server-a'));
      t.like((await ask(t, sandbox, inspect, ['inspect'])).faults, {
        0: { target: 'server-a', how: 'freeze' },
        length: 1,
      });
      t.true((await ask(t, sandbox, step, ['restore', 'server-a'])).settled);

      await docker(t, 'pause', container('client1'));
      await docker(t, 'kill', container('server-c'));
      t.deepEqual(await ask(t, sandbox, down, ['down']), { removed: ['figure3'] });
      await assertNothingLeft(t, sandbox);
      const names = (await docker(t, 'ps', '-a', '--format', '{{.Names}}')).split('\n');
      t.deepEqual(
        names.filter((name) => name.includes(sandbox.prefix)),
        [],
      );
      t.deepEqual(await networksOfEngine(), before.networks);
      t.deepEqual(hostFootprint().interfaces, before.host.interfaces);
    },
  );

  test.serial('nodes have no network of the engine, no privileges, and only what they need', async (t) => {
    await ok(t, sandbox, ['up', 'figure2', '--runtime', 'docker']);
    const ids = (await docker(t, 'ps', '-q', '--filter', `label=nearcast.owner=${sandbox.states}`)).split('\n');
    t.is(ids.length, 8);
    for (const id of ids) {
      const [info] = JSON.parse(await docker(t, 'inspect', id)) as [
        {
          Name: string;
          Config: { Labels: Record<string, string> };
          HostConfig: {
            Privileged: boolean;
            NetworkMode: string;
            PidMode: string;
            CapAdd: string[];
            CapDrop: string[];
            Sysctls: Record<string, string> | null;
            Binds: string[] | null;
          };
        },
      ];
      const isAgent = info.Config.Labels['nearcast.role'] === 'agent';
      t.false(info.HostConfig.Privileged, info.Name);
      t.is(info.HostConfig.NetworkMode, isAgent ? 'host' : 'none', info.Name);
      t.is(info.HostConfig.PidMode, isAgent ? 'host' : '', info.Name);
      t.deepEqual(info.HostConfig.CapDrop, ['ALL'], info.Name);
      t.is(
        info.HostConfig.CapAdd.includes('SYS_ADMIN'),
        isAgent || info.Config.Labels['nearcast.node'] !== 'client1',
        info.Name,
      );
      t.deepEqual(info.HostConfig.Binds ?? [], [], 'files are copied in, so that the engine may be elsewhere');
      if (!isAgent) t.is(info.HostConfig.Sysctls?.['net.ipv4.fib_multipath_hash_policy'], '3', info.Name);
    }
    await ok(t, sandbox, ['down', 'figure2']);
  });

  test.serial(
    "a name that somebody else's container has is refused before anything is made, and that container is left alone",
    async (t) => {
      await ok(t, sandbox, ['images', 'build']);
      const image = (
        JSON.parse(await ok(t, sandbox, ['images', '--json'])) as { images: { reference: string; role: string }[] }
      ).images.find(({ role }) => role === 'frr');
      const name = `${sandbox.prefix}-figure2-router3`;
      const id = await docker(t, 'create', '--name', name, image?.reference ?? '', 'true');
      try {
        const refusal = await refused(t, sandbox, ['up', 'figure2', '--runtime', 'docker'], 2);
        t.is(refusal.code, 'CONTAINER_NAME_TAKEN');
        t.regex(refusal.message, new RegExp(name));
        t.is(await docker(t, 'ps', '-aq', '--no-trunc', '--filter', `name=${sandbox.prefix}-`), id, 'nothing was made');
        t.is((await ask(t, sandbox, up, ['up', 'figure2', '--runtime', 'docker', '--name', 'other'])).lab, 'other');
        await ok(t, sandbox, ['down', 'other']);
        t.is(await docker(t, 'ps', '-aq', '--no-trunc', '--filter', `name=${sandbox.prefix}-`), id);
      } finally {
        await docker(t, 'rm', '-f', name);
      }
    },
  );

  test.serial(
    'images, commands, variables and binds of the file take effect; an FRR image of one’s own is a router',
    async (t) => {
      t.timeout(120_000);
      const { images } = JSON.parse(await ok(t, sandbox, ['images', '--json'])) as {
        images: { reference: string; role: string; current: boolean }[];
      };
      const own = (role: string): string =>
        images.find((image) => image.role === role && image.current)?.reference ?? '';
      const frr = `${sandbox.prefix}/frr:mine`;
      const plain = `${sandbox.prefix}/plain:mine`;
      await docker(t, 'tag', own('frr'), frr);
      await docker(t, 'tag', own('base'), plain);
      sandbox.write('bound.txt', 'from outside\n');
      const file = sandbox.write(
        'own.yml',
        `
name: own
runtime: docker
nodes:
  client1:
    kind: host
    image: ${plain}
    env: {WHO: client, LEVEL: 3}
    binds: ["${sandbox.folder}/bound.txt:/bound.txt:ro"]
  client2:  {kind: host, image: ${plain}, cmd: [sh, -c, "echo began > /tmp/began; exec sleep 1000"]}
  router1:  {kind: router, image: ${frr}, cmd: "echo beside > /tmp/beside; exec sleep 1000"}
  server-a: {kind: host, cmd: [sleep, "1000"]}
links:
  - [client1, router1]
  - [client2, router1]
  - [router1, server-a]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a]}
expect: {client1: server-a, client2: server-a}
`,
      );
      try {
        const { runtime, expectations } = await ask(t, sandbox, up, ['up', file]);
        t.is(runtime, 'docker', "the file's runtime is taken");
        t.true(expectations.every(({ verdict }) => verdict === 'pass'));
        const said = async (node: string, ...words: readonly string[]): Promise<string> =>
          (await ask(t, sandbox, exec, ['exec', node, ...words])).stdout.trim();
        t.is(await said('client1', 'sh', '-c', 'echo $WHO $LEVEL; cat /bound.txt'), 'client 3\nfrom outside');
        t.is(await said('client2', 'cat', '/tmp/began'), 'began');
        t.is(await said('router1', 'cat', '/tmp/beside'), 'beside');
        t.regex(await docker(t, 'top', `${sandbox.prefix}-own-server-a`), /sleep 1000/);
        await ask(t, sandbox, step, ['fail', 'router1']);
        t.true((await ask(t, sandbox, step, ['restore', 'router1'])).settled);
        const netns = await refused(t, sandbox, ['up', file, '--runtime', 'netns', '--name', 'elsewhere'], 2);
        t.is(netns.code, 'RUNTIME_UNFIT');
        t.regex(netns.message, /client1, client2, router1, server-a/);
      } finally {
        await run(sandbox, ['down', 'own']);
        await docker(t, 'rmi', frr, plain);
      }
    },
  );

  test.serial('an image that is nowhere is named, with how to repair it, and nothing is left', async (t) => {
    const file = sandbox.write(
      'nowhere.yml',
      `
name: nowhere
nodes:
  client1: {kind: host, image: "nowhere.invalid/no-such-image:1"}
  router1: {kind: router}
links: [[client1, router1]]
`,
    );
    const refusal = await refused(t, sandbox, ['up', file, '--runtime', 'docker'], 3);
    t.is(refusal.code, 'IMAGE_UNAVAILABLE');
    t.regex(`${refusal.message} ${refusal.hint ?? ''}`, /nowhere\.invalid\/no-such-image:1.*image:/s);
    await assertNothingLeft(t, sandbox);
  });

  test.serial('a container that ends at once is named, with its status and its last words', async (t) => {
    const { images } = JSON.parse(await ok(t, sandbox, ['images', '--json'])) as {
      images: { reference: string; role: string }[];
    };
    const base = images.find(({ role }) => role === 'base')?.reference ?? '';
    const file = sandbox.write(
      'short.yml',
      `
name: short
nodes:
  client1: {kind: host, image: "${base}", cmd: "echo no such luck; exit 7"}
  router1: {kind: router, image: "${base}"}
links: [[client1, router1]]
`,
    );
    const refusal = await refused(t, sandbox, ['up', file, '--runtime', 'docker'], 3);
    t.is(refusal.code, 'DEPLOY_FAILED');
    t.regex(refusal.message, /client1.*\(7\).*no such luck|router1.*no FRR/s);
    await assertNothingLeft(t, sandbox);
  });

  test.serial('the runtime is chosen by the flag, else the file, else NEARCAST_RUNTIME, else netns', async (t) => {
    const file = (line: string): string =>
      sandbox.write(
        'choice.yml',
        `name: choice\n${line}nodes:\n  client1: {kind: host}\n  router1: {kind: router}\nlinks: [[client1, router1]]\n`,
      );
    const runtimeOf = async (
      line: string,
      flags: readonly string[],
      env: Readonly<Record<string, string>>,
    ): Promise<string> => {
      const { runtime } = await ask(t, sandbox, up, ['up', file(line), ...flags], { options: { env } });
      await ok(t, sandbox, ['down', 'choice']);
      return runtime;
    };
    t.is(await runtimeOf('', [], {}), 'netns');
    t.is(await runtimeOf('', [], { NEARCAST_RUNTIME: 'docker' }), 'docker');
    t.is(await runtimeOf('runtime: netns\n', [], { NEARCAST_RUNTIME: 'docker' }), 'netns');
    t.is(await runtimeOf('runtime: netns\n', ['--runtime', 'docker'], { NEARCAST_RUNTIME: 'netns' }), 'docker');
    t.is((await refused(t, sandbox, ['up', file('')], 2, { env: { NEARCAST_RUNTIME: 'podman' } })).code, 'USAGE');
    t.is((await refused(t, sandbox, ['up', file(''), '--runtime', 'podman'], 2)).code, 'USAGE');
  });

  test.serial('a lab of one name is one lab, on whichever runtime', async (t) => {
    await ok(t, sandbox, ['up', 'figure2']);
    t.is((await refused(t, sandbox, ['up', 'figure2', '--runtime', 'docker'], 2)).code, 'LAB_EXISTS');
    await ok(t, sandbox, ['up', 'figure2', '--runtime', 'docker', '--name', 'boxed']);
    t.is((await refused(t, sandbox, ['up', 'figure1', '--name', 'boxed'], 2)).code, 'LAB_EXISTS');
    t.deepEqual(
      (await ask(t, sandbox, list, ['list'])).labs.map(({ lab, runtime }) => `${lab} ${runtime}`),
      ['figure2 netns', 'boxed docker'],
    );
    const { value } = await document(sandbox, ['down', '--all']);
    t.deepEqual(value, { removed: ['figure2', 'boxed'] });
    await assertNothingLeft(t, sandbox);
  });
});
