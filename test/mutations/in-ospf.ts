import { setTimeout as delay } from 'node:timers/promises';
import { configure, inShell, startAgain, type LabMutation, type MutatedLab } from './model.js';

const WELL = '/run/nearcast-well';

/**
 * server-b hangs on two routers, and answers client1 another way than the query came. Each service but the first has one
 * address, and a health check of its own.
 */
const text = `
name: mutated-ospf
nodes:
  client1:  {kind: host}
  client2:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  router3:  {kind: router}
  server-a: {kind: host, exec: ["touch ${WELL}-gated ${WELL}-flaky"]}
  server-b: {kind: host, exec: ["touch ${WELL}-gated ${WELL}-flaky"]}
links:
  - [client1, router1]
  - [client2, router2]
  - {endpoints: [router1, router2], cost: 10}
  - {endpoints: [router1, server-a], bfd: {interval: 50ms, multiplier: 3}, ospf: {hello: 2s, dead: 8s}}
  - [router2, server-b]
  - [router1, router3]
  - {endpoints: [router3, server-b], cost: 100}
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b]}
  blind:
    addresses: [192.0.2.80]
    instances: [server-a, server-b]
    health: {check: ["true"], timeout: 2s}
  gated:
    addresses: [192.0.2.81]
    instances: [server-a, server-b]
    health: {check: [test, -e, ${WELL}-gated], timeout: 2s}
  flaky:
    addresses: [192.0.2.82]
    instances: [server-a, server-b]
    health: {check: [test, -e, ${WELL}-flaky], timeout: 2s, rise: 1, fall: 1}
expect: {client1: server-a, client2: server-b}
`;

const [toServerA, toRouter2] = ['eth3', 'eth2'];
const both = ['192.0.2.53/32', '2001:db8:53::53/128'];
const nothing = (): Promise<void> => Promise.resolve();
const here = '- {expect: {client1: server-a, client2: server-b, within: 2s}}';

/** Has server-b take a router-id, which counts when its OSPF begins anew. */
const routerId =
  (of: string): LabMutation['inject'] =>
  async (lab) => {
    const { nodes } = await lab.plan();
    const id = nodes.find(({ name }) => name === of)?.routing?.routerId ?? '';
    await configure(lab, 'server-b', 'router ospf', `ospf router-id ${id}`, 'exit');
    await inShell(lab, 'server-b', `vtysh -c 'clear ip ospf process'`);
    await delay(3000);
  };

const mutations: readonly LabMutation[] = [
  {
    pitfall: 2,
    what: 'a site that has lost the address, while ping is answered by another one',
    inject: async (lab) => {
      await inShell(lab, 'server-b', both.map((each) => `ip address del ${each} dev lo`).join(' && '));
    },
    mend: async (lab) => {
      await inShell(lab, 'server-b', both.map((each) => `ip address add ${each} dev lo`).join(' && '));
    },
    steps: [
      '- {probe: icmp, from: client2, to: service, expect: {fate: {client2: answered}}}',
      '- {expect: {client2: {service: server-b}, path: {client1: [router1, server-a]}, within: 2s}}',
    ],
    cause: /server-b: announces service, and its loopback does not have 192\.0\.2\.53/,
  },
  {
    pitfall: 6,
    what: 'a strict reverse-path filter where answers come back another way',
    inject: async (lab) => {
      await inShell(lab, 'router1', 'sysctl -qw net.ipv4.conf.all.rp_filter=1');
    },
    mend: async (lab) => {
      await inShell(lab, 'router1', 'sysctl -qw net.ipv4.conf.all.rp_filter=0');
    },
    steps: ['- {fail: server-a, expect: {client1: {service: server-b}, within: 3s}}', '- {restore: server-a}'],
    cause: /router1: net\.ipv4\.conf\.all\.rp_filter is 1, not 0: it drops packets that come another way/,
  },
  {
    pitfall: 7,
    what: 'the same router-id at both instances',
    inject: routerId('server-a'),
    mend: routerId('server-b'),
    steps: ['- {expect: {client1: {service: server-a}, client2: {service: server-b}, within: 5s, stable: 3s}}'],
    cause: /server-b: ospfd has the line "ospf router-id \S+".*an address of server-a/,
  },
  ...['stop', 'hang'].map((how): LabMutation => ({
    pitfall: 9,
    what: `a service that a blind check keeps announced: ${how}`,
    inject: async (lab) => {
      await lab.fail('blind@server-a', { how: how === 'stop' ? 'stop' : 'hang' });
    },
    mend: async (lab) => {
      await lab.restore('blind@server-a');
    },
    steps: ['- {expect: {client1: {blind: [server-a, server-b]}, within: 2s}}'],
    cause:
      /server-a: is announced for blind, and its server does not answer; its health check passes all the same: true/,
  })),
  {
    pitfall: 9,
    what: 'a checker that has died, while the service lives',
    inject: async (lab) => {
      await inShell(lab, 'server-a', `rm ${WELL}-gated`);
    },
    mend: async (lab) => {
      await inShell(lab, 'server-a', `touch ${WELL}-gated`);
    },
    steps: ['- {expect: {client1: {gated: server-a}, within: 2s, stable: 500ms}}'],
    cause: /server-a: is not announced for gated, though its server answers: its health check fails: test -e/,
  },
  {
    pitfall: 11,
    what: 'a check that goes up and down, without hysteresis',
    inject: async (lab) => {
      const rounds = '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15';
      await inShell(
        lab,
        'server-a',
        `(for n in ${rounds}; do rm ${WELL}-flaky; sleep 0.3; touch ${WELL}-flaky; sleep 0.3; done) >/dev/null 2>&1 &`,
      );
      await delay(2000);
    },
    mend: async () => {
      await delay(15_000);
    },
    steps: [
      '- {fail: service@server-b, how: withdraw, expect: {client1: {flaky: server-a}, within: 1s, stable: 2s}}',
      '- {restore: service@server-b}',
    ],
    cause: /server-a: was announced and withdrawn \d+ times in 10s for flaky: .*rise 1 and fall 1/,
  },
  {
    pitfall: 12,
    what: 'bfdd has died, so that a silent link waits for other timers',
    inject: async (lab) => {
      await inShell(lab, 'server-a', 'kill -9 $(pidof bfdd)');
    },
    mend: (lab) => startAgain(lab, 'bfdd', 'server-a'),
    steps: [],
    cause: /server-a: bfdd has ended/,
  },
  {
    pitfall: 12,
    what: 'one end of BFD sends seldom',
    inject: (lab) =>
      configure(lab, 'server-a', 'bfd', 'profile every-50-times-3', 'transmit-interval 3000', 'exit', 'exit'),
    mend: async (lab) => {
      await configure(lab, 'server-a', 'bfd', 'profile every-50-times-3', 'transmit-interval 50', 'exit', 'exit');
      // Both ends agree on it by packets that come once a second.
      await delay(6000);
    },
    steps: [],
    cause: /server-a: bfdd has the line "transmit-interval 3000".*not the lab's/,
  },
  {
    pitfall: 13,
    what: 'a second change within five seconds',
    inject: (lab) => configure(lab, 'router1', 'router ospf', 'timers throttle spf 0 5000 5000', 'exit'),
    mend: (lab) => configure(lab, 'router1', 'router ospf', 'timers throttle spf 0 5 20', 'exit'),
    steps: [
      '- {fail: service@server-a, how: withdraw}',
      '- {restore: service@server-a, expect: {client1: {service: server-a}, within: 1500ms}}',
      '- {fail: service@server-a, how: withdraw, expect: {client1: {service: server-b}, within: 1500ms}}',
      '- {restore: service@server-a}',
    ],
    cause: /router1: ospfd has the line "timers throttle spf 0 5000 5000".*not the lab's/,
  },
  {
    pitfall: 13,
    what: 'one end takes a point-to-point link for a LAN',
    inject: (lab) => configure(lab, 'router1', `interface ${toServerA}`, 'ip ospf network broadcast', 'exit'),
    mend: (lab) => configure(lab, 'router1', `interface ${toServerA}`, 'ip ospf network point-to-point', 'exit'),
    steps: ['- {expect: {client1: {service: server-a}, within: 2s, stable: 1s}}'],
    cause: /router1: ospfd (?:has|lacks) the line "ip ospf network \S+" in "interface eth3"/,
  },
  {
    pitfall: 17,
    what: 'a router that takes the address of the service',
    inject: async (lab) => {
      await inShell(lab, 'router2', 'ip address add 192.0.2.53/32 dev lo');
    },
    mend: async (lab) => {
      await inShell(lab, 'router2', 'ip address del 192.0.2.53/32 dev lo');
    },
    steps: [here],
    cause: /router2: announces 192\.0\.2\.53 of service, and is no instance of it/,
  },
  {
    pitfall: 18,
    what: 'another catchment in IPv6 than in IPv4',
    inject: (lab) => configure(lab, 'router1', `interface ${toServerA}`, 'ipv6 ospf6 cost 5000', 'exit'),
    mend: (lab) => configure(lab, 'router1', `interface ${toServerA}`, 'ipv6 ospf6 cost 1', 'exit'),
    steps: [here],
    cause:
      /server-b at service \(2001:db8:53::53\)\n[^]*router1: ospf6d has the line "ipv6 ospf6 cost 5000" in "interface eth3"/,
  },
  {
    pitfall: 20,
    what: 'a route that stays behind after a repair',
    inject: async (lab) => {
      await lab.fail('server-a');
      const via = (await inShell(lab, 'router1', 'ip -4 -o route get 192.0.2.53')).split(' ')[2] ?? '';
      await inShell(lab, 'router1', `ip route add 192.0.2.53/32 via ${via} dev ${toRouter2} metric 1`);
      await lab.restore('server-a', { deadlineMs: 2000 });
    },
    mend: async (lab) => {
      await inShell(lab, 'router1', 'ip route del 192.0.2.53/32 metric 1');
    },
    steps: [here],
    cause: /router1: its kernel has a route to service that no routing daemon gave it: 192\.0\.2\.53 via/,
  },
  {
    pitfall: 20,
    what: 'a queue that stays behind after a repair',
    inject: async (lab) => {
      await lab.fail('server-a');
      await lab.restore('server-a');
      await inShell(lab, 'router1', `tc qdisc add dev ${toServerA} root tbf rate 8kbit burst 100 latency 1ms`);
    },
    mend: async (lab) => {
      await inShell(lab, 'router1', `tc qdisc del dev ${toServerA} root`);
    },
    steps: [here],
    cause: /router1: eth3 has a queue that is not the lab's \(tbf\)/,
  },
  {
    pitfall: 24,
    what: 'a daemon that does not answer, taken for one without routes',
    inject: async (lab) => {
      await inShell(lab, 'router2', 'kill -9 $(pidof zebra)');
    },
    mend: (lab) => startAgain(lab, 'zebra', 'router2'),
    steps: ['- {expect: {rib: {router2: {198.51.100.0/24: none}}, within: 500ms}}'],
    cause: /198\.51\.100\.0\/24 unknown: zebra on router2 does not answer/,
  },
  {
    pitfall: 23,
    what: 'absence that is judged before the fault has shown, or before others have taken over',
    inject: nothing,
    mend: nothing,
    steps: ['- {fail: server-a, expect: {client1: {service: nobody}, within: 3s}}', '- {restore: server-a}'],
    soundSteps: ['- {fail: server-a, expect: {client1: {service: server-b}, within: 3s}}', '- {restore: server-a}'],
    cause: /saw server-b at 192\.0\.2\.53/,
  },
];

export const ospfMutations: MutatedLab = { text, mutations };
