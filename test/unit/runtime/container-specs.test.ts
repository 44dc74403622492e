import test from 'ava';
import { agentContainer, nodeContainer } from '../../../src/runtime/docker/container-specs.js';
import { nodeContainerName, ownerOf } from '../../../src/runtime/docker/names.js';
import { planOf } from '../plan/plan-of.js';

const text = `
name: specs
nodes:
  client1: {kind: host}
  client2: {kind: host, image: "alpine:3", cmd: [sleep, "9"], env: {A: 1}, binds: ["/a:/b:ro"]}
  router1: {kind: router, sysctls: {net.ipv4.tcp_syncookies: 0}}
links: [[client1, router1], [client2, router1]]
`;
const owner = ownerOf({}, 'somebody');
const at = {
  owner,
  lab: 'lab',
  plan: planOf(text),
  startedAt: '2026-01-01T00:00:00.000Z',
  maker: 'here 1',
  kernel: '6.1.0-18-amd64',
};
const specOf = (name: string) => {
  const node = at.plan.nodes.find((each) => each.name === name);
  if (node === undefined) throw new Error(name);
  return nodeContainer(at, node, 'some/image');
};

const capabilities = (name: string): readonly string[] => (specOf(name).HostConfig?.CapAdd ?? []) as readonly string[];

test('whose labs they are, and what containers are named', (t) => {
  t.deepEqual(owner, { id: 'somebody', prefix: 'nearcast' });
  t.deepEqual(ownerOf({ NEARCAST_STATE_DIR: '/x', NEARCAST_DOCKER_PREFIX: 'class-7' }, 'somebody'), {
    id: '/x',
    prefix: 'class-7',
  });
  t.is(
    ownerOf({ NEARCAST_DOCKER_PREFIX: '../x' }, 'somebody').prefix,
    'nearcast',
    'no name that an engine would refuse',
  );
  t.is(nodeContainerName(owner, 'figure3', 'router1'), 'nearcast-figure3-router1');
});

test('a router has its daemons, its settings in the order of the plan, and SYS_ADMIN for zebra', (t) => {
  const { HostConfig, Cmd, Labels } = specOf('router1');
  t.deepEqual(Cmd, ['zebra', 'ospfd', 'ospf6d', '--']);
  t.is(HostConfig?.NetworkMode, 'none');
  t.is(HostConfig?.Privileged, undefined);
  t.true(capabilities('router1').includes('SYS_ADMIN'));
  t.is(HostConfig?.Sysctls?.['net.ipv4.tcp_syncookies'], '0');
  t.is(HostConfig?.Sysctls?.['net.ipv6.fib_multipath_hash_policy'], '3');
  t.false('net.ipv4.fib_multipath_hash_seed' in (HostConfig?.Sysctls ?? {}), 'the kernel is older than that');
  t.like(Labels, {
    'nearcast.owner': 'somebody',
    'nearcast.lab': 'lab',
    'nearcast.role': 'node',
    'nearcast.node': 'router1',
  });
});

test("a plain host has no SYS_ADMIN; one with an image of its own keeps that image's program", (t) => {
  t.false(capabilities('client1').includes('SYS_ADMIN'));
  const own = specOf('client2');
  t.is(own.Entrypoint, undefined);
  t.deepEqual(own.Cmd, ['sleep', '9']);
  t.deepEqual(
    own.Env,
    ['A=1', 'NEARCAST_CONTAINER=nearcast-lab-client2', 'NEARCAST_LAB=nearcast-lab.agent 2026-01-01T00:00:00.000Z'],
    'by which the agent finds it when the engine has started it again, and ends all of its lab when its maker has died',
  );
  t.deepEqual(own.HostConfig?.Binds, ['/a:/b:ro']);
  t.deepEqual(capabilities('client2'), ['NET_ADMIN', 'NET_RAW']);
});

test('the agent is among the processes and networks of the engine, with capabilities one by one', (t) => {
  const { HostConfig, OpenStdin, StdinOnce } = agentContainer(at, 'some/agent');
  t.like(HostConfig, { NetworkMode: 'host', PidMode: 'host', CapDrop: ['ALL'] });
  t.is(HostConfig?.Privileged, undefined);
  t.true(OpenStdin && StdinOnce, 'it ends with its maker');
});
