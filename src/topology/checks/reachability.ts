import { listWords } from '../../support/suggest.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import { buildGraph } from '../model/graph.js';
import type { BroadcastDomain, Graph } from '../model/graph.js';
import type { Check } from './checked.js';

/**
 * Where there are services, every host has a router, and instances of one service have separate ones: to a common
 * router they would be one destination on two equal-cost paths, with packets of one client going here and there (RFC
 * 4786 section 4.4.5).
 */
export const checkRouters: Check = ({ topology, nodes, clients, wired, at, atKey }) => {
  if (!wired || topology.services.length === 0) return [];
  const graph = buildGraph(topology);
  const isHost = (name: string): boolean => nodes.get(name)?.kind === 'host';
  const findings: Finding[] = [];
  for (const client of clients) {
    if (hasRouter(client, graph)) continue;
    findings.push({
      offset: atKey('nodes', client),
      code: 'CLIENT_WITHOUT_ROUTER',
      message: `client ${quote(client)} has no router`,
      hint: `link it to one: [${client}, router1]`,
    });
  }
  for (const service of topology.services) {
    service.instances.forEach((instance, i) => {
      if (!isHost(instance) || hasRouter(instance, graph)) return;
      findings.push({
        offset: at('anycast', service.name, 'instances', i),
        code: 'INSTANCE_WITHOUT_ROUTER',
        message: `instance ${quote(instance)} has no router`,
        hint: `link it to one, so that its address can be announced: [${instance}, router1]`,
      });
    });
    if (service.allowSharedRouter) continue;
    for (const { router, first, second, position } of sharedRouters(service.instances, isHost, graph)) {
      findings.push({
        offset: at('anycast', service.name, 'instances', position),
        code: 'SHARED_ROUTER',
        message: `${quote(second)} and ${quote(first)} sit behind the same router ${quote(router)}`,
        hint: 'put instances of one address behind separate routers, or set allowSharedRouter: true',
      });
    }
  }
  return findings;
};

/** Every client can reach some instance of every service, over routers and switches. */
export const checkReachability: Check = ({ topology, nodes, clients, wired, atKey }) => {
  if (!wired) return [];
  const graph = buildGraph(topology);
  const services = topology.services
    .map(({ name, instances }) => ({
      name,
      islands: new Set(instances.flatMap((instance) => (nodes.has(instance) ? [...graph.islandsOf(instance)] : []))),
    }))
    .filter(({ islands }) => islands.size > 0);
  const outOfReach = new Map<string, readonly string[]>();
  return [...clients].flatMap((client): readonly Finding[] => {
    const islands = [...graph.islandsOf(client)];
    if (islands.length === 0) return [];
    const key = islands.join(' ');
    const missing =
      outOfReach.get(key) ??
      services.filter((service) => !islands.some((island) => service.islands.has(island))).map(({ name }) => name);
    outOfReach.set(key, missing);
    if (missing.length === 0) return [];
    return [
      {
        offset: atKey('nodes', client),
        code: 'UNREACHABLE',
        message: `client ${quote(client)} can reach no instance of ${listWords(missing, 5)}`,
        hint: 'its routers are isolated: link one of them to a router with a path to an instance (hosts do not forward)',
      },
    ];
  });
};

/**
 * isisd finds a neighbor on a segment of several by its name alone: where the two have another link as well, it takes
 * either of them for the way there.
 */
export const checkIsisSegments: Check = ({ topology, wired, at }) => {
  if (!wired || topology.interior !== 'isis') return [];
  const graph = buildGraph(topology);
  const announcing = new Set(
    topology.services.flatMap(({ announce, instances }) => (announce === 'host' ? instances : [])),
  );
  const speakersOf = ({ routers, hosts }: BroadcastDomain): readonly string[] => [
    ...routers,
    ...hosts.filter((host) => announcing.has(host)),
  ];
  const segments = [...new Set(graph.domainOfLink)].filter((domain) => speakersOf(domain).length > 2);
  return graph.domainOfLink.flatMap((domain, link): readonly Finding[] => {
    const [one, ...others] = speakersOf(domain);
    const segment = segments.find((each) => each !== domain && each.routers.includes(one ?? ''));
    const other = others.find((each) => segment !== undefined && speakersOf(segment).includes(each));
    if (one === undefined || segment === undefined || other === undefined) return [];
    return [
      {
        offset: at('links', link),
        code: 'BAD_VALUE',
        message: `${quote(one)} and ${quote(other)} are neighbors here and on a segment of several routers, which FRRouting's IS-IS confuses`,
        hint: 'leave one of the two ways out, or route with OSPF: leave "routing: isis" out',
      },
    ];
  });
};

function hasRouter(host: string, graph: Graph): boolean {
  return graph.domainsOf(host).some(({ routers }) => routers.length > 0);
}

interface SharedRouter {
  readonly router: string;
  readonly first: string;
  readonly second: string;
  /** The position of the second one among the instances. */
  readonly position: number;
}

/** The instances that have a first-hop router which an instance before them has too. */
function sharedRouters(
  instances: readonly string[],
  isHost: (name: string) => boolean,
  graph: Graph,
): readonly SharedRouter[] {
  const ownerOfRouter = new Map<string, string>();
  const ownerOfSegment = new Map<number, string>();
  return instances.flatMap((second, position): readonly SharedRouter[] => {
    if (!isHost(second)) return [];
    let shared: SharedRouter | undefined;
    for (const { id, routers } of graph.domainsOf(second)) {
      const [firstRouter] = routers;
      const neighbor = ownerOfSegment.get(id);
      if (neighbor === undefined) ownerOfSegment.set(id, second);
      else if (neighbor !== second && firstRouter !== undefined)
        shared ??= {
          router: firstRouter,
          first: neighbor,
          second,
          position,
        };
      // A segment that was seen has had all its routers seen, however many instances are on it.
      for (const router of neighbor === undefined ? routers : []) {
        const first = ownerOfRouter.get(router);
        if (first === undefined) ownerOfRouter.set(router, second);
        else if (first !== second) shared ??= { router, first, second, position };
      }
    }
    return shared === undefined ? [] : [shared];
  });
}
