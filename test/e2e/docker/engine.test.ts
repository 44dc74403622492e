import { chmodSync, cpSync, statSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { locateEngine } from '../../../src/runtime/docker/engine.js';
import { ask, catchments, doctor, down, list, refused, who } from '../../support/documents.js';
import { step, up } from '../../support/step-documents.js';
import { whereEngine } from '../../support/engine.js';
import { run, type RunOptions } from '../../support/lab-cli.js';
import { assertNothingLeft, checkout, isRoot, sandboxForFile, strangerId } from '../../support/sandbox.js';

const sandbox = sandboxForFile({ atEnd: () => run(sandbox, ['down', '--all']) });
const strangers = sandboxForFile({ uid: isRoot ? strangerId : undefined });
const installed = join(strangers.folder, 'installed');

test('an engine that does not answer is one clear error, with what was tried', async (t) => {
  for (const [host, tried] of [
    ['unix:///nonexistent/docker.sock', /unix:\/\/\/nonexistent\/docker\.sock \(from DOCKER_HOST\)/],
    ['tcp://127.0.0.1:9', /tcp:\/\/127\.0\.0\.1:9 \(from DOCKER_HOST\)/],
  ] as const) {
    const options = { env: { DOCKER_HOST: host } };
    const refusal = await refused(t, sandbox, ['up', 'figure3', '--runtime', 'docker'], 3, options);
    t.is(refusal.code, 'ENGINE_UNREACHABLE');
    t.regex(refusal.message, tried);
    t.truthy(refusal.hint);
    const { runtimes, checks } = await ask(t, sandbox, doctor, ['doctor'], { options });
    t.deepEqual(runtimes, ['netns']);
    t.is(checks.find(({ runtime }) => runtime === 'docker')?.status, 'missing');
    const shown = await run(sandbox, ['list'], options);
    t.is(shown.status, 0);
    t.regex(shown.stderr, tried, 'labs may be where nobody answers: that is said');
  }
  const nonsense = await refused(t, sandbox, ['up', 'figure3', '--runtime', 'docker'], 2, {
    env: { DOCKER_HOST: 'gopher://x' },
  });
  t.is(nonsense.code, 'USAGE');
  await assertNothingLeft(t, sandbox);
});

whereEngine(() => {
  const socketPath = (): string => {
    const address = locateEngine();
    if (address.kind !== 'unix') throw new Error(`the suite's engine is not behind a socket: ${address.text}`);
    return address.socketPath;
  };

  test.serial('DOCKER_HOST=tcp://: an engine at another address runs the whole story', async (t) => {
    t.timeout(150_000);
    const forwarder = createServer({ allowHalfOpen: true }, (client) => {
      const engine = connect({ path: socketPath(), allowHalfOpen: true });
      client.on('error', () => engine.destroy()).pipe(engine);
      engine.on('error', () => client.destroy()).pipe(client);
    });
    await new Promise<void>((resolve) => forwarder.listen(0, '127.0.0.1', resolve));
    const options: RunOptions = {
      env: { DOCKER_HOST: `tcp://127.0.0.1:${String((forwarder.address() as AddressInfo).port)}` },
    };
    try {
      const { answers } = await ask(t, sandbox, up, ['up', 'figure1', '--runtime', 'docker', '--name', 'far'], {
        options,
      });
      await ask(t, sandbox, step, ['fail', 'server-a'], { options });
      t.true((await ask(t, sandbox, step, ['restore', 'server-a'], { options })).settled);
      t.deepEqual(catchments((await ask(t, sandbox, who, ['who'], { options })).answers), catchments(answers));
      t.is((await run(sandbox, ['exec', 'client1', 'sh', '-c', 'exit 5'], options)).status, 5);
      t.deepEqual(await ask(t, sandbox, down, ['down'], { options }), { removed: ['far'] });
    } finally {
      await run(sandbox, ['down', '--all']);
      forwarder.close();
    }
    await assertNothingLeft(t, sandbox);
  });

  test.serial("DOCKER_HOST=ssh://: the user's own ssh carries every connection", async (t) => {
    // In place of ssh and the far machine: it checks what it is asked, and hands the streams to the engine's socket.
    const bin = sandbox.write(
      'ssh',
      `#!${process.execPath}
const words = process.argv.slice(2).join(' ');
if (!/^-o ConnectTimeout=10 -T -p 2222 -- somebody@far docker system dial-stdio$/.test(words)) {
  console.error('unexpected words: ' + words);
  process.exit(255);
}
const socket = require('node:net').connect({ path: ${JSON.stringify(socketPath())}, allowHalfOpen: true });
process.stdin.pipe(socket);
socket.pipe(process.stdout);
`,
    );
    chmodSync(bin, 0o755);
    const env = { DOCKER_HOST: 'ssh://somebody@far:2222', PATH: `${sandbox.folder}:${process.env['PATH'] ?? ''}` };
    const { lab } = await ask(t, sandbox, up, ['up', 'figure2', '--runtime', 'docker'], { options: { env } });
    t.deepEqual(
      (await ask(t, sandbox, who, ['who', lab], { options: { env } })).answers.map(({ instance }) => instance),
      ['server-a', 'server-a'],
    );
    t.is((await run(sandbox, ['exec', 'client1', 'sh', '-c', 'cat; exit 6'], { env })).status, 6);
    await ask(t, sandbox, down, ['down'], { options: { env } });
    const elsewhere = await refused(t, sandbox, ['up', 'figure2', '--runtime', 'docker'], 3, {
      env: { ...env, DOCKER_HOST: 'ssh://nobody@far' },
    });
    t.is(elsewhere.code, 'ENGINE_UNREACHABLE');
    t.regex(elsewhere.message, /unexpected words/, "ssh's own complaint is shown");
    await assertNothingLeft(t, sandbox);
  });

  (isRoot ? test.serial : test.serial.skip)(
    'a user without root, in the group of the socket, needs nothing else',
    async (t) => {
      t.timeout(150_000);
      cpSync(join(checkout, 'dist'), join(installed, 'dist'), { recursive: true });
      for (const name of ['package.json', 'images', 'topologies', 'node_modules/koffi', 'node_modules/@koromix']) {
        cpSync(join(checkout, name), join(installed, name), { recursive: true });
      }
      const outside: RunOptions = { command: [process.execPath, join(installed, 'dist', 'bin.js')], cwd: '/' };
      const options: RunOptions = { ...outside, group: statSync(socketPath()).gid };
      const story = await ask(t, strangers, up, ['up', 'figure3', '--runtime', 'docker'], { options });
      t.true(story.expectations.every(({ verdict }) => verdict === 'pass'));
      t.true((await ask(t, strangers, step, ['restore', 'server-a'], { options })).settled);
      t.deepEqual((await ask(t, sandbox, list, ['list'])).labs, [], "another user's lab is not ours");
      t.deepEqual(await ask(t, strangers, down, ['down'], { options }), { removed: ['figure3'] });

      const refusal = await refused(t, strangers, ['up', 'figure3', '--runtime', 'docker'], 3, outside);
      t.is(refusal.code, 'ENGINE_UNREACHABLE');
      t.regex(refusal.hint ?? '', /usermod -aG docker/);
    },
  );
});
