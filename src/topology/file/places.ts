import { quote } from '../model/finding.js';
import { clientWords, limitWords, routerWords } from '../model/expectation.js';
import { frrChoices } from '../../frr/versions.js';
import type { Path } from './tree.js';

/**
 * The nearest valid thing to write at each place, `*` standing for a name or a number. Shown with wrong types. Places that are not here have a
 * description in the schema that says it.
 */
const examples: ReadonlyMap<string, string> = new Map([
  ['', 'a topology file has keys:  name: my-network  then  nodes:  and  links:'],
  ['name', 'give the topology a name in quotes or without any special character, such as  name: my-network'],
  ['title', 'write one line of text; numbers and true or false need quotes:  title: "2024"'],
  ['nodes', 'write one line for each node, such as  client1: {kind: host}'],
  ['nodes.*', 'say what it is:  {kind: host},  {kind: router}  or  {kind: switch}'],
  ['nodes.*.kind', 'say what it is:  {kind: host},  {kind: router}  or  {kind: switch}'],
  [
    'nodes.*.frr',
    'write  frr: |  and below it, indented, the configuration lines; or name your own configuration:  frr: {file: r1/frr.conf}',
  ],
  ['nodes.*.frr.daemons', 'write the daemons, such as  daemons: [ospfd, bgpd]  or the file that names them'],
  ['nodes.*.frr.daemons.*', 'a daemon is a program of FRRouting, such as bgpd'],
  ...['frrVersion', 'nodes.*.frrVersion'].map((place) => [place, `the versions are ${frrChoices.join(', ')}`] as const),
  ['nodes.*.prefixes', 'write a list of prefixes, such as  prefixes: [198.51.100.0/24, "2001:db8:1::/48"]'],
  ['nodes.*.prefixes.*', 'write a prefix as text, such as "198.51.100.0/24"'],
  [
    'nodes.*.aggregates',
    'write a list of prefixes, such as  aggregates: [10.0.0.0/8, {prefix: 172.16.0.0/12, summaryOnly: true}]',
  ],
  ['nodes.*.aggregates.*', 'write a prefix, such as 10.0.0.0/8, or  {prefix: 10.0.0.0/8, summaryOnly: true}'],
  ['nodes.*.routes', 'write a list, such as  routes: [{to: 0.0.0.0/0, via: router2}]'],
  ['nodes.*.routes.*', 'write  {to: 198.51.100.0/24, via: router2}  or  via: blackhole'],
  ['nodes.*.sysctls', 'write one line for each setting, such as  net.ipv4.tcp_syncookies: 0'],
  ['nodes.*.sysctls.*', 'kernel settings are whole numbers (1 for true, 0 for false) or text'],
  ['nodes.*.selection', 'write  selection: hash  or one word for each service, such as  selection: {dns: hash}'],
  ['nodes.*.selection.*', 'write nearest, hash, random, round-robin or load'],
  ['nodes.*.asks', 'write the services that the host asks, such as  asks: [dns]'],
  ['nodes.*.asks.*', 'name a service; names begin with a letter'],
  ['nodes.*.demand', 'a demand is a number greater than 0, such as  demand: 100'],
  ['nodes.*.exec', 'write a list of commands, such as  exec: ["ip route show"]'],
  ['nodes.*.exec.*', 'a command is text for the shell, or a list of words:  [ip, route, show]; put it in quotes'],
  ['nodes.*.run', 'write each program by its name, such as  run: {watch: "ip monitor route"}'],
  ['nodes.*.run.*', 'a program is text for the shell, or a list of words:  [ip, monitor, route]; put it in quotes'],
  ['nodes.*.run.*.*', 'each word of a command is text: put it in quotes'],
  ['nodes.*.exec.*.*', 'each word of a command is text: put it in quotes'],
  ['links', 'write a list of pairs, such as  - [client1, router1]'],
  ['links.*', 'write a pair such as  [client1, router1]  or a map such as  {endpoints: [router1, router2], cost: 10}'],
  ['links.*.*', 'an end of a link is the name of a node, or  node:interface; names begin with a letter'],
  ['links.*.endpoints', 'name the two ends, such as  endpoints: [router1, router2]'],
  ['links.*.endpoints.*', 'an end of a link is the name of a node, or  node:interface; names begin with a letter'],
  ['links.*.cost', 'an OSPF cost is a whole number from 1 to 65535'],
  ['links.*.mtu', 'an MTU is a whole number of bytes from 1280 to 9216'],
  ['links.*.prefix', 'write one prefix, "192.0.2.0/30", or a list of an IPv4 and an IPv6 prefix'],
  [
    'links.*.addresses',
    'write an address for each node, such as  addresses: {router1: 192.0.2.1/30, router2: 192.0.2.2/30}',
  ],
  ['links.*.addresses.*', 'write an address with its length, such as 192.0.2.1/30, or one of each family'],
  ['links.*.addresses.*.*', 'write an address as text, such as "192.0.2.1/30" or "2001:db8::1/64"'],
  ['links.*.policy.*.strip', 'write  strip: all  or a list of communities, such as  strip: ["65001:100"]'],
  ['links.*.policy.*.strip.*', 'write a community as text, such as  "65001:100"'],
  ['links.*.policy.*.except.*.communities.*', 'write a community as text, such as  "65001:100"'],
  ['links.*.policy.*.accept.*', 'write a prefix, such as 192.0.2.0/24, or "10.0.0.0/8 le 24"'],
  ['links.*.policy.*.announce.*', 'write a prefix, such as 192.0.2.0/24, or "10.0.0.0/8 le 24"'],
  ['links.*.prefix.*', 'write a prefix as text, such as "192.0.2.0/30" or "2001:db8::/64"'],
  ['anycast', 'write one service, such as  dns: {addresses: [192.0.2.53], instances: [server-a, server-b]}'],
  ['anycast.*', 'write it as  {addresses: [192.0.2.53], instances: [server-a, server-b]}'],
  ['anycast.*.addresses', 'write a list of addresses, such as  [192.0.2.53, "2001:db8:53::53"]'],
  ['anycast.*.addresses.*', 'write an IPv4 or IPv6 address as text, such as "192.0.2.53"'],
  ['anycast.*.instances', 'write a list of hosts, such as  [server-a, server-b]'],
  ['anycast.*.instances.*', 'an instance is the name of a host; names begin with a letter'],
  ['anycast.*.announce', 'write  announce: host  or  announce: router'],
  ['anycast.*.allowSharedRouter', 'write  allowSharedRouter: true  or leave the key out'],
  [
    'anycast.*.serve',
    'write  serve: identity,  serve: nsd,  serve: unbound,  serve: http  or a program such as  serve: {command: [my-server], port: 53, protocol: dns}',
  ],
  ['anycast.*.serve.command', 'write the program and its arguments as a list, such as  [my-server, --port, "{port}"]'],
  ['anycast.*.serve.command.*', 'each word of a command is text: put it in quotes'],
  ['anycast.*.serve.port', 'a port is a whole number from 1 to 65535'],
  ['anycast.*.serve.protocol', 'write what the program speaks: dns, http, tcp or udp'],
  [
    'anycast.*.serve.identify',
    'write what prints the name of the instance that answers, as a list, such as  [my-client, "{address}", "{port}"]',
  ],
  ['anycast.*.serve.identify.*', 'each word of a command is text: put it in quotes'],
  ['anycast.*.zones', 'write an entry for each zone, such as  example.: |  or the service that has the same zones'],
  ['anycast.*.zones.*', 'write  |  behind the name, and below it, indented, the records of the zone'],
  ...['', '.*', '.from', '.to', '.in'].map((key) => [`vary.*${key}`, 'write  [5, 9]  or  {from: 5, to: 20}'] as const),
  ['student', 'write it in quotes, as handout does:  student: "4711"'],
  ['anycast.*.primary', 'name the service that the zones are fetched from, such as  primary: hidden'],
  ['anycast.*.signed', 'write  signed: true  or a list of zones, such as  signed: [example.]'],
  ['anycast.*.signed.*', 'name a zone of the service, such as  example.'],
  ['anycast.*.roots', 'write a list of the services that serve the root zone, such as  roots: [a-root, b-root]'],
  ['anycast.*.roots.*', 'name a service that serves the root zone'],
  ['anycast.*.http', 'write  http: true  or leave the key out'],
  ['anycast.*.store', 'name the service that keeps the sessions, such as  store: sessions'],
  ['anycast.*.capacity', 'write a number greater than 0, or one for each instance, such as  capacity: {server-a: 500}'],
  ['anycast.*.capacity.*', 'a capacity is a number greater than 0'],
  ['anycast.*.sinkholes', 'write  sinkholes: {routers: [sink1, sink2], above: 300, for: 500ms}  or leave the key out'],
  ['anycast.*.sinkholes.routers', 'write a list of routers, such as  [sink1, sink2]'],
  ['anycast.*.sinkholes.routers.*', 'name a router that is not behind an instance, such as sink1'],
  ['anycast.*.sinkholes.above', 'write how many packets a second are an attack, such as  above: 300'],
  ['anycast.*.sinkholes.for', 'write a time with its unit, such as  for: 500ms'],
  ['expect', 'write one line for each client, such as  client1: server-a'],
  ['scenario', 'write a list of steps, such as  - fail: server-a'],
  ['scenario.*', 'write a step such as  {fail: server-a, expect: {client1: server-b}}'],
  ['scenario.*.fail', 'name a target: a node, a link "a/b", one end "a:eth1", or a service "dns@server-a"'],
  ['scenario.*.restore', 'name a target: a node, a link "a/b", one end "a:eth1", or a service "dns@server-a"'],
  ['scenario.*.how', 'write crash (of a node), down (of a link) or stop (of a service), or leave the key out'],
  ['scenario.*.expect', 'write one entry for each client, such as  {client1: server-b, within: 2s}'],
  ['scenario.*.expect.within', 'write a time with its unit, such as  within: 500ms  or  within: 2s'],
  ['scenario.*.expect.outage', 'write a time with its unit, such as  outage: 500ms'],
  ['scenario.*.expect.lost', 'write how many probes of one flow may be lost, such as  lost: 0'],
  ['scenario.*.expect.minOutage', 'write a time with its unit, such as  minOutage: 50ms'],
  ['scenario.*.expect.minLost', 'write how many probes some flow must lose, from 1 on, such as  minLost: 1'],
  ['scenario.*.expect.stable', 'write a time with its unit, such as  stable: 2s'],
  ['scenario.*.expect.duplicates', 'write how many queries may get two answers, such as  duplicates: 0'],
  ['scenario.*.expect.brokenFlows', 'write how many TCP connections may break, such as  brokenFlows: 0'],
  ['scenario.*.expect.minBrokenFlows', 'write how many TCP connections must break, such as  minBrokenFlows: 1'],
  ['scenario.*.expect.moved', 'write how many clients may move, or which:  moved: 1  or  moved: [client1]'],
  [
    'scenario.*.expect.moved.*',
    'name clients,  [client1];  of one service, write how many or which:  {dns: [client1]}',
  ],
  ['scenario.*.expect.collateral', 'write how many clients may move without need, such as  collateral: 0'],
  ['scenario.*.expect.path', 'write it by client, such as  path: {client1: [router1, server-a]}'],
  ['scenario.*.expect.path.*', 'write the nodes on the way, the instance last, such as  [router1, server-a]'],
  ['scenario.*.expect.path.*.*', 'a hop is the name of a node; names begin with a letter'],
  ['scenario.*.expect.cost', 'write it by client, such as  cost: {client1: 2}'],
  ['scenario.*.expect.cost.*', 'a cost is a whole number from 0 on'],
  ['scenario.*.expect.rtt', 'write it by client, such as  rtt: {client1: 20ms}'],
  ['scenario.*.expect.rtt.*', 'write a time with its unit, such as 20ms'],
  ['scenario.*.expect.minRtt', 'write it by client, such as  minRtt: {client1: 40ms}'],
  ['scenario.*.expect.minRtt.*', 'write a time with its unit, such as 40ms'],
  ...routerWords.flatMap((table) =>
    (
      [
        ['', `write it by router, such as  ${table}: {router1: {dns: router2}}`],
        ['.*', 'write it by service or prefix, such as  {dns: router2}'],
        ['.*.*', 'name its next-hop neighbors, such as  router2  or  [router2, router3],  or none'],
        ['.*.*.*', 'a neighbor is the name of a node; names begin with a letter'],
      ] as const
    ).map(([below, hint]) => [`scenario.*.expect.${table}${below}`, hint] as const),
  ),
  ['scenario.*.expect.fate', 'write it by client, such as  fate: {client1: silent}'],
  ['scenario.*.expect.fate.*', 'write answered, silent, loop, refused or unreachable'],
  ['scenario.*.expect.status', 'write it by client, such as  status: {client1: 200}'],
  ['scenario.*.expect.status.*', 'a status is a whole number, such as 200'],
  ['scenario.*.expect.output', 'write it by client, such as  output: {client1: server-a}'],
  [
    'scenario.*.expect.output.*',
    'write a text that it must contain, or a regular expression such as "/^server-[ab]$/"',
  ],
  ['scenario.*.expect.replies', 'write it by client, such as  replies: {client1: 3}'],
  ['scenario.*.expect.replies.*', 'write how many, such as 3, or the nodes that reply, such as  [server-a, server-b]'],
  ['scenario.*.expect.replies.*.*', 'who replies is the name of a node; names begin with a letter'],
  ['scenario.*.expect.confidence', 'write it with its sign, such as  confidence: 99%'],
  ['scenario.*.expect.*', 'name an instance, a list of them, or nobody; with several services  {dns: server-a}'],
  ['scenario.*.expect.*.*', 'name an instance, a list of them, or nobody'],
  ['scenario.*.expect.*.*.*', 'an instance is the name of a host; names begin with a letter'],
  ['scenario.*.together', 'write a list of changes, such as  together: [{fail: server-a}, {restore: server-b}]'],
  ['scenario.*.steps', 'write a list of steps, such as  steps: [{fail: server-a}, {restore: server-a}]'],
  ['scenario.*.repeat', 'a scenario repeats its steps from 1 to 1000 times, such as  repeat: 10'],
  ['scenario.*.wait-for', 'write  wait-for: settled,  or what must hold, such as  wait-for: {client1: server-a}'],
  ['scenario.*.probe', 'write dns, udp, tcp, http, icmp, poll, trace or command'],
  ['scenario.*.from', 'name clients:  client1,  client1+client2  or  all'],
  ['scenario.*.port', 'a port is a whole number from 1 to 65535'],
  ['scenario.*.method', 'write  method: POST  or leave the key out'],
  ['scenario.*.cookies', 'write  cookies: true  or leave the key out'],
  ['scenario.*.flows', 'a probe has from 1 to 8192 flows, such as  flows: 16'],
  ['scenario.*.sourcePorts', 'write a list of ports, such as  sourcePorts: [40000, 40001]'],
  ['scenario.*.sourcePorts.*', 'a port is a whole number from 1 to 65535'],
  ['scenario.*.command.*', 'each word of a command is text: put it in quotes'],
  [
    'scenario.*.command',
    'write what runs:  command: ping -c1 192.0.2.53  or, as words,  command: [ping, -c1, 192.0.2.53]',
  ],
  ['nodes.*.asn', 'an AS number is a whole number, such as  asn: 65001'],
  ['nodes.*.bgp', 'write  bgp: {timers: internet}  or  bgp: {keepalive: 1s, hold: 3s}'],
  ['links.*.bgp', 'write  bgp: {timers: internet}  or  bgp: {keepalive: 1s, hold: 3s}'],
  ['links.*.relation', 'write  customer-provider  (the first end pays the second),  provider-customer  or  peer'],
  ['links.*.policy', 'write it by node, such as  policy: {server-a: {prepend: 2}}'],
  ['links.*.policy.*', 'write it as  {localPreference: 200, med: 10, prepend: 2, communities: [NO_EXPORT]}'],
  ['links.*.policy.*.prepend', 'prepend the AS number 1 to 10 times'],
  ['links.*.policy.*.localPreference', 'a preference is a whole number; the default is 100'],
  ['links.*.policy.*.med', 'a metric is a whole number from 0 on; the lowest is best'],
  ['links.*.policy.*.communities', 'write a list, such as  [NO_EXPORT, "65001:100"]'],
  ['anycast.*.covering', 'write  covering: {prefixes: [192.0.2.0/24], instances: [server-c]}'],
  ['anycast.*.covering.prefixes.*', 'write a prefix as text, such as "192.0.2.0/24" or "2001:db8:53::/48"'],
  ['anycast.*.covering.instances.*', 'an instance is the name of a host; names begin with a letter'],
  ['anycast.*.covering.prefixes', 'write a list of prefixes around the addresses, such as  [192.0.2.0/24]'],
  ['anycast.*.covering.instances', 'write a list of hosts, such as  [server-a, server-b]'],
  [
    'anycast.*.capacity.*',
    'write how much an instance can serve, in the unit of  demand,  such as  capacity: {server-a: 100}',
  ],
  ['anycast.*.health', 'write  health: {interval: 100ms, fall: 2}'],
  ['anycast.*.health.check.*', 'each word of a command is text: put it in quotes'],
  ['nodes.*.binds.*', 'write a bind as text, such as  "/on/the/engine:/in/the/container:ro"'],
  ['nodes.*.cmd.*', 'each word of a command is text: put it in quotes'],
  ['nodes.*.env.*', 'the value of a variable is text, a number, true or false'],
  ['links.*.policy.*.communities.*', 'write a community as text, such as  NO_EXPORT  or  "65001:100"'],
  ['scenario.*.except.*', 'name a service'],
  ['bgp.reflectors.*', 'name a router; names begin with a letter'],
  ['bgp.reflectors', 'write a list of routers, such as  reflectors: [router1, router2]'],
  ['bgp', 'write  bgp: {timers: fast, multipath: none}'],
  ['forecast', 'write  forecast: off  if "frr" lines change routing, or leave it out'],
  ['unnumbered', 'write  unnumbered: true  or  unnumbered: false'],
  ['play', 'write  play: test  (the default) or  play: up'],
  ['cause', 'write  cause: {is: router1/server-a, points: 3}'],
  ['cause.is', 'write a target, such as  is: router1/server-a,  or a list of which each is right'],
  ['cause.is.*', 'write a target, such as  router1/server-a'],
]);

/** Keys that are the same in every file; all other keys are names that the file gave. */
const ownNames = new Set([
  'nodes.*',
  'nodes.*.sysctls.*',
  'nodes.*.selection.*',
  'nodes.*.run.*',
  'nodes.*.env.*',
  'links.*.policy.*',
  'anycast.*',
  'links.*.addresses.*',
  ...['zones', 'capacity'].map((each) => `anycast.*.${each}.*`),
  'vary.*',
  'scenario.*.expect.*',
  'scenario.*.expect.*.*',
  'scenario.*.expect.*.*.*',
  ...[...clientWords, ...routerWords].flatMap((word) =>
    ['*', '*.*'].map((rest) => `scenario.*.expect.${word}.${rest}`),
  ),
  ...limitWords.map((word) => `scenario.*.expect.${word}.*`),
  'place.*',
]);

/** The place of a path with `*` for every name and number: `nodes.*.kind`. */
export function placeOf(path: Path): string {
  let place = '';
  for (const step of path) {
    const exact = place === '' ? String(step) : `${place}.${step}`;
    const any = place === '' ? '*' : `${place}.*`;
    const isName = typeof step === 'number' || (ownNames.has(any) && !examples.has(exact));
    place = isName ? any : exact;
  }
  return place;
}

/** What would be right at a path, in one line; undefined if the description of the key says it. */
export function exampleAt(path: Path): string | undefined {
  const inStep = asInStep(path);
  // What is said of one service is written as what is said of all.
  const ofAll = inStep[2] === 'expect' && inStep.length > 4 ? placeOf(inStep.slice(0, -1)) : '';
  return (
    examples.get(placeOf(path)) ?? examples.get(placeOf(inStep)) ?? (ofAll === '' ? undefined : examples.get(ofAll))
  );
}

/** Steps are written alike, repeated or not, and so is what must be seen: a path as it would be in a plain step. */
function asInStep(path: Path): Path {
  if (path[0] === 'expect') return ['scenario', 0, ...path];
  const [root, number, list, ...inner] = path;
  if (root !== 'scenario' || number === undefined || list === undefined) return path;
  if ((list === 'steps' || list === 'together') && typeof inner[0] === 'number') return asInStep([root, ...inner]);
  return list === 'wait-for' && inner.length > 0 ? [root, number, 'expect', ...inner] : path;
}

/**
 * What a message calls the value at a path: the key, or where that is a name the file gave, the key it stands below.
 */
export function wordOf(path: Path): string {
  const isOwnName = (i: number): boolean => placeOf(asInStep(path.slice(0, i + 1))).endsWith('.*');
  return String(path.findLast((step, i) => typeof step === 'string' && !isOwnName(i)));
}

/** How a message names the part of the file at a path: `node "router1"`, `link 3`, `"cost"`. */
export function subjectOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  const number = typeof last === 'number' ? last + 1 : 0;
  switch (placeOf(path)) {
    case 'nodes.*':
      return `node ${quote(String(last))}`;
    case 'anycast.*':
      return `service ${quote(String(last))}`;
    case 'links.*':
      return `link ${number}`;
    case 'links.*.*':
      return `end ${number} of link ${Number(path[1]) + 1}`;
    case 'scenario.*':
      return `step ${number}`;
    default:
      return typeof last === 'string' ? quote(last) : `item ${number} of ${subjectOf(path.slice(0, -1))}`;
  }
}
