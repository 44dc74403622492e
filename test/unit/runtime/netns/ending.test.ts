import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { awaitEnd, remainsOf } from '../../../../src/runtime/netns/ending.js';
import { netnsRuntime } from '../../../../src/runtime/netns/netns-runtime.js';
import { identify, type KnownProcess } from '../../../../src/runtime/netns/known-process.js';
import { LabStates } from '../../../../src/runtime/netns/state.js';
import type { StateRecord } from '../../../../src/runtime/netns/state-record.js';

/** A process that stays until it is killed, in a folder where one is named. */
function sleeper(t: ExecutionContext, folder = '/'): { readonly child: ChildProcess; readonly identity: KnownProcess } {
  const held = openSync(folder, 'r');
  const child = spawn('sleep', ['600'], { stdio: ['ignore', 'ignore', 'ignore', held] });
  closeSync(held);
  t.teardown(() => child.kill('SIGKILL'));
  const identity = identify(child.pid ?? 0);
  if (identity === undefined) throw new Error('there is no sleep');
  return { child, identity };
}

for (const [title, lookAt] of [
  ['fewer processes are left each time', (looks: number) => ({ processes: 30 - looks, work: 0 })],
  ['what is left is at work in the kernel', (looks: number) => ({ processes: 3, work: looks })],
] as const) {
  test(`an end that takes its time is waited for while ${title}`, async (t) => {
    const { child, identity } = sleeper(t);
    const said: string[] = [];
    let looks = 0;
    const look = (): { processes: number; work: number } => {
      looks += 1;
      if (looks === 15) child.kill('SIGKILL');
      return lookAt(looks);
    };
    await awaitEnd('large', [identity], look, { stuckMs: 400, onProgress: (text) => said.push(text) });
    t.true(looks >= 15, 'for longer than it may stand still');
    t.regex(said.at(-1) ?? '', /^removing large: \d+ processes left$/);
  });
}

test('where nothing moves any more it is given up, and says how to wait again', async (t) => {
  const { identity } = sleeper(t);
  const error = await t.throwsAsync(
    awaitEnd('large', [identity], () => ({ processes: 3, work: 7 }), { stuckMs: 400 }),
    { code: 'DEPLOY_FAILED' },
  );
  t.regex(error.message, /^3 processes of large have not ended, without progress for 0\.4 s/);
});

test('what is left of some processes is counted, and whether they did anything', async (t) => {
  const { child, identity } = sleeper(t);
  t.is(remainsOf([identity]).processes, 1);
  t.true(remainsOf([identity]).work > 0);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  t.deepEqual(remainsOf([identity]), { processes: 0, work: 0 });
});

test('a lab that has not ended yet is known, and can be taken down again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nearcast-ending-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const states = new LabStates(join(folder, 'states'));
  const gone = { pid: process.pid, startTime: 1 };
  const record: StateRecord = {
    lab: 'large',
    topology: 'large',
    runtime: 'netns',
    nodes: 500,
    startedAt: new Date().toISOString(),
    phase: 'dead',
    programs: { daemonsDir: '/', vtysh: '/', libraryPath: undefined, binDirs: [] },
    maker: gone,
    owner: gone,
    agentPid: 0,
  };
  states.claim(record);
  const { identity } = sleeper(t, states.labFolder('large'));
  states.update({ ...record, ending: [identity] });
  const runtime = netnsRuntime(states);
  t.like(await runtime.list(), [{ lab: 'large', phase: 'dead' }]);
  t.throws(
    () => {
      states.claim(record);
    },
    { code: 'LAB_EXISTS' },
  );
  await runtime.remove('large');
  t.is(identify(identity.pid), undefined);
  t.deepEqual(await runtime.list(), []);
  t.false(existsSync(states.folder));
});
