import { z } from 'zod';

/*
 * The shape of a topology file, and nothing else: which keys, which types, which numbers. What the words mean together
 * is checked in checks/. Kept plain, so that the JSON Schema for editors says the same (json-schema.ts).
 */

const bfdSchema = z
  .union([
    z.boolean(),
    z.strictObject({
      interval: z.string().optional().describe('How often each end sends, such as 50ms; from 10ms to 60s.'),
      multiplier: z
        .int()
        .optional()
        .describe('After so many intervals without a packet the other end is gone; from 2 to 255.'),
    }),
  ])
  .describe('Bidirectional forwarding detection: true for 300ms x 3, or {interval: 50ms, multiplier: 3}.');

const ospfSchema = z
  .strictObject({
    hello: z
      .string()
      .optional()
      .describe('How often OSPF says hello, such as 1s; below a second for OSPFv2 only, and with dead: 1s.'),
    dead: z
      .string()
      .optional()
      .describe('After so long without a hello the neighbor is gone, in whole seconds, such as 4s.'),
  })
  .describe("OSPF's own timers, where a lab is not to have nearcast's fast ones.");

const timersSchema = z
  .enum(['fast', 'datacenter', 'internet'])
  .describe(
    "fast: hold time 3 s, no waiting; datacenter: 9 s; internet: the protocol's own defaults, 180 s, and 30 s between announcements.",
  );

const bgpTimersSchema = z
  .strictObject({
    timers: timersSchema.optional(),
    keepalive: z
      .string()
      .optional()
      .describe('How often a BGP neighbor is told that one is there, in whole seconds, such as 1s.'),
    hold: z.string().optional().describe('After so long without a word the BGP neighbor is gone, such as 3s.'),
  })
  .describe("BGP's timers, on the sessions over this link, or of this node.");

const detectionShape = { bfd: bfdSchema.optional(), ospf: ospfSchema.optional(), bgp: bgpTimersSchema.optional() };

const policySchema = z
  .strictObject({
    localPreference: z
      .int()
      .min(0)
      .max(4_294_967_295)
      .optional()
      .describe('On routes that are heard: the highest is taken.'),
    med: z
      .int()
      .min(0)
      .max(4_294_967_295)
      .optional()
      .describe('On routes that are told: the neighbor takes the lowest of one AS.'),
    prepend: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .describe('On routes that are told: the own AS number so many times more.'),
    communities: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'On routes that are told: NO_EXPORT, NO_ADVERTISE, GRACEFUL_SHUTDOWN, BLACKHOLE, or one of your own such as "65001:100".',
      ),
    bandwidth: z
      .string()
      .optional()
      .describe('On routes that are told: the weight of this way among equal ones, such as 100mbit.'),
  })
  .describe('What a node does with anycast routes here.');

const bgpSchema = z
  .strictObject({
    timers: timersSchema.optional(),
    multipath: z
      .enum(['none', 'same-as', 'any-as'])
      .optional()
      .describe(
        'Whether equal routes share the load: none (default), those by the same neighboring AS, or those by any.',
      ),
  })
  .describe('How the nodes with an asn speak BGP.');

const healthSchema = z
  .strictObject({
    check: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        "A command run on the instance's host: status 0 means that it serves. A string is run by sh, a list as it stands. Without it, the built-in service is asked for its name over loopback.",
      ),
    interval: z.string().optional().describe('How often it is asked, such as 100ms.'),
    timeout: z.string().optional().describe('How long it may take to answer, such as 100ms.'),
    rise: z
      .int()
      .optional()
      .describe('So many answers in a row, and the address is announced; 2 where nothing is said.'),
    fall: z.int().optional().describe('So many failures in a row, and it is withdrawn; 2 where nothing is said.'),
    lastResort: z.string().optional().describe('The instance that stays announced when all of them fail.'),
  })
  .describe('How each instance is watched.');

const nodeSchema = z
  .strictObject({
    kind: z
      .enum(['host', 'router', 'switch'])
      .describe(
        'router: runs FRRouting. host: a client, or an instance of an anycast service. switch: an Ethernet segment.',
      ),
    asn: z
      .int()
      .optional()
      .describe(
        'The autonomous system of a router, or of a host that announces: BGP to other systems, OSPF and BGP within its own.',
      ),
    frr: z
      .string()
      .optional()
      .describe(
        'FRRouting configuration lines added to the ones nearcast writes. For routers, and hosts that announce.',
      ),
    sysctls: z
      .record(z.string(), z.union([z.string(), z.int()]))
      .optional()
      .describe('Kernel settings of this node, such as net.ipv4.tcp_syncookies: 0.'),
    exec: z
      .array(z.union([z.string(), z.array(z.string()).min(1)]))
      .optional()
      .describe('Commands run in the node once its interfaces are up. A string is run by sh, a list as it stands.'),
    image: z
      .string()
      .optional()
      .describe(
        "The container image of this node, such as nginx:1.27, for the docker runtime; nearcast's own where nothing is said. A router, or a host that announces, needs one with FRRouting in it.",
      ),
    binds: z
      .array(z.string())
      .optional()
      .describe(
        'Folders or files of the machine the engine runs on, as docker run -v takes them: "/on/the/engine:/in/the/container:ro". For the docker runtime.',
      ),
    env: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('Environment variables of the container. For the docker runtime.'),
    cmd: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        "What the container runs, in place of its image's command; beside FRRouting where the node runs it. A string is run by sh, a list as it stands. For the docker runtime.",
      ),
    ...detectionShape,
  })
  .describe('One node, such as {kind: host}.');

const endSchema = z.string().describe('A node, or one of its interfaces: "router1" or "router1:eth1".');

const impairmentShape = {
  delay: z.string().optional().describe('How long each packet waits, such as 10ms.'),
  jitter: z.string().optional().describe('By how much the delay varies, to either side, such as 2ms.'),
  loss: z.string().optional().describe('The share of packets that is lost, such as 1%.'),
  duplicate: z.string().optional().describe('The share of packets that arrives twice, such as 0.5%.'),
  reorder: z.string().optional().describe('The share of packets that overtakes the others, such as 5%; needs a delay.'),
  corrupt: z.string().optional().describe('The share of packets with a wrong bit, such as 0.1%.'),
  rate: z.string().optional().describe('How much gets through, such as 10mbit.'),
};

const linkSchema = z
  .strictObject({
    endpoints: z.tuple([endSchema, endSchema]).describe('The two ends of the link.'),
    cost: z.int().min(1).max(65_535).optional().describe('OSPF cost in both directions; 1 where nothing is said.'),
    mtu: z
      .int()
      .min(1280)
      .max(9216)
      .optional()
      .describe('Largest packet in bytes. IPv6 needs 1280 (RFC 8200 section 5).'),
    prefix: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        'The prefix of the link, or a list of one IPv4 and one IPv6 prefix. Chosen by nearcast where nothing is said.',
      ),
    relation: z
      .enum(['customer-provider', 'provider-customer', 'peer'])
      .optional()
      .describe(
        'Between two autonomous systems: what the first end is to the second. Routes of a peer or provider are told to customers only.',
      ),
    policy: z
      .record(z.string(), policySchema)
      .optional()
      .describe('Between two autonomous systems: what each end, by its node, does with anycast routes.'),
    ...impairmentShape,
    ...detectionShape,
  })
  .describe('A link with settings of its own.');

const serviceSchema = z
  .strictObject({
    addresses: z.array(z.string()).min(1).describe('The anycast addresses, IPv4 or IPv6, without a prefix length.'),
    instances: z
      .array(z.string())
      .min(1)
      .describe('The hosts that serve the addresses, each behind a router of its own.'),
    announce: z
      .enum(['host', 'router'])
      .optional()
      .describe('Who announces the addresses: the host itself (default), or its router on its behalf.'),
    allowSharedRouter: z
      .boolean()
      .optional()
      .describe(
        'true lets two instances sit behind one router. Normally an error: the router would see one of them only.',
      ),
    health: healthSchema.optional(),
    http: z
      .boolean()
      .optional()
      .describe(
        'true: the built-in service also names the instance over HTTP, on port 80 of each address. Off where nothing is said.',
      ),
    covering: z
      .strictObject({
        prefixes: z.array(z.string()).min(1).describe('Prefixes around the addresses, such as 192.0.2.0/24.'),
        instances: z
          .array(z.string())
          .min(1)
          .describe('The instances that announce these, and not the addresses themselves.'),
      })
      .optional()
      .describe('Shorter prefixes for BGP, announced by some instances as a fallback.'),
  })
  .describe('One anycast service.');

const oneAnswer = z.union([z.string(), z.array(z.string()).min(1), z.record(z.string(), z.string())]);

const answerSchema = z
  .union([z.string(), z.array(z.string()).min(1), z.record(z.string(), oneAnswer)])
  .describe(
    'The instance that must answer this client, a list of which one must, shares of its flows such as {server-a: 50% +- 5%}, or nobody; with several services {service: instance}.',
  );

const routesSchema = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])));

const expectSchema = z
  .object({
    within: z
      .string()
      .optional()
      .describe('How long it may take to hold, such as 500ms or 2s; 10s where nothing is said.'),
    stable: z.string().optional().describe('For how long it must go on to hold, such as 2s.'),
    outage: z
      .string()
      .optional()
      .describe('How long no client may be without an answer, such as 500ms; 0ms where none may be lost.'),
    lost: z.int().min(0).optional().describe('How many probes of one flow may be lost.'),
    duplicates: z.int().min(0).optional().describe('How many questions may be answered twice.'),
    brokenFlows: z.int().min(0).optional().describe('How many TCP connections that were open may break.'),
    moved: z
      .union([z.int().min(0), z.array(z.string())])
      .optional()
      .describe('How many clients may move to another instance; or the list of those that must, and no others.'),
    collateral: z
      .int()
      .min(0)
      .optional()
      .describe('How many clients may move though their instance could still be reached.'),
    path: z
      .record(z.string(), z.array(z.string()).min(1))
      .optional()
      .describe('The nodes that a question passes, the instance last: {client1: [router1, server-a]}.'),
    cost: z
      .record(z.string(), z.int().min(0))
      .optional()
      .describe('The sum of the link costs from the first router to the instance: {client1: 1}.'),
    rtt: z.record(z.string(), z.string()).optional().describe('How long a round trip may take: {client1: 20ms}.'),
    rib: routesSchema
      .optional()
      .describe(
        "The neighbors by which a router's routing table leads to a service or prefix, or none: {router1: {service: router2}}.",
      ),
    fib: routesSchema
      .optional()
      .describe(
        "The neighbors by which a router's kernel sends to a service or prefix, or none: {router1: {service: router2}}.",
      ),
    fate: z
      .record(z.string(), z.enum(['answered', 'silent', 'loop', 'refused', 'unreachable']))
      .optional()
      .describe('What becomes of the questions: answered, silent (a blackhole), loop, refused or unreachable.'),
    status: z
      .record(z.string(), z.int())
      .optional()
      .describe('The status of HTTP, or with which a command ends: {client1: 200}.'),
    output: z
      .record(z.string(), z.string())
      .optional()
      .describe('What an answer or a command says: a text in it, or /a regular expression/.'),
    confidence: z
      .string()
      .optional()
      .describe('How sure a share of flows must be, such as 95%; 99% where nothing is said.'),
  })
  .catchall(answerSchema)
  .describe('What must be seen, by client (client1, client1+client2 or all), and what it may cost.');

const changeShape = {
  fail: z
    .string()
    .optional()
    .describe(
      'What to break: a node, a link "a/b", one end "a:eth1", an instance\'s service "service@a", a daemon "ospfd@a", or all links between two sets "a+b/c+d".',
    ),
  restore: z.string().optional().describe('What to mend, written as in the step that broke it.'),
  drain: z.string().optional().describe('A node that asks not to be used.'),
  impair: z
    .string()
    .optional()
    .describe(
      'A link, or one end, whose packets are late or lost: with delay, jitter, loss, duplicate, reorder, corrupt or rate.',
    ),
  how: z
    .enum([
      'crash',
      'freeze',
      'drain',
      'leak',
      'down',
      'silence',
      'impair',
      'flap',
      'partition',
      'stop',
      'hang',
      'withdraw',
      'hijack',
      'prepend',
      'med',
      'local-pref',
      'kill',
    ])
    .optional()
    .describe(
      'A node can crash, freeze, drain or leak; a link or one end can go down, be in silence, impair or flap; a service can stop, hang, withdraw, or be a target of hijack. The first is meant where nothing is said; partition and kill follow from the target. prepend, med and local-pref change the BGP policy of a node or of one end.',
    ),
  for: z.string().optional().describe('The fault mends itself after so long, such as 5s.'),
  period: z.string().optional().describe('For flap: from one going down to the next, such as 1s.'),
  keepRoutes: z.boolean().optional().describe('For kill: whether the kernel keeps the routes of the daemon.'),
  value: z
    .int()
    .min(0)
    .max(4_294_967_295)
    .optional()
    .describe('For prepend, med and local-pref: so many times, this metric, this preference.'),
  announce: z.string().optional().describe('For hijack: what is announced, in place of the addresses of the service.'),
  ...impairmentShape,
};

const changeSchema = z.strictObject(changeShape).describe('One of several things that happen at the same moment.');

const plainStepShape = {
  ...changeShape,
  together: z.array(changeSchema).min(1).optional().describe('Several faults and repairs at the same moment.'),
  expect: expectSchema.optional(),
  'wait-for': z
    .union([z.literal('settled'), expectSchema])
    .optional()
    .describe('What must hold before the scenario goes on; or settled, for routing to have come to rest.'),
  probe: z
    .enum(['dns', 'udp', 'tcp', 'http', 'icmp', 'trace', 'command'])
    .optional()
    .describe('Questions of one kind from clients: dns, udp, tcp, http, icmp, trace, or a command that runs in them.'),
  from: z
    .string()
    .optional()
    .describe('For probe: client1, client1+client2, or all, which is meant where nothing is said.'),
  to: z
    .string()
    .optional()
    .describe('For probe: a service, an address or a node; every service where nothing is said.'),
  port: z.int().min(1).max(65_535).optional().describe('For probe: the port that is asked.'),
  send: z.string().optional().describe('For probe udp and tcp: what is sent.'),
  path: z.string().optional().describe('For probe http: what is asked for, such as /health.'),
  flows: z.int().min(1).max(8192).optional().describe('For probe: from how many source ports each client asks.'),
  sourcePorts: z
    .array(z.int().min(1).max(65_535))
    .min(1)
    .optional()
    .describe('For probe: from which source ports each client asks.'),
  command: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('For probe command: what runs in each client. A string is run by sh, a list as it stands.'),
  timeout: z.string().optional().describe('For probe: how long one answer may take, such as 500ms.'),
};

const plainStepSchema = z.strictObject(plainStepShape).describe('One step of what is repeated.');

const stepSchema = z
  .strictObject({
    ...plainStepShape,
    repeat: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('How many times the steps below are played, one round after the other.'),
    steps: z.array(plainStepSchema).min(1).optional().describe('What is repeated.'),
  })
  .describe('One step: change something, look at the lab, or probe it, and say what must be seen then.');

/** The topology file as it is written. */
export const fileSchema = z.strictObject({
  name: z.string().describe('The name of the topology: letters, digits and hyphens.'),
  title: z.string().optional().describe('One line for people: what the topology shows.'),
  runtime: z
    .enum(['netns', 'docker'])
    .optional()
    .describe('Where the nodes run, where the command line does not say: netns (plain Linux namespaces) or docker.'),
  nodes: z.record(z.string(), nodeSchema).describe('The nodes by name.'),
  links: z
    .array(z.union([z.tuple([endSchema, endSchema]), linkSchema]))
    .optional()
    .describe('The links, each a pair of ends, such as [client1, router1], or a map with endpoints and settings.'),
  anycast: z.record(z.string(), serviceSchema).optional().describe('The anycast services by name.'),
  expect: expectSchema.optional().describe('What must be seen once the network has converged.'),
  scenario: z
    .array(stepSchema)
    .optional()
    .describe('What breaks and mends, in order, and what must be seen each time.'),
  play: z.enum(['test', 'up']).optional().describe('Who plays the scenario: only "test" (default), or "up" too.'),
  forecast: z
    .enum(['on', 'off'])
    .optional()
    .describe(
      'Whether nearcast waits for the routes that it has worked out (on, the default), or, where "frr" lines change routing, for routing to be quiet (off).',
    ),
  bgp: bgpSchema.optional(),
});

/** What a file says once its shape was checked; still with its shorthands and without defaults. */
export type TopologyFile = z.output<typeof fileSchema>;
export type FileNode = z.output<typeof nodeSchema>;
export type FileLink = NonNullable<TopologyFile['links']>[number];
export type FileStep = z.output<typeof stepSchema>;
export type FileChange = z.output<typeof changeSchema>;
export type FileExpectations = z.output<typeof expectSchema>;
export type FileAnswer = z.output<typeof answerSchema>;

/** The keys that are valid at a place, `*` standing for a name or a number; for did-you-mean. */
export const keysByPlace: ReadonlyMap<string, readonly string[]> = new Map([
  ['', Object.keys(fileSchema.shape)],
  ['nodes.*', Object.keys(nodeSchema.shape)],
  ['links.*', Object.keys(linkSchema.shape)],
  ['anycast.*', Object.keys(serviceSchema.shape)],
  ['scenario.*', Object.keys(stepSchema.shape)],
  ['scenario.*.steps.*', Object.keys(plainStepSchema.shape)],
  ['scenario.*.together.*', Object.keys(changeSchema.shape)],
  ['scenario.*.steps.*.together.*', Object.keys(changeSchema.shape)],
  ['anycast.*.health', Object.keys(healthSchema.shape)],
  ['anycast.*.covering', ['prefixes', 'instances']],
  ['bgp', Object.keys(bgpSchema.shape)],
  ['nodes.*.bgp', Object.keys(bgpTimersSchema.shape)],
  ['links.*.bgp', Object.keys(bgpTimersSchema.shape)],
  ['links.*.policy.*', Object.keys(policySchema.shape)],
]);
