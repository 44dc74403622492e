import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import type { Check } from '../checks/checked.js';
import type { FileNode, FileService } from '../file/schema.js';

type FileHealth = NonNullable<FileService['health']>;

type ServeCommand = Exclude<FileService['serve'], string | undefined>;

/*
 * What a submission may not say, and why. Nodes are namespaces: they share the files of the machine, and their programs
 * run with the rights of the grader. A key that is new in the schema needs a decision here.
 */
const nodeKeys = {
  kind: undefined,
  asn: undefined,
  prefixes: undefined,
  aggregates: undefined,
  routes: undefined,
  // Line by line, see below.
  frr: undefined,
  // Of the node's own network alone: the check of every topology sees to that.
  frrVersion: 'chooses the programs of the grader',
  sysctls: undefined,
  selection: undefined,
  asks: undefined,
  demand: undefined,
  exec: 'runs programs',
  run: 'runs programs',
  image: 'runs the programs of that image',
  binds: 'reaches the files of the machine',
  env: 'changes what programs do',
  cmd: 'runs programs',
  bfd: undefined,
  ospf: undefined,
  bgp: undefined,
} as const satisfies Record<keyof FileNode, string | undefined>;

const healthKeys = {
  check: 'runs programs',
  interval: undefined,
  timeout: undefined,
  rise: undefined,
  fall: undefined,
  lastResort: undefined,
} as const satisfies Record<keyof FileHealth, string | undefined>;

const serveKeys = {
  command: 'runs programs',
  port: undefined,
  protocol: undefined,
  identify: 'runs programs',
} as const satisfies Record<keyof ServeCommand, string | undefined>;

/**
 * The first words of FRRouting lines that only configure routing. Others are refused, known or not: lines such as
 * "log file" and "dump bgp all" write files, "banner motd file" reads one, and FRRouting takes each of them
 * abbreviated.
 */
const routingWords: ReadonlySet<string> = new Set([
  'router',
  'interface',
  'ip',
  'ipv6',
  'route-map',
  'match',
  'set',
  'on-match',
  'continue',
  'call',
  'address-family',
  'exit-address-family',
  'neighbor',
  'network',
  'area',
  'redistribute',
  'passive-interface',
  'auto-cost',
  'timers',
  'maximum-paths',
  'distance',
  'default-information',
  'default-metric',
  'summary-address',
  'aggregate-address',
  'capability',
  'compatible',
  'max-metric',
  'graceful-restart',
  'stub-router',
  'ospf',
  'ospf6',
  'bgp',
  'bfd',
  'peer',
  'profile',
  'description',
  'detect-multiplier',
  'receive-interval',
  'transmit-interval',
  'minimum-ttl',
  'echo-mode',
  'bandwidth',
  'access-list',
  'prefix-list',
  'exit',
  'shutdown',
  'isis',
  'net',
  'is-type',
  'metric-style',
  'log-adjacency-changes',
  'version',
  // At the head of a whole configuration.
  'frr',
]);

/** What in a file could run programs or reach files of the machine that it is graded on. */
export const checkTrust: Check = ({ file, topology, atKey, at }) => [
  ...Object.entries(file.nodes).flatMap(([name, node]) => [
    ...refusals(node, nodeKeys, (key) => atKey('nodes', name, key)),
    ...frrRefusals(typeof node.frr === 'string' ? node.frr : '', at('nodes', name, 'frr')),
  ]),
  ...topology.nodes.flatMap(({ name, ownFrr }) => frrRefusals(ownFrr?.lines ?? '', at('nodes', name, 'frr'))),
  ...Object.entries(file.anycast ?? {}).flatMap(([name, { health = {}, serve = {} }]) => [
    ...refusals(health, healthKeys, (key) => atKey('anycast', name, 'health', key)),
    ...(typeof serve === 'string' ? [] : refusals(serve, serveKeys, (key) => atKey('anycast', name, 'serve', key))),
  ]),
];

function refusals(
  part: object,
  keys: Readonly<Record<string, string | undefined>>,
  place: (key: string) => number,
): readonly Finding[] {
  return Object.keys(part).flatMap((key) => {
    const why = Object.hasOwn(keys, key) ? keys[key] : undefined;
    return why === undefined ? [] : [untrusted(place(key), `"${key}" is not allowed in submissions: it ${why}`)];
  });
}

function frrRefusals(text: string, offset: number): readonly Finding[] {
  return text
    .split(/[\r\n]+/)
    .filter((line) => !isRouting(line))
    .map((line) =>
      untrusted(
        offset,
        `the FRRouting line ${quote(line.trim())} is not allowed in submissions: it is not known to affect only routing`,
      ),
    );
}

function isRouting(line: string): boolean {
  const words = line.split(/\s+/).filter((word) => word !== '');
  const [first, second = ''] = words[0] === 'no' ? words.slice(1) : words;
  if (first === undefined || /^[!#]/.test(first)) return true;
  // "match script" loads a file; FRRouting takes "match scr" for it as well.
  const isScript = first === 'match' && second !== '' && 'script'.startsWith(second);
  return routingWords.has(first) && !isScript;
}

function untrusted(offset: number, message: string): Finding {
  return { offset, code: 'UNTRUSTED', message, hint: 'remove it, or grade with --trust if you know all submissions' };
}
