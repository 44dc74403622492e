import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import {
  listBundled,
  loadTopology,
  locateTopology,
  readTopology,
  removeAllLabs,
  topologyError,
  up,
  type Lab,
  type RuntimeName,
  type Topology,
  type UpResult,
} from '../../src/index.js';
import { runtimeNamed, runtimeNames } from '../../src/runtime/registry.js';
import { whereEngine } from './engine.js';
import { sandboxForFile, type Sandbox } from './sandbox.js';
import { swarmBed } from './swarm-bed.js';

/** Longer than routing needs even where every other test runs at the same time. */
export const settled = { deadlineMs: 40_000 } as const;

/** A test file's place for labs that its own process makes, on any runtime. */
export function contractSandbox(): Sandbox {
  const sandbox = sandboxForFile({ atEnd: removeAllLabs });
  process.env['NEARCAST_STATE_DIR'] = sandbox.states;
  process.env['NEARCAST_DOCKER_PREFIX'] = sandbox.prefix;
  delete process.env['NEARCAST_RUNTIME'];
  return sandbox;
}

/**
 * The runtimes that this run is about: the swarm alone where it has one, of which its engine is, else all others. A new one joins
 * the contract by being listed.
 */
const testedRuntimes = runtimeNames.filter((name) => (name === 'swarm') === (swarmBed !== undefined));

export function forEachRuntime(define: (runtime: RuntimeName) => void): void {
  for (const name of testedRuntimes) {
    if (name === 'netns') define(name);
    else
      whereEngine(() => {
        define(name);
      });
  }
}

/** Runtimes that are compared with each other: those of this run, and always that of namespaces. */
export const comparedRuntimes: readonly RuntimeName[] = [...new Set<RuntimeName>(['netns', ...testedRuntimes])];

export async function bundled(name: string): Promise<Topology> {
  const path = await locateTopology(name);
  const reading = await loadTopology(path);
  if ('problems' in reading) throw topologyError(reading.problems);
  return reading.topology;
}

export const bundledTopologies: readonly Topology[] = await Promise.all(
  (await listBundled()).map(({ name }) => bundled(name)),
);

/**
 * Bundled topologies of up to so many nodes are compared on all runtimes. Of catchments, 170 containers take half a minute to start
 * and to end: more than CI has left.
 */
export const mostComparedNodes = 100;

export function topologyOf(text: string): Topology {
  const reading = readTopology(text, join('contract', 'topology.yml'));
  if ('problems' in reading) throw topologyError(reading.problems);
  return reading.topology;
}

/** A lab for one test; it goes with the test. */
export async function labFor(
  t: ExecutionContext,
  runtime: RuntimeName,
  topology: Topology,
  name?: string,
): Promise<{ lab: Lab; result: UpResult }> {
  const made = await up(topology, { runtime, name });
  t.teardown(() => removeIfThere(runtime, made.lab.name));
  return made;
}

async function removeIfThere(runtime: RuntimeName, lab: string): Promise<void> {
  const there = await runtimeNamed(runtime).list();
  if (there.some((record) => record.lab === lab)) await runtimeNamed(runtime).remove(lab);
}

/** Who answers, by client and address: `{'client1 192.0.2.53': 'server-a'}`. */
export async function whoAnswers(lab: Lab): Promise<Readonly<Record<string, string | null>>> {
  const answers = await lab.who();
  return Object.fromEntries(answers.map(({ client, address, instance }) => [`${client} ${address}`, instance]));
}

export const ipv4 = '192.0.2.53';
export const ipv6 = '2001:db8:53::53';

/** What `whoAnswers` gives where each client has the same answer over both families. */
export function everywhere(answers: Readonly<Record<string, string | null>>): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    Object.entries(answers).flatMap(([client, instance]) =>
      [ipv4, ipv6].map((address) => [`${client} ${address}`, instance]),
    ),
  );
}

/** Runs a program in a node that must end well; resolves to what it printed. */
export async function inNode(t: ExecutionContext, lab: Lab, node: string, argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await lab.exec(node, argv);
  t.is(exitCode, 0, `${node}: ${argv.join(' ')}\n${stdout}${stderr}`);
  return stdout.trim();
}
