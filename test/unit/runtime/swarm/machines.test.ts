import test from 'ava';
import type { Engine } from '../../../../src/runtime/docker/engine.js';
import { lookAtSwarm, machinesOf, readSwarm } from '../../../../src/runtime/swarm/machines.js';

const node = (id: string, name: string, more: { state?: string; availability?: string; address?: string } = {}) => ({
  ID: id,
  Spec: { Availability: more.availability ?? 'active', Labels: { rack: '1' } },
  Description: {
    Hostname: name,
    Platform: { Architecture: 'x86_64' },
    Resources: { NanoCPUs: 4_000_000_000, MemoryBytes: 8 * 2 ** 30 },
  },
  Status: { State: more.state ?? 'ready', Addr: more.address ?? '192.0.2.1' },
});

test('only machines that run and take tasks are used, the one that is asked first', (t) => {
  const nodes = [
    node('a', 'worker1'),
    node('b', 'manager', { address: '0.0.0.0' }),
    node('c', 'down', { state: 'down' }),
    node('d', 'drained', { availability: 'drain' }),
  ];
  const machines = machinesOf(nodes, { NodeID: 'b', NodeAddr: '192.0.2.9' });
  t.deepEqual(
    machines.map(({ name, address, isHere }) => [name, address, isHere]),
    [
      ['manager', '192.0.2.9', true],
      ['worker1', '192.0.2.1', false],
    ],
  );
  t.like(machines[1], { cores: 4, memoryMb: 8192, architecture: 'amd64', labels: { rack: '1' } });
});

test('two machines of one host name have names of their own', (t) => {
  const machines = machinesOf([node('aaaaaaaa', 'box'), node('bbbbbbbb', 'box')], { NodeID: 'aaaaaaaa' });
  t.deepEqual(
    machines.map(({ name }) => name),
    ['box-aaaaaa', 'box-bbbbbb'],
  );
});

test('a manager that was started a moment ago is asked until it knows which machines run', async (t) => {
  const states = ['unknown', 'unknown', 'ready'];
  const engine = {
    info: async () => Promise.resolve({ Swarm: { ControlAvailable: true, NodeID: 'a' } }),
    swarmInspect: async () => Promise.resolve({}),
    listNodes: async () =>
      Promise.resolve([node('a', 'manager'), node('b', 'worker1', { state: states.shift() ?? 'ready' })]),
  } as unknown as Engine;
  t.like(await lookAtSwarm(engine), { known: ['a', 'b'], unheard: ['b'], machines: [{ name: 'manager' }] });
  const { machines, unheard } = await readSwarm(engine);
  t.deepEqual(
    machines.map(({ name }) => name),
    ['manager', 'worker1'],
  );
  t.deepEqual(unheard, []);
});
