import { parseAddress } from '../../support/ip.js';
import type { Address } from '../../support/ip.js';
import { didYouMean } from '../../support/suggest.js';
import { quote } from '../model/finding.js';
import { LONGEST_FAULT_MS } from '../model/fault.js';
import type { Finding } from '../model/finding.js';
import type { ServeCommand } from '../model/serve.js';
import type { Topology } from '../model/topology.js';
import type { Check } from './checked.js';
import { linkPrefixes, outermost, prefixAround } from './prefixes.js';
import { forbiddenRanges, freeOneOf } from './ranges.js';

const MOST_THRESHOLD = 1_000_000;
/** Packets are counted every tenth of a second: two counts at least. */
const SHORTEST_ATTACK_MS = 200;

/** Anycast addresses: unicast addresses outside all links and nearcast's own ranges, each of one service. */
export const checkAnycastAddresses: Check = (checked) => {
  const ranges = forbiddenRanges(checked.topology);
  const networks = outermost(linkPrefixes(checked));
  const owners = new Map<string, string>();
  const judge = (address: Address, said: string, service: string, offset: number): Finding | undefined => {
    const owner = owners.get(address.text);
    if (owner !== undefined) {
      const whose = owner === service ? 'this service has it already' : `service ${quote(owner)} has it already`;
      return {
        offset,
        code: 'DUPLICATE_ADDRESS',
        message: `${said} appears twice`,
        hint: `${whose}: an address belongs to one service`,
      };
    }
    owners.set(address.text, service);
    const special = ranges.specialOf(address);
    if (special !== undefined) {
      const hint = 'an anycast address is an ordinary unicast address, such as 192.0.2.53 or 2001:db8:53::53';
      return {
        offset,
        code: 'BAD_ADDRESS',
        message: `${said} cannot be an anycast address: it is in ${special}`,
        hint,
      };
    }
    const reserved = ranges.reservedOf(address);
    if (reserved !== undefined) {
      const message = `${said} is in ${reserved}; nearcast uses that range for its own addresses`;
      return {
        offset,
        code: 'RESERVED_RANGE',
        message,
        hint: freeOneOf(address.family),
      };
    }
    const network = prefixAround(address, networks);
    if (network === undefined) return undefined;
    const link = checked.topology.links[network.link]?.ends.map(({ node }) => node).join('/') ?? '';
    return {
      offset,
      code: 'ANYCAST_INSIDE_LINK',
      message: `${said} lies in ${network.prefix.text}, the prefix of the link ${link}`,
      hint: 'choose an address outside all links: routers would send it to that link only',
    };
  };
  return checked.topology.services.flatMap(({ name, addresses }) =>
    addresses.flatMap((text, i): readonly Finding[] => {
      const said = quote(checked.file.anycast?.[name]?.addresses[i] ?? text);
      const offset = checked.at('anycast', name, 'addresses', i);
      const address = parseAddress(text);
      const finding = address === undefined ? notAnAddress(text, offset) : judge(address, said, name, offset);
      return finding === undefined ? [] : [finding];
    }),
  );
};

/** Instances: hosts that exist, each once in a service. */
export const checkInstances: Check = ({ topology, nodes, declaredNodes, at }) =>
  topology.services.flatMap(({ name, instances }) => {
    const seen = new Set<string>();
    return instances.flatMap((instance, i): readonly Finding[] => {
      const offset = at('anycast', name, 'instances', i);
      const kind = nodes.get(instance)?.kind;
      if (seen.has(instance)) {
        const message = `${quote(instance)} is listed twice`;
        return [
          {
            offset,
            code: 'DUPLICATE_INSTANCE',
            message,
            hint: 'a host is one instance of a service: remove one of the two',
          },
        ];
      }
      seen.add(instance);
      if (!declaredNodes.has(instance)) {
        const hint = (): string => didYouMean(instance, namesOfHosts(topology), 'hosts');
        return [{ offset, code: 'UNKNOWN_NODE', message: `there is no node ${quote(instance)}`, hint }];
      }
      if (kind === undefined || kind === 'host') return [];
      const message = `${quote(instance)} is a ${kind}, but an instance must be a host`;
      return [
        {
          offset,
          code: 'INSTANCE_NOT_HOST',
          message,
          hint: `link a host to ${instance} and make that host the instance`,
        },
      ];
    });
  });

/** What predictions of load need: capacities of instances, and demands of clients. */
export const checkLoads: Check = ({ topology, file, clients, at }) => {
  return [
    ...topology.services.flatMap(({ name, instances: own, capacity }): readonly Finding[] =>
      typeof file.anycast?.[name]?.capacity === 'number'
        ? []
        : [...(capacity?.keys() ?? [])]
            .filter((instance) => !own.includes(instance))
            .map((instance) => ({
              offset: at('anycast', name, 'capacity', instance),
              code: 'NOT_AN_INSTANCE',
              message: `${quote(instance)} is not an instance of ${quote(name)}`,
              hint: () => didYouMean(instance, own, 'instances'),
            })),
    ),
    ...topology.nodes.flatMap(({ name, demand }): readonly Finding[] =>
      demand === undefined || clients.has(name)
        ? []
        : [
            {
              offset: at('nodes', name, 'demand'),
              code: 'BAD_VALUE',
              message: `${quote(name)} is no client: it asks for nothing`,
              hint: 'leave  demand  out: only hosts that are no instance ask, or have  asks',
            },
          ],
    ),
  ];
};

/** What serves: a command that can be run, and nothing that only the built-in service has. */
export const checkServing: Check = ({ topology, at, whole }) =>
  topology.services.flatMap(({ name, serve, http }): readonly Finding[] => {
    if (serve === 'identity') return [];
    const isRunnable = serve === 'http' || !('command' in serve) || isCommand(serve.command);
    return [
      ...(typeof serve === 'object' && 'command' in serve
        ? identifyFindings(serve, whole, (key) => at('anycast', name, 'serve', key))
        : []),
      ...(isRunnable
        ? []
        : [
            {
              offset: at('anycast', name, 'serve', 'command'),
              code: 'BAD_VALUE' as const,
              message: 'a command is empty, or contains a null character',
              hint: 'write the program and its arguments, or leave "serve" out for the built-in service',
            },
          ]),
      ...(http
        ? [
            {
              offset: at('anycast', name, 'http'),
              code: 'BAD_VALUE' as const,
              message: '"http" is for the built-in service, and a program serves here',
              hint: 'leave "http" out',
            },
          ]
        : []),
    ];
  });

/** What says which instance answers: DNS and HTTP have a query for it, the others need a command. */
function identifyFindings(
  { identify, protocol }: ServeCommand,
  whole: boolean,
  at: (key: string) => number,
): readonly Finding[] {
  const example = 'identify: [my-client, "{address}", "{port}"]';
  if (identify === undefined)
    return !whole || protocol === 'dns' || protocol === 'http'
      ? []
      : [
          {
            offset: at('protocol'),
            code: 'MISSING_KEY',
            message: `${quote(protocol)} has no query for the name of an instance, and "identify" is missing`,
            hint: `write a command that asks an instance and prints its name, such as  ${example}`,
          },
        ];
  if (isCommand(identify)) return [];
  return [
    {
      offset: at('identify'),
      code: 'BAD_VALUE',
      message: 'a command is empty, or contains a null character',
      hint: `write the program and its arguments, such as  ${example}`,
    },
  ];
}

/** A store: a web server keeps its sessions in another web server, which keeps them itself. */
export const checkStores: Check = ({ topology, declaredServices, at }) =>
  topology.services.flatMap(({ name, serve, store }): readonly Finding[] => {
    if (store === undefined) return [];
    const offset = at('anycast', name, 'store');
    const bad = (message: string, hint: string): readonly Finding[] => [{ offset, code: 'BAD_VALUE', message, hint }];
    if (!declaredServices.has(store))
      return [
        {
          offset,
          code: 'UNKNOWN_SERVICE',
          message: `there is no service ${quote(store)}`,
          hint: () => didYouMean(store, [...declaredServices], 'services'),
        },
      ];
    if (serve !== 'http')
      return bad('only the web server has sessions to store', 'write  serve: http  or leave "store" out');
    const keeper = topology.services.find((each) => each.name === store);
    return keeper?.serve === 'http' && keeper.store === undefined
      ? []
      : bad(
          `${quote(store)} does not keep sessions itself`,
          'name a service with  serve: http  that has no store of its own',
        );
  });

/** Sinkholes: routers that are free to take the addresses of the built-in service, and a threshold that can be measured. */
export const checkSinkholes: Check = ({ topology, nodes, declaredNodes, at }) =>
  topology.services.flatMap(({ name, serve, sinkholes }): readonly Finding[] => {
    if (sinkholes === undefined) return [];
    const { routers, packetsPerSecond, forMs } = sinkholes;
    const bad = (message: string, hint: string, ...below: readonly (string | number)[]): Finding => ({
      offset: at('anycast', name, 'sinkholes', ...below),
      code: 'BAD_VALUE',
      message,
      hint,
    });
    return [
      ...(serve === 'identity'
        ? []
        : [bad('a sinkhole does not speak the protocol of a program', 'leave "serve" or "sinkholes" out')]),
      ...routers.flatMap((router, i): readonly Finding[] => {
        if (!declaredNodes.has(router)) {
          const known = topology.nodes.filter(({ kind }) => kind === 'router').map((node) => node.name);
          return [
            {
              offset: at('anycast', name, 'sinkholes', 'routers', i),
              code: 'UNKNOWN_NODE',
              message: `there is no node ${quote(router)}`,
              hint: () => didYouMean(router, known, 'routers'),
            },
          ];
        }
        if (routers.indexOf(router) !== i)
          return [bad(`${quote(router)} is listed twice`, 'name each router once', 'routers', i)];
        const kind = nodes.get(router)?.kind ?? 'router';
        return kind === 'router'
          ? []
          : [bad(`${quote(router)} is a ${kind}, and only a router can be a sinkhole`, 'name a router', 'routers', i)];
      }),
      ...(packetsPerSecond >= 1 && packetsPerSecond <= MOST_THRESHOLD
        ? []
        : [
            bad(
              `${String(packetsPerSecond)} is not a number of packets a second`,
              `write a number from 1 to ${String(MOST_THRESHOLD)}`,
              'above',
            ),
          ]),
      ...(forMs >= SHORTEST_ATTACK_MS && forMs <= LONGEST_FAULT_MS
        ? []
        : [bad('an attack cannot be told in such a time', 'write it as in 500ms or 5s, from 200ms to 1h', 'for')]),
    ];
  });

function isCommand(words: readonly string[]): boolean {
  const [program = ''] = words;
  return program.trim() !== '' && !words.some((word) => word.includes('\0'));
}

function namesOfHosts({ nodes }: Topology): readonly string[] {
  return nodes.filter(({ kind }) => kind === 'host').map(({ name }) => name);
}

function notAnAddress(text: string, offset: number): Finding {
  const [address = ''] = text.split('/', 1);
  const hint =
    text.includes('/') && parseAddress(address) !== undefined
      ? `leave out the prefix length: ${parseAddress(address)?.text ?? ''}`
      : 'write an IPv4 or IPv6 address, such as 192.0.2.53 or 2001:db8:53::53';
  return { offset, code: 'BAD_ADDRESS', message: `${quote(text)} is not an address`, hint };
}
