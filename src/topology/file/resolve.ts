import { parseAddress, parsePrefix } from '../../support/ip.js';
import { familyOf } from '../../support/family.js';
import { parseDuration } from '../../support/duration.js';
import { readExpectations } from './expectations.js';
import type {
  ContainerSettings,
  Link,
  LinkEnd,
  Node,
  OwnFrr,
  Service,
  SinkholeSettings,
  Topology,
} from '../model/topology.js';
import { frrChoiceOf, type FrrChoice } from '../../frr/versions.js';
import { zoneName } from '../model/names.js';
import { readLabel, readPlacedNodes, type PlaceRule } from '../model/place/place-rule.js';
import type { FileLink, FileNode, FilePlace, FileService, TopologyFile } from './schema.js';
import { readDetection, readHealth } from './detection.js';
import { readImpairment } from './impairment.js';
import { readBgpSettings, readPolicy } from './routing-policy.js';
import { readSteps } from './steps.js';

/**
 * What a well-formed file means: shorthands written out, defaults filled in, addresses in canonical form. Works for
 * every file of the right shape; what makes no sense in it is kept as it stands, for the checks to point at.
 */
export function resolve(file: TopologyFile, ownFrr: ReadonlyMap<string, OwnFrr> = new Map()): Topology {
  const clients = clientsOf(file);
  const services = Object.keys(file.anycast ?? {});
  // Where no node of nearcast's own speaks BGP, none needs to know who else does.
  const usesBgp = Object.values(file.nodes).some(({ asn }) => asn !== undefined);
  return {
    name: file.name,
    title: file.title,
    runtime: file.runtime,
    frrVersion: readFrrChoice(file.frrVersion),
    nodes: Object.entries(file.nodes).map(([name, node]) =>
      resolveNode(
        name,
        usesBgp ? { ...node, asn: node.asn ?? ownFrr.get(name)?.asn } : node,
        services,
        ownFrr.get(name),
      ),
    ),
    links: (file.links ?? []).map(resolveLink),
    interior: file.routing === 'isis' ? 'isis' : 'ospf',
    ...(file.unnumbered === undefined ? {} : { unnumbered: file.unnumbered }),
    services: Object.entries(file.anycast ?? {}).map(([name, service]): Service => ({
      name,
      addresses: service.addresses.map((text) => parseAddress(text)?.text ?? text),
      instances: service.instances,
      announce: service.announce ?? 'host',
      allowSharedRouter: service.allowSharedRouter ?? false,
      health: readHealth(service.health, { byCommand: isCheckedByCommand(service) }),
      serve: readServe(service, file.anycast),
      http: service.http ?? false,
      store: service.store,
      covering:
        service.covering === undefined
          ? undefined
          : { prefixes: service.covering.prefixes.map(canonicalPrefix), instances: service.covering.instances },
      capacity: readCapacity(service),
      sinkholes: service.sinkholes === undefined ? undefined : readSinkholes(service.sinkholes),
    })),
    expect: readExpectations(file.expect ?? {}, clients),
    scenario: (file.scenario ?? []).flatMap((step) => readSteps(step, clients)),
    play: file.play ?? 'test',
    // What a configuration of the user's comes to is not known.
    forecast: ownFrr.size > 0 ? 'off' : (file.forecast ?? 'on'),
    bgp: readBgpSettings(file.bgp),
    ...readGrading(file),
    ...(file.place === undefined ? {} : { place: Object.entries(file.place).map(readPlace) }),
  };
}

function readGrading({ points, cause, diagnosis }: TopologyFile): Pick<Topology, 'grading'> {
  if (points === undefined && cause === undefined && diagnosis === undefined) return {};
  const is = typeof cause?.is === 'string' ? [cause.is] : cause?.is;
  return {
    grading: {
      points: points ?? 1,
      cause: is === undefined ? undefined : { is, points: cause?.points ?? 1 },
      diagnosis,
    },
  };
}

function readPlace([of, { machine, label }]: readonly [string, FilePlace]): PlaceRule {
  return {
    of: readPlacedNodes(of),
    machines: machine === undefined ? [] : [machine].flat(),
    label: label === undefined ? undefined : readLabel(label),
  };
}

/** The hosts that ask some service, or that would if there were one. */
function clientsOf(file: TopologyFile): readonly string[] {
  return [...askedBy(file).keys()];
}

/** The services that each client asks: hosts that are no instance ask every service, unless the file says otherwise. */
export function askedBy({ nodes, anycast = {} }: TopologyFile): ReadonlyMap<string, readonly string[]> {
  const instances = new Set(Object.values(anycast).flatMap((service) => service.instances));
  const services = Object.keys(anycast);
  return new Map(
    Object.entries(nodes).flatMap(([name, { kind, asks }]) => {
      if (kind !== 'host' || (asks === undefined ? instances.has(name) : asks.length === 0)) return [];
      return [[name, asks ?? services] as const];
    }),
  );
}

/** The two ends of a link as the file writes them. */
function endsOf(link: FileLink): readonly [string, string] {
  return Array.isArray(link) ? link : link.endpoints;
}

function resolveNode(name: string, node: FileNode, services: readonly string[], ownFrr: OwnFrr | undefined): Node {
  return {
    name,
    kind: node.kind,
    asn: node.asn,
    prefixes: (node.prefixes ?? []).map(canonicalPrefix),
    aggregates: (node.aggregates ?? []).map((each) =>
      typeof each === 'string'
        ? { prefix: canonicalPrefix(each), summaryOnly: false }
        : { prefix: canonicalPrefix(each.prefix), summaryOnly: each.summaryOnly ?? false },
    ),
    routes: (node.routes ?? []).map(({ to, via, interface: device, distance }) => ({
      prefix: canonicalPrefix(to),
      via: via === 'blackhole' ? undefined : via,
      interface: device,
      distance: distance ?? 1,
    })),
    frr: typeof node.frr === 'string' ? node.frr : undefined,
    ownFrr,
    frrVersion: readFrrChoice(node.frrVersion),
    // FRRouting reads its configuration when the kernel has its settings, so what that says counts.
    sysctls: new Map([
      ...Object.entries(node.sysctls ?? {}).map(([key, value]) => [key, String(value)] as const),
      ...(ownFrr?.sysctls ?? []),
    ]),
    exec: node.exec ?? [],
    run: new Map(Object.entries(node.run ?? {})),
    detection: readDetection(node),
    selection: readSelection(node, services),
    asks: node.asks,
    demand: node.demand,
    container: resolveContainer(node),
  };
}

/** A version is a number to YAML where it is not in quotes. */
function readFrrChoice(written: string | number | undefined): FrrChoice | undefined {
  return written === undefined ? undefined : frrChoiceOf(String(written));
}

/** One number for every instance, or one for each. */
function readCapacity({ capacity, instances }: FileService): Service['capacity'] {
  if (capacity === undefined) return undefined;
  return new Map(typeof capacity === 'number' ? instances.map((name) => [name, capacity]) : Object.entries(capacity));
}

function readSinkholes(written: NonNullable<FileService['sinkholes']>): SinkholeSettings {
  const { routers, above, for: lasting = '1s' } = written;
  return { routers, packetsPerSecond: above, forMs: parseDuration(lasting) ?? 0 };
}

/** One word for all services, or one for each. */
function readSelection({ selection = {} }: FileNode, services: readonly string[]): Node['selection'] {
  const written =
    typeof selection === 'string' ? services.map((name) => [name, selection] as const) : Object.entries(selection);
  return new Map(written.filter(([, by]) => by !== 'nearest'));
}

function resolveContainer({ image, binds, env, cmd }: FileNode): ContainerSettings | undefined {
  if (image === undefined && binds === undefined && env === undefined && cmd === undefined) return undefined;
  const variables = new Map(Object.entries(env ?? {}).map(([name, value]) => [name, String(value)]));
  return { image, binds: binds ?? [], env: variables, cmd };
}

function resolveLink(link: FileLink): Link {
  const [a, b] = endsOf(link);
  const {
    cost,
    mtu,
    prefix,
    addresses: ends = {},
    relation,
    policy = {},
    ...settings
  } = Array.isArray(link) ? {} : link;
  const prefixes = typeof prefix === 'string' ? [prefix] : (prefix ?? []);
  const addresses = new Map(Object.entries(ends).map(([node, texts]) => [node, [texts].flat()]));
  return {
    ends: [resolveEnd(a), resolveEnd(b)],
    cost: cost ?? 1,
    mtu,
    impairment: readImpairment(settings),
    detection: readDetection(settings),
    relation,
    policies: new Map(Object.entries(policy).map(([node, written]) => [node, readPolicy(written)])),
    prefixes: withNetworksOf([...addresses.values()].flat(), prefixes.map(canonicalPrefix)),
    addresses,
  };
}

/** A link whose ends have addresses is in their network, where the file names none. */
function withNetworksOf(addresses: readonly string[], prefixes: readonly string[]): readonly string[] {
  const all = [...prefixes];
  for (const address of addresses) {
    const network = parsePrefix(address)?.prefix.text;
    const family = familyOf(address);
    if (network !== undefined && all.every((prefix) => familyOf(prefix) !== family)) all.push(network);
  }
  return all;
}

function resolveEnd(text: string): LinkEnd {
  const colon = text.indexOf(':');
  return colon < 0
    ? { node: text, interface: undefined }
    : { node: text.slice(0, colon), interface: text.slice(colon + 1) };
}

function canonicalPrefix(text: string): string {
  const parsed = parsePrefix(text);
  return parsed?.kind === 'network' ? parsed.prefix.text : text;
}

/** Nothing is asked over TCP or UDP alone: a service of these is checked by its own command. */
function isCheckedByCommand({ serve }: FileService): boolean {
  return typeof serve === 'object' && (serve.protocol === 'tcp' || serve.protocol === 'udp');
}

function readServe(
  { serve, zones, primary, signed, roots }: FileService,
  all: TopologyFile['anycast'],
): Service['serve'] {
  if (typeof serve === 'object') return { ...serve, identify: serve.identify };
  if (serve === 'unbound') return { roots: roots ?? [] };
  if (serve !== 'nsd') return serve ?? 'identity';
  const other = primary ?? (typeof zones === 'string' ? zones : undefined);
  const owner = other === undefined ? { zones, signed } : all?.[other];
  // A service whose zones are those of a third: the checks point at it.
  const table = typeof owner?.zones === 'object' ? owner.zones : {};
  return {
    zones: Object.entries(table).map(([name, records]) => ({
      name: zoneName(name),
      records,
      signed: isSigned(name, owner?.signed),
    })),
    primary,
  };
}

function isSigned(zone: string, signed: FileService['signed'] = false): boolean {
  return typeof signed === 'boolean' ? signed : signed.some((name) => zoneName(name) === zoneName(zone));
}
