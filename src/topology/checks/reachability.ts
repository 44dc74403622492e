import { parsePrefix } from '../../support/ip.js';
import { didYouMean, listWords } from '../../support/suggest.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import type { BroadcastDomain, Graph } from '../model/graph.js';
import { LEAST_FLOATING_DISTANCE, MOST_PREFERRED_DISTANCE } from '../model/routing.js';
import type { Check } from './checked.js';

/**
 * Where there are services, every host has a router, and instances of one service have separate ones: to a common
 * router they would be one destination on two equal-cost paths, with packets of one client going here and there (RFC
 * 4786 section 4.4.5).
 */
export const checkRouters: Check = ({ topology, nodes, clients, wired, graph, at, atKey }) => {
  if (!wired || topology.services.length === 0) return [];
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

/** Every client can reach some instance of every service that it asks, over routers and switches. */
export const checkReachability: Check = ({ topology, nodes, asked, wired, graph, atKey }) => {
  if (!wired) return [];
  const services = topology.services
    .map(({ name, instances }) => ({
      name,
      islands: new Set(instances.flatMap((instance) => (nodes.has(instance) ? [...graph.islandsOf(instance)] : []))),
    }))
    .filter(({ islands }) => islands.size > 0);
  const outOfReach = new Map<string, readonly string[]>();
  return [...asked].flatMap(([client, names]): readonly Finding[] => {
    const islands = [...graph.islandsOf(client)];
    if (islands.length === 0) return [];
    const key = [...islands, ...names].join(' ');
    const missing =
      outOfReach.get(key) ??
      services
        .filter(({ name }) => names.includes(name))
        .filter((service) => !islands.some((island) => service.islands.has(island)))
        .map(({ name }) => name);
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
export const checkIsisSegments: Check = ({ topology, wired, graph, at }) => {
  if (!wired || topology.interior !== 'isis') return [];
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

/** Static routes: of routers that nearcast configures, by a neighbor or nowhere. */
export const checkStaticRoutes: Check = ({ topology, declaredNodes, wired, graph, at, atKey }) => {
  const neighborsOf = (name: string): readonly string[] =>
    (wired ? graph.domainsOf(name) : [])
      .flatMap(({ routers, hosts }) => [...routers, ...hosts])
      .filter((each) => each !== name);
  return topology.nodes.flatMap(({ name, kind, ownFrr, routes }): readonly Finding[] => {
    if (routes.length > 0 && (kind !== 'router' || ownFrr !== undefined)) {
      const why = ownFrr === undefined ? 'is no router' : 'has a configuration of its own';
      const hint = ownFrr === undefined ? 'hosts have a route to each router of theirs' : 'write them there: ip route';
      return [
        {
          offset: atKey('nodes', name, 'routes'),
          code: 'BAD_VALUE',
          message: `${quote(name)} ${why}, so "routes" has no effect`,
          hint,
        },
      ];
    }
    return routes.flatMap(({ prefix, via, distance }, i): readonly Finding[] => {
      const refuse = (
        key: string,
        code: Finding['code'],
        message: string,
        hint: Finding['hint'],
      ): readonly Finding[] => [{ offset: at('nodes', name, 'routes', i, key), code, message, hint }];
      if (parsePrefix(prefix)?.kind !== 'network')
        return refuse(
          'to',
          'BAD_PREFIX',
          `${quote(prefix)} is not a prefix`,
          'write the network and its length, such as 198.51.100.0/24',
        );
      if (distance < 1 || (distance > MOST_PREFERRED_DISTANCE && distance < LEAST_FLOATING_DISTANCE) || distance > 255)
        return refuse(
          'distance',
          'BAD_VALUE',
          `${String(distance)} is not a distance of a static route here`,
          `write 1 to ${String(MOST_PREFERRED_DISTANCE)}, before all protocols, or ${String(LEAST_FLOATING_DISTANCE)} to 255, after all`,
        );
      if (via === undefined || (!wired && declaredNodes.has(via)) || neighborsOf(name).includes(via)) return [];
      if (!declaredNodes.has(via))
        return refuse('via', 'UNKNOWN_NODE', `there is no node ${quote(via)}`, () =>
          didYouMean(via, neighborsOf(name), 'neighbors'),
        );
      return refuse(
        'via',
        'BAD_VALUE',
        `${quote(via)} is no neighbor of ${quote(name)}`,
        `its neighbors: ${listWords([...new Set(neighborsOf(name))], 8)}`,
      );
    });
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
