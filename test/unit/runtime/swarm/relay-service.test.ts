import test from 'ava';
import type { Engine } from '../../../../src/runtime/docker/engine.js';
import { relaysOn } from '../../../../src/runtime/swarm/relay-service.js';

const owner = { id: 'me on a swarm', prefix: 'nearcast' };
const manager = { id: 'm', name: 'manager' };
const worker = { id: 'w', name: 'worker1' };

const task = (ID: string, NodeID: string, state: string, failure?: string) => ({
  ID,
  NodeID,
  DesiredState: state === 'running' ? 'running' : 'shutdown',
  Status: { State: state, Err: failure, ContainerStatus: { ContainerID: `container of ${ID}` } },
  NetworksAttachments: [{ Addresses: ['10.0.1.2/24'] }],
});

/** An engine whose swarm has other tasks at each look, the last ones for ever. */
function swarmWith(...looks: readonly (readonly ReturnType<typeof task>[])[]): Engine {
  let look = 0;
  return { listTasks: () => Promise.resolve(looks[Math.min(look++, looks.length - 1)]) } as unknown as Engine;
}

const runningOn = async (...args: Parameters<typeof relaysOn>): Promise<readonly string[]> =>
  (await relaysOn(...args)).map(({ container }) => container);

test('a machine that leaves the swarm while its relay is awaited is awaited no longer', async (t) => {
  const engine = swarmWith([task('1', 'm', 'running'), task('2', 'w', 'shutdown')]);
  const there = [[manager, worker], [manager, worker], [manager]];
  t.deepEqual(await runningOn(engine, owner, 'lab', () => there.shift() ?? []), ['container of 1']);
  t.deepEqual(there, []);
});

test('a relay that ended with its machine says nothing of the one that starts there', async (t) => {
  const mine = task('1', 'm', 'running');
  const looks = [
    [mine, task('2', 'w', 'failed', 'task: non-zero exit (137)')],
    [mine, task('3', 'w', 'running')],
  ];
  const before = new Set(['1', '2']);
  t.deepEqual(await runningOn(swarmWith(...looks), owner, 'lab', () => [manager, worker], { before }), [
    'container of 1',
    'container of 3',
  ]);
  await t.throwsAsync(
    relaysOn(swarmWith(...looks), owner, 'lab', () => [manager, worker]),
    { code: 'DEPLOY_FAILED', message: 'the swarm has not started the relay on worker1: task: non-zero exit (137)' },
  );
});
