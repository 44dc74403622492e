import test from 'ava';
import { up, type RuntimeName, type Topology } from '../../src/index.js';
import { anyTopology } from '../support/any-topology.js';
import {
  bundledTopologies,
  comparedRuntimes,
  contractSandbox,
  mostComparedNodes,
  topologyOf,
} from '../support/contract.js';
import { catchments } from '../support/documents.js';
import { whereEngine } from '../support/engine.js';

const GENERATED = 20;

contractSandbox();

/** The catchment map of a topology on a runtime, once it has converged and before anything fails. */
async function mapOn(runtime: RuntimeName, topology: Topology): Promise<Readonly<Record<string, string>>> {
  await using lab = (await up({ ...topology, play: 'test' }, { runtime, name: `${topology.name}-${runtime}` })).lab;
  return catchments(await lab.who());
}

/** Rows of addresses for which a router chooses by chance say nothing of the runtime. */
function unchosen(map: Readonly<Record<string, string>>, { nodes, services }: Topology): Record<string, string> {
  const chosen = services
    .filter(({ name }) => nodes.some(({ selection }) => (selection.get(name) ?? 'nearest') !== 'nearest'))
    .flatMap(({ addresses }) => addresses);
  return Object.fromEntries(
    Object.entries(map).filter(([key]) => !chosen.some((address) => key.endsWith(` ${address}`))),
  );
}

async function mapsOf(topology: Topology): Promise<readonly Readonly<Record<string, string>>[]> {
  return Promise.all(comparedRuntimes.map((runtime) => mapOn(runtime, topology)));
}

whereEngine(() => {
  for (const topology of bundledTopologies.filter(({ nodes }) => nodes.length <= mostComparedNodes)) {
    test.serial(`every runtime gives the same catchment map: ${topology.name}`, async (t) => {
      const [first, ...others] = (await mapsOf(topology)).map((map) => unchosen(map, topology));
      t.true(Object.keys(first ?? {}).length > 0);
      for (const map of others) t.deepEqual(map, first);
    });
  }

  for (let seed = 1; seed <= GENERATED; seed++) {
    test.serial(`every runtime gives the same catchment map: generated topology ${String(seed)}`, async (t) => {
      const text = anyTopology(seed);
      const [first, ...others] = await mapsOf(topologyOf(text));
      t.is(Object.keys(first ?? {}).length, 4, text);
      for (const map of others) t.deepEqual(map, first, text);
    });
  }
});
