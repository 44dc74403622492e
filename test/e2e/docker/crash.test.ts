import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { connectEngine, openEngine } from '../../../src/runtime/docker/engine.js';
import { follow } from '../../../src/runtime/docker/images/image-work.js';
import { agentImage, frrImage } from '../../../src/runtime/docker/images/own-images.js';
import { pollUntil } from '../../../src/support/poll.js';
import { ask, down, list, refused } from '../../support/documents.js';
import { up } from '../../support/step-documents.js';
import { containersOfOwner, whereEngine } from '../../support/engine.js';
import { ok, run, start, type RunOptions } from '../../support/lab-cli.js';
import { randomFrom, seedOfRun } from '../../support/random.js';
import { assertNothingLeft, isRoot, kill, sandboxForFile } from '../../support/sandbox.js';

const ROUNDS = 5;
const WHOLE_UP_MS = 2600;
const sandbox = sandboxForFile({ atEnd: () => run(sandbox, ['down', '--all']) });
const seed = seedOfRun();
const upWords = ['up', 'figure3', '--runtime', 'docker'] as const;

test.afterEach.always('the labs go', () => run(sandbox, ['down', '--all']));

/** Everything that is left belongs to the lab and says so, and `words` remove it. */
async function assertRepairedBy(t: ExecutionContext, words: readonly string[], when: string): Promise<void> {
  const { labs } = await ask(t, sandbox, list, ['list']);
  if (labs.length > 0) await ok(t, sandbox, words);
  if (labs.length > 0 && words[0] === 'up') await ok(t, sandbox, ['down', 'figure3']);
  await assertNothingLeft(t, sandbox, when);
}

/** An engine finishes what it was asked for before its client died: until two looks at it are the same. */
async function engineAtRest(): Promise<void> {
  let seen = 'not looked yet';
  await pollUntil(
    async () => {
      const before = seen;
      seen = (await containersOfOwner(sandbox.states))
        .map(({ Id, State }) => `${Id} ${State}`)
        .sort()
        .join('\n');
      return before === seen;
    },
    (same) => same,
    { everyMs: 700, deadlineMs: 15_000 },
  );
}

whereEngine(() => {
  test.serial('kill -9 of up at any moment leaves only what down, down --all and the next up remove', async (t) => {
    t.timeout(180_000);
    const random = randomFrom(seed);
    const repairs = [['down', 'figure3'], ['down', '--all'], [...upWords]];
    for (let round = 1; round <= ROUNDS; round++) {
      const momentMs = random() * WHOLE_UP_MS;
      const words = repairs[round % repairs.length] ?? [];
      const when = `NEARCAST_TEST_SEED=${String(seed)}, round ${String(round)}, after ${momentMs.toFixed(0)} ms, ${words.join(' ')}`;
      const running = start(sandbox, upWords);
      await delay(momentMs);
      running.kill('SIGKILL');
      const { exitCode } = await running;
      await engineAtRest();
      const { labs } = await ask(t, sandbox, list, ['list']);
      if (exitCode === 0 || labs[0]?.phase === 'up') await ok(t, sandbox, ['down', 'figure3']);
      else {
        const { last: left } = await pollUntil(
          async () =>
            (await containersOfOwner(sandbox.states))
              .filter(({ State }) => State === 'running')
              .flatMap(({ Names }) => Names),
          (names) => names.length === 0,
          { everyMs: 200, deadlineMs: 30_000 },
        );
        t.deepEqual(left, [], `nothing of it runs on: ${when}`);
        await assertRepairedBy(t, words, when);
      }
      await assertNothingLeft(t, sandbox, when);
    }
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test.serial(`${signal} at any moment of up undoes what it did`, async (t) => {
      t.timeout(180_000);
      const random = randomFrom(seed);
      for (let round = 1; round <= ROUNDS; round++) {
        const momentMs = 200 + random() * WHOLE_UP_MS;
        const when = `NEARCAST_TEST_SEED=${String(seed)}, round ${String(round)}, after ${momentMs.toFixed(0)} ms`;
        const running = start(sandbox, [...upWords, '--json']);
        await delay(momentMs);
        running.kill(signal);
        const { exitCode, signal: endedBy, stdout, stderr } = await running;
        if (exitCode === 0) await ok(t, sandbox, ['down', 'figure3']);
        // A signal that comes before nearcast listens for it ends Node itself.
        else if (endedBy === signal) t.is(stdout, '', when);
        else t.like(JSON.parse(stdout), { error: { code: 'INTERRUPTED' } }, `${when}: ${stderr}`);
        await assertNothingLeft(t, sandbox, when);
      }
    });
  }

  test.serial(
    'kill -9 of the agent: the lab is listed as dead, other verbs say so, and down or the next up removes it',
    async (t) => {
      for (const words of [['down', 'figure3'], [...upWords]]) {
        await ok(t, sandbox, upWords);
        const agent = (await containersOfOwner(sandbox.states)).find(
          ({ Labels }) => Labels['nearcast.role'] === 'agent',
        );
        const { engine } = await connectEngine();
        kill((await engine.getContainer(agent?.Id ?? '').inspect()).State.Pid);
        const { last } = await pollUntil(
          async () => (await ask(t, sandbox, list, ['list'])).labs[0]?.phase,
          (phase) => phase === 'dead',
          { everyMs: 50, deadlineMs: 10_000 },
        );
        t.is(last, 'dead');
        const refusal = await refused(t, sandbox, ['who'], 3);
        t.is(refusal.code, 'AGENT_GONE');
        t.regex(refusal.hint ?? '', /down figure3/);
        await assertRepairedBy(t, words, words.join(' '));
      }
    },
  );

  (isRoot ? test.serial : test.serial.skip)(
    'a restart of the engine leaves only what down and the next up remove',
    async (t) => {
      t.timeout(170_000);
      await ok(t, sandbox, ['images', 'build'], { deadlineMs: 160_000 });
      const folder = join(sandbox.folder, 'engine');
      mkdirSync(folder);
      const socket = join(folder, 'docker.sock');
      const options: RunOptions = { env: { DOCKER_HOST: `unix://${socket}` } };
      const startEngine = async (): Promise<{ stop: () => Promise<void> }> => {
        const places = [
          '--data-root',
          join(folder, 'data'),
          '--exec-root',
          join(folder, 'exec'),
          '--pidfile',
          join(folder, 'docker.pid'),
        ];
        // In a network namespace of its own: an engine without a bridge removes the one that another engine made.
        const engine = execa(
          'unshare',
          [
            '--net',
            'dockerd',
            '--host',
            `unix://${socket}`,
            ...places,
            '--bridge=none',
            '--iptables=false',
            '--ip6tables=false',
          ],
          {
            reject: false,
            stdin: 'ignore',
            stdout: 'ignore',
            stderr: 'ignore',
            env: { NEARCAST_STATE_DIR: sandbox.states },
          },
        );
        const answering = await pollUntil(
          () =>
            connectEngine(own).then(
              () => true,
              () => false,
            ),
          Boolean,
          { everyMs: 100, deadlineMs: 30_000 },
        );
        t.true(answering.held, 'an engine of our own starts');
        return {
          async stop() {
            engine.kill('SIGTERM');
            await engine;
            // What engines leave mounted when they end.
            await execa('umount', ['--lazy', join(folder, 'exec/netns/default')], { reject: false });
          },
        };
      };
      const own = {
        kind: 'unix',
        socketPath: socket,
        source: 'the test',
        text: `unix://${socket}`,
        chosen: true,
      } as const;
      let engine = await startEngine();
      try {
        const { engine: from, facts } = await connectEngine();
        const to = await openEngine(own);
        for (const { reference } of [frrImage(), agentImage(facts.architecture)]) {
          await follow(to, await to.loadImage(await from.getImage(reference).get()));
        }
        for (const words of [
          ['down', 'figure2'],
          ['up', 'figure2', '--runtime', 'docker'],
        ]) {
          t.is((await ask(t, sandbox, up, ['up', 'figure2', '--runtime', 'docker'], { options })).lab, 'figure2');
          await engine.stop();
          engine = await startEngine();
          t.is((await ask(t, sandbox, list, ['list'], { options })).labs[0]?.phase, 'dead');
          await ok(t, sandbox, words, options);
        }
        t.deepEqual(await ask(t, sandbox, down, ['down'], { options }), { removed: ['figure2'] });
        t.deepEqual(await to.listContainers({ all: true }), []);
      } finally {
        await run(sandbox, ['down', '--all'], options);
        await engine.stop();
      }
    },
  );
});
