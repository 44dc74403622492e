import { assignInterfaces } from '../topology/model/graph.js';
import { autonomousSystems } from '../topology/model/autonomous-systems.js';
import { ownRanges, type OwnRanges } from '../topology/model/reserved.js';
import type { Node, Topology } from '../topology/model/topology.js';
import { hostPrefix, loopbackAddress, segmentNetworks, segmentPrefixes } from './addressing.js';
import { planSpeakers, type Speaker } from './bgp-sessions.js';
import { planPrograms, toArguments } from './commands.js';
import { flowHashOf } from './flow-hash.js';
import { firstRouters, gatewaysOf, type RouterEnd } from './gateways.js';
import { speaksOspf } from './ospf-costs.js';
import { placeOf } from './parts/place.js';
import type {
  Family,
  LabPlan,
  PlanContainer,
  PlanInterface,
  PlanLink,
  PlanNode,
  PlanOrigin,
  PlanRouting,
  Question,
} from './model.js';
import { daemonsOfLines } from './line-daemons.js';
import { behalfOf, linkLocals } from './on-behalf.js';
import { clientsOf, daemonsFor, doesAsk, familiesOf, roleOf, speakersOf } from './roles.js';
import { segmentsOf, type Segment } from './segments.js';
import { planStatics, staticLines } from './parts/static-routes.js';
import { planSteering } from './selection.js';
import { planService, zoneSigner } from './serve.js';
import { sysctlsOf } from './sysctls.js';
import { ospfTimers } from './timers.js';
import { familyOf } from '../support/family.js';
import { planInterfaces } from './wiring/interfaces.js';
import { givenAddresses, networksGiven } from './wiring/member-addresses.js';
import { planSubnets } from './wiring/subnets.js';
import { unnumberedSegments } from './wiring/unnumbered.js';
import { ownLoopback, ownLoopbacks, ownRouting } from './wiring/own-routing.js';

/**
 * Fills a topology in: every interface, address, cost, router-id, gateway and timer. Pure; the same topology gives the
 * same plan, byte for byte.
 */
export function planLab(topology: Topology): LabPlan {
  const families = familiesOf(topology);
  const ranges = ownRanges(topology);
  const speakers = speakersOf(topology);
  const links = planLinks(topology);
  const systems = autonomousSystems(topology);
  const switches = new Set(topology.nodes.filter((node) => node.kind === 'switch').map((node) => node.name));
  const segments = segmentsOf(links, switches);
  const declaredOf = new Map(links.map((link, index) => [link.id, at(topology.links, index).prefixes]));
  const prefixesGiven = (segment: Segment): readonly string[] =>
    segment.links.flatMap((link) => declaredOf.get(link.id) ?? []);
  const given = givenAddresses(topology, links);
  const prefixOf = segmentPrefixes(ranges);
  const routingIndex = new Map([...speakers].sort().map((name, index) => [name, index]));
  const loopbacksOf = (name: string): readonly string[] => {
    const index = routingIndex.get(name);
    return index === undefined ? [] : families.map((family) => hostPrefix(loopbackAddress(index, family, ranges)));
  };
  const interfaces = planInterfaces(topology, links, segments, {
    speakers,
    systems,
    families,
    given,
    isUnnumbered: unnumberedSegments(topology, { speakers, systems, prefixesGiven, given }),
    loopbacksOf,
    prefixesOf(segment) {
      const declared = [...prefixesGiven(segment), ...networksGiven(segment, given)];
      return families.map((family) => prefixOf(segment, declared, family));
    },
  });
  const context: NodeContext = {
    topology,
    families,
    ranges,
    routingIndex,
    loopbacksOf,
    bgp: planSpeakers(topology, {
      systems,
      segments,
      links,
      interfaces,
      families,
      loopbackOf: (name, family) =>
        ownLoopback(topology, name, family) ?? loopbackAddress(routingIndex.get(name) ?? 0, family, ranges),
    }),
    instances: new Set(topology.services.flatMap((service) => service.instances)),
    interfaces,
    linkLocalOf: linkLocals(links),
    segments,
    routerOn: firstRouters(topology, segments, interfaces),
  };
  const nodes = [...topology.nodes].sort(byName).map((node) => {
    const place = placeOf(topology.place ?? [], node.name, systems.get(node.name));
    return place === undefined ? planNode(node, context) : { ...planNode(node, context), place };
  });
  const subnets = planSubnets(segments, prefixesGiven, interfaces, topology.services);
  const sign = zoneSigner(topology.services);
  return {
    topology: topology.name,
    title: topology.title,
    families,
    timers: ospfTimers(speakers.size),
    multipath: topology.bgp.multipath,
    forecast: topology.forecast === 'off' ? 'off' : undefined,
    ...(topology.interior === 'isis' ? { interior: 'isis' } : {}),
    nodes,
    links,
    services: topology.services.map((service) => planService(service, topology.services, sign)),
    questions: questionsOf(nodes, topology),
    steering: planSteering(topology, segments, interfaces, segmentNetworks(ranges)),
    ...(subnets.length === 0 ? {} : { subnets }),
  };
}

interface NodeContext {
  readonly topology: Topology;
  readonly families: readonly Family[];
  readonly ranges: OwnRanges;
  /** Speakers, numbered in the order of their names: the number gives the router-id and the loopback addresses. */
  readonly routingIndex: ReadonlyMap<string, number>;
  readonly loopbacksOf: (name: string) => readonly string[];
  readonly bgp: ReadonlyMap<string, Speaker>;
  readonly instances: ReadonlySet<string>;
  readonly interfaces: ReadonlyMap<string, readonly PlanInterface[]>;
  readonly linkLocalOf: ReturnType<typeof linkLocals>;
  readonly segments: readonly Segment[];
  readonly routerOn: ReadonlyMap<number, RouterEnd>;
}

function planNode(node: Node, context: NodeContext): PlanNode {
  const { topology, families, ranges, interfaces } = context;
  const index = context.routingIndex.get(node.name);
  const own = interfaces.get(node.name) ?? [];
  const announcesFor =
    node.kind === 'router' ? behalfOf(node.name, topology, context.segments, interfaces, context.linkLocalOf) : [];
  const speaker = context.bgp.get(node.name);
  const daemons = daemonsFor(families, {
    interior: speaker === undefined || own.some(speaksOspf) ? topology.interior : undefined,
    sessions: speaker !== undefined,
    bfd: own.some(({ bfd }) => bfd !== undefined),
  });
  const frrVersion = node.frrVersion ?? topology.frrVersion;
  const version = frrVersion === undefined ? {} : { frrVersion };
  const statics = planStatics(node.routes, own, interfaces, families);
  const extraLines = [...staticLines(statics), ...(node.frr === undefined ? [] : [node.frr])].join('\n');
  const lineDaemons = daemonsOfLines(extraLines).filter(({ daemon }) => !daemons.includes(daemon));
  const routing: PlanRouting | undefined =
    index === undefined
      ? undefined
      : node.ownFrr !== undefined
        ? { ...ownRouting(node, node.ownFrr, loopbackAddress(index, 'ipv4', ranges)), ...version }
        : {
            routerId: loopbackAddress(index, 'ipv4', ranges),
            daemons: [...daemons, ...lineDaemons.map(({ daemon }) => daemon)],
            lineDaemons: lineDaemons.length === 0 ? undefined : lineDaemons,
            transit: node.kind === 'router',
            announcesFor,
            bgp:
              speaker === undefined
                ? undefined
                : { ...speaker, origins: [...speaker.origins, ...originsOnBehalf(announcesFor)] },
            ...(statics.length === 0 ? {} : { statics }),
            extraLines: extraLines === '' ? undefined : extraLines,
            ...version,
          };
  return {
    name: node.name,
    kind: node.kind,
    role: roleOf(node, context.instances),
    ...(node.asks === undefined ? {} : { asks: node.asks }),
    routing,
    interfaces: own,
    serves: topology.services.flatMap(({ instances, addresses }) => (instances.includes(node.name) ? addresses : [])),
    loopbacks: index === undefined ? [] : (ownLoopbacks(node, topology) ?? context.loopbacksOf(node.name)),
    gateways: node.kind !== 'host' ? [] : gatewaysOf(own, context.routerOn),
    sysctls: sysctlsOf(
      node,
      families,
      topology.services.some(({ instances, serve }) => serve !== 'identity' && instances.includes(node.name)),
    ),
    flowHash: flowHashOf(topology.name, node, families),
    exec: node.exec.map(toArguments),
    run: planPrograms(node.run),
    ...(node.demand === undefined ? {} : { demand: node.demand }),
    container: planContainer(node),
  };
}

function originsOnBehalf(announcesFor: PlanRouting['announcesFor']): readonly PlanOrigin[] {
  return announcesFor.map(({ address, service, instance }) => ({ prefix: hostPrefix(address), service, instance }));
}

function planContainer({ container }: Node): PlanContainer | undefined {
  if (container === undefined) return undefined;
  const { image, binds, env, cmd } = container;
  return {
    image,
    binds,
    env: [...env].map(([name, value]) => `${name}=${value}`),
    cmd: cmd === undefined ? undefined : toArguments(cmd),
  };
}

function planLinks(topology: Topology): readonly PlanLink[] {
  const names = assignInterfaces(topology.links);
  const ends = topology.links.map((link, index) => {
    const [a, b] = at(names, index);
    return [
      { node: link.ends[0].node, interface: a },
      { node: link.ends[1].node, interface: b },
    ] as const;
  });
  const keys = ends.map(([a, b]) => (a.node < b.node ? `${a.node}/${b.node}` : `${b.node}/${a.node}`));
  const pairs = new Map<string, number>();
  for (const key of keys) pairs.set(key, (pairs.get(key) ?? 0) + 1);
  return ends.map((pair, index) => {
    const isParallel = (pairs.get(at(keys, index)) ?? 0) > 1;
    const id = pair.map((end) => (isParallel ? `${end.node}:${end.interface}` : end.node)).join('/');
    const { cost, impairment } = at(topology.links, index);
    return { id, ends: pair, cost, impairment };
  });
}

function questionsOf(nodes: readonly PlanNode[], topology: Topology): readonly Question[] {
  return clientsOf(nodes).flatMap((client) =>
    topology.services
      .filter(({ name }) => doesAsk(client, name))
      .flatMap((service) =>
        service.addresses.map((address) => ({
          client: client.name,
          service: service.name,
          address,
          family: familyOf(address),
        })),
      ),
  );
}

function byName(a: Node, b: Node): number {
  return a.name < b.name ? -1 : 1;
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${String(index)} in a list of ${String(list.length)}`);
  return item;
}
