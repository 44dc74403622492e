const topology = `# Two sites serve one address; the client gets the nearer one, and the other when that fails.
name: network
title: One client between two sites
nodes:
  client: {kind: host}
  core: {kind: router}
  east: {kind: router}
  west: {kind: router}
  dns-east: {kind: host}
  dns-west: {kind: host}
links:
  - [client, core]
  - {endpoints: [core, east], cost: 10}
  - {endpoints: [core, west], cost: 20}
  - [east, dns-east]
  - [west, dns-west]
anycast:
  dns:
    addresses: [192.0.2.53, "2001:db8:53::53"]
    instances: [dns-east, dns-west]
expect:
  client: dns-east
scenario:
  - fail: core/east
    expect: {client: dns-west, within: 5s}
  - restore: core/east
    expect: {client: dns-east, within: 5s}
`;

const testFile = `// node --test  runs this file: no other test runner is needed, but the package is (docs/library.md of nearcast).
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { testTopology, topologyNamed } from 'nearcast';

test('the other site takes over', async () => {
  const { verdicts, error } = await testTopology(await topologyNamed(join(import.meta.dirname, 'network.yml')));
  assert.equal(error, undefined);
  assert.deepEqual(verdicts.filter(({ verdict }) => verdict !== 'pass'), []);
});
`;

const workflow = `# Tests the network at every push. OWNER is who has the repository of nearcast: write the name in its place.
# docs/ci.md of nearcast has more, and the same for GitLab.
name: network
on: [push]
jobs:
  network:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@v4
        with: {path: ~/.cache/nearcast, key: nearcast}
      - uses: OWNER/nearcast/.github/actions/test@main
        with: {topologies: network.yml}
`;

/** What `init` writes, by path: a topology with its scenario, a test, and a job of CI. */
export const firstFiles: ReadonlyMap<string, string> = new Map([
  ['network.yml', topology],
  ['network.test.mjs', testFile],
  ['.github/workflows/network.yml', workflow],
]);
