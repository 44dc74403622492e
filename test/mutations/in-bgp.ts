import { setTimeout as delay } from 'node:timers/promises';
import { configure, inShell, type LabMutation, type MutatedLab } from './model.js';

/** Two sites as far from client1 as each other; each has a client of its own. */
const text = `
name: mutated-bgp
nodes:
  client1:  {kind: host}
  client2:  {kind: host}
  client3:  {kind: host}
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65002}
  router3:  {kind: router, asn: 65003}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [client2, router2]
  - [client3, router3]
  - [router1, router2]
  - [router1, router3]
  - [router2, server-a]
  - [router3, server-b]
bgp: {multipath: any-as}
anycast:
  service: {addresses: [192.0.2.53], instances: [server-a, server-b]}
expect: {client2: server-a, client3: server-b}
`;

const half = '{server-a: 50% +- 15%, server-b: 50% +- 15%}';
const shares = `- {expect: {client1: ${half}, within: 5s}}`;
const family = 'address-family ipv4 unicast';

/** Lines of router1's, or another's, BGP; they are taken back by others. */
function bgp(node: string, asn: number, lines: readonly string[]): LabMutation['inject'] {
  return (lab) => configure(lab, node, `router bgp ${String(asn)}`, ...lines);
}

/** Lines of a node's own system, in the family of the service. */
function inFamily(node: string, asn: number, lines: readonly string[]): LabMutation['inject'] {
  return bgp(node, asn, [family, ...lines]);
}

const setHashPolicy =
  (value: number): LabMutation['inject'] =>
  async (lab) => {
    await inShell(lab, 'router1', `sysctl -qw net.ipv4.fib_multipath_hash_policy=${String(value)}`);
  };

/** A daemon that was started again has forgotten it; every session begins anew with what there is then. */
const gracefully =
  (word: '' | 'no '): LabMutation['inject'] =>
  async (lab) => {
    for (const node of ['router2', 'server-a'])
      await inShell(
        lab,
        node,
        `vtysh -c 'configure terminal' -c 'router bgp 65002' -c '${word}bgp graceful-restart' || true`,
      );
    await inShell(lab, 'server-a', `vtysh -c 'clear bgp *'`);
    await lab.settle(20_000);
  };

/** It counts for what is heard from then on. */
const relaxed =
  (word: '' | 'no '): LabMutation['inject'] =>
  async (lab) => {
    await bgp('router1', 65_001, [`${word}bgp bestpath as-path multipath-relax`])(lab);
    await inShell(lab, 'router1', `vtysh -c 'clear bgp *'`);
    await delay(3000);
  };

const mutations: readonly LabMutation[] = [
  {
    pitfall: 3,
    what: 'a session without a policy: nothing is announced over it (ebgp-requires-policy)',
    inject: async (lab) => {
      await inFamily('router2', 65_002, ['no neighbor 10.0.0.6 route-map to-neighbor-ipv4 out'])(lab);
      await inShell(lab, 'router2', `vtysh -c 'clear bgp * soft out'`);
    },
    mend: inFamily('router2', 65_002, ['neighbor 10.0.0.6 route-map to-neighbor-ipv4 out']),
    steps: [shares],
    cause:
      /router2: the BGP session with router1 .* announces nothing: it has no policy for that direction \(RFC 8212\)/,
  },
  {
    pitfall: 3,
    what: 'a network statement for a route that is not there (network import-check)',
    inject: inFamily('server-a', 65_002, ['no redistribute connected route-map originate', 'network 192.0.2.0/24']),
    mend: inFamily('server-a', 65_002, ['redistribute connected route-map originate', 'no network 192.0.2.0/24']),
    steps: [shares],
    cause:
      /server-a: bgpd has the line "network 192\.0\.2\.0\/24"[^]*server-a: has 192\.0\.2\.53 of service, and its routing daemons do not announce it/,
  },
  {
    pitfall: 4,
    what: 'one site takes all, since routes of several systems do not share (multipath-relax)',
    inject: relaxed('no '),
    mend: relaxed(''),
    steps: [shares],
    cause: /router1: bgpd lacks the line "bgp bestpath as-path multipath-relax"/,
  },
  {
    pitfall: 5,
    what: 'flows of one client that are hashed by addresses alone',
    inject: setHashPolicy(0),
    mend: setHashPolicy(1),
    steps: [shares],
    cause: /router1: net\.ipv4\.fib_multipath_hash_policy is 0, .*all flows between two addresses take one path/,
  },
  {
    pitfall: 7,
    what: 'the anycast address as the router-id of both instances',
    inject: async (lab) => {
      await bgp('router2', 65_002, ['bgp router-id 192.0.2.53'])(lab);
      await bgp('server-a', 65_002, ['bgp router-id 192.0.2.53'])(lab);
    },
    mend: async (lab) => {
      await bgp('router2', 65_002, ['bgp router-id 10.255.0.2'])(lab);
      await bgp('server-a', 65_002, ['bgp router-id 10.255.0.4'])(lab);
    },
    steps: ['- {expect: {client2: server-a, within: 5s}}'],
    cause: /server-a: bgpd has the line "bgp router-id 192\.0\.2\.53".*an address of service/,
  },
  {
    pitfall: 11,
    what: 'a router that dampens the site, and hides it when it is back',
    inject: inFamily('router1', 65_001, ['bgp dampening 1 10 20 1']),
    mend: async (lab) => {
      await inFamily('router1', 65_001, ['no bgp dampening'])(lab);
      await inShell(lab, 'router1', `vtysh -c 'clear bgp *'`);
    },
    steps: ['- {fail: service@server-a, how: withdraw}', '- {restore: service@server-a}', shares],
    cause: /router1: bgpd has the line "bgp dampening 1 10 20 1"/,
  },
  {
    pitfall: 14,
    what: 'graceful restart, and forwarding that does not go on',
    inject: gracefully(''),
    mend: gracefully('no '),
    steps: [
      '- {together: [{fail: bgpd@server-a}, {fail: service@server-a, how: hang}], expect: {client2: server-b, within: 5s}}',
      '- {together: [{restore: bgpd@server-a}, {restore: service@server-a}]}',
    ],
    cause: /bgpd has the line "bgp graceful-restart".*not the lab's/,
  },
  {
    pitfall: 15,
    what: 'a drain that was saved, and outlives the maintenance',
    inject: bgp('router2', 65_002, ['bgp graceful-shutdown']),
    mend: bgp('router2', 65_002, ['no bgp graceful-shutdown']),
    steps: [shares],
    cause: /router2: bgpd has the line "bgp graceful-shutdown".*not the lab's/,
  },
  {
    pitfall: 16,
    what: 'the last instance goes, and no prefix covers the address',
    inject: async (lab) => {
      for (const instance of ['server-a', 'server-b']) await lab.fail(`service@${instance}`, { how: 'withdraw' });
    },
    mend: async (lab) => {
      for (const instance of ['server-a', 'server-b']) await lab.restore(`service@${instance}`);
    },
    steps: ['- {expect: {client1: [server-a, server-b], within: 1s}}'],
    cause: /server-a, server-b: no instance announces service, and no prefix that covers it/,
  },
  {
    pitfall: 17,
    what: 'another system announces the address',
    inject: async (lab) => {
      await bgp('router1', 65_001, ['no bgp network import-check', family, 'network 192.0.2.53/32'])(lab);
    },
    mend: async (lab) => {
      await bgp('router1', 65_001, ['bgp network import-check', family, 'no network 192.0.2.53/32'])(lab);
    },
    steps: [shares],
    cause: /router1: announces 192\.0\.2\.53\/32 of service, and is no instance of it/,
  },
];

export const bgpMutations: MutatedLab = { text, mutations };

/** Pitfall 4 again: of two equal routes, one has a weight. */
export const weightMutations: MutatedLab = {
  text: text.replace(
    '- [router1, router2]',
    '- {endpoints: [router1, router2], policy: {router2: {bandwidth: 300mbit}}}',
  ),
  mutations: [
    {
      pitfall: 4,
      what: 'one neighbor without a bandwidth: weights are ignored',
      inject: () => Promise.resolve(),
      mend: () => Promise.resolve(),
      steps: ['- {expect: {client1: {server-a: 75% +- 10%, server-b: 25% +- 10%}, within: 2s}}'],
      soundSteps: [shares],
      cause: /router1: routes of router2 have a bandwidth, and those of router3 do not: weights are ignored/,
    },
  ],
};
