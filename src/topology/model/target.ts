import { didYouMean, listWords } from '../../support/suggest.js';
import { quote } from './finding.js';
import { assignInterfaces } from './graph.js';
import { daemonNames, MACHINE_WORD, type FaultTarget } from './fault-target.js';
import { entryOf, type FaultKind } from './fault.js';
import type { Node, Service, Topology } from './topology.js';
import type { ProblemCode } from './problem.js';

/** A target that is there. For a link or one of its ends, `link` is its position in `topology.links`. */
export interface ResolvedTarget {
  readonly target: FaultTarget;
  readonly link: number | undefined;
  /** The same for every way to write the same thing: a link by its nodes, or by either of its ends. */
  readonly key: string;
}

/** Why a target is none, and what would be one. */
export interface TargetProblem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint: () => string;
}

/** A topology made ready for looking up many targets. */
export interface TargetIndex {
  readonly nodes: ReadonlyMap<string, Pick<Node, 'kind'>>;
  readonly services: ReadonlyMap<string, Pick<Service, 'instances'>>;
  /** Positions of links by their nodes, `a/b` in both orders. */
  readonly linksBetween: ReadonlyMap<string, readonly number[]>;
  /** Positions of links by one end, `router1:eth1`. */
  readonly linkAt: ReadonlyMap<string, number>;
  /** The machines that have nodes; undefined where that is not known, as of a file. */
  readonly machines?: readonly string[] | undefined;
}

/**
 * Reads a fault target as it is written: `server-a` a node, `router1/server-a` a link, `router1:eth2` one end of a
 * link, `service@server-a` an instance's service, `ospfd@router1` a daemon, `machine@worker1` a machine of
 * a swarm, `router1+client1/router2` everything between two sets of nodes. `undefined` for everything else; whether it exists is not asked.
 */
export function parseTarget(text: string): FaultTarget | undefined {
  const match = /^([^/:@\s]+)(?:([/:@])([^/:@\s]+))?$/.exec(text);
  if (match === null) return undefined;
  const [, first = '', separator, second = ''] = match;
  switch (separator) {
    case '/':
      if (first.includes('+') || second.includes('+')) {
        return { kind: 'partition', sides: [first.split('+'), second.split('+')] };
      }
      return { kind: 'link', nodes: [first, second] };
    case ':':
      return { kind: 'interface', node: first, interface: second };
    case '@': {
      if (first === MACHINE_WORD) return { kind: 'machine', machine: second };
      const daemon = daemonNames.find((name) => name === first);
      return daemon === undefined
        ? { kind: 'service', service: first, node: second }
        : { kind: 'daemon', daemon, node: second };
    }
    default:
      return { kind: 'node', node: first };
  }
}

/** The index that `resolveTarget` needs; its cost is that of the topology's size, once. */
export function targetIndex(topology: Topology): TargetIndex {
  const linksBetween = new Map<string, number[]>();
  const linkAt = new Map<string, number>();
  const interfaces = assignInterfaces(topology.links);
  topology.links.forEach(({ ends: [a, b] }, position) => {
    for (const nodes of [`${a.node}/${b.node}`, `${b.node}/${a.node}`]) {
      const known = linksBetween.get(nodes);
      if (known === undefined) linksBetween.set(nodes, [position]);
      else known.push(position);
    }
    const names = interfaces[position];
    linkAt.set(`${a.node}:${names?.[0] ?? ''}`, position);
    linkAt.set(`${b.node}:${names?.[1] ?? ''}`, position);
  });
  return {
    nodes: new Map(topology.nodes.map((node) => [node.name, node])),
    services: new Map(topology.services.map((service) => [service.name, service])),
    linksBetween,
    linkAt,
  };
}

/**
 * Finds what a target text names in a topology, or says why there is no such thing. A service target names
 * an instance; a fault by a router that claims the service names that router. Without a `how`, as in `restore`, either fits.
 */
export function resolveTarget(
  text: string,
  index: TargetIndex,
  how: FaultKind | 'any' | undefined,
): ResolvedTarget | TargetProblem {
  const target = parseTarget(text);
  if (target === undefined) {
    return problem(
      'BAD_TARGET',
      `${quote(text)} is not a target`,
      () =>
        'write a node "server-a", a link "router1/server-a", one end of it "router1:eth2", or a service "dns@server-a"',
    );
  }
  const names = namesIn(target);
  const unknown = names.find((name) => !index.nodes.has(name));
  if (target.kind === 'service' && !index.services.has(target.service)) {
    return problem('UNKNOWN_SERVICE', `there is no service ${quote(target.service)}`, () =>
      didYouMean(target.service, index.services.keys(), 'services'),
    );
  }
  if (unknown !== undefined) {
    return problem('UNKNOWN_NODE', `there is no node ${quote(unknown)}`, () =>
      didYouMean(unknown, index.nodes.keys(), 'nodes'),
    );
  }
  switch (target.kind) {
    case 'node':
      return nodeTarget(target, index);
    case 'link':
      return linkTarget(target, index);
    case 'interface':
      return interfaceTarget(target, index);
    case 'service':
      return how !== undefined && how !== 'any' && entryOf(how).byRouter === true
        ? hijackTarget(target, index)
        : serviceTarget(target, index, how === 'any');
    case 'daemon':
      return { target, link: undefined, key: `${target.daemon}@${target.node}` };
    case 'machine':
      return machineTarget(target, index);
    case 'partition':
      return partitionTarget(target, index);
  }
}

function namesIn(target: FaultTarget): readonly string[] {
  if (target.kind === 'machine') return [];
  if (target.kind === 'link') return target.nodes;
  return target.kind === 'partition' ? target.sides.flat() : [target.node];
}

type Kind<K extends FaultTarget['kind']> = Extract<FaultTarget, { kind: K }>;

function nodeTarget(target: Kind<'node'>, index: TargetIndex): ResolvedTarget | TargetProblem {
  if (index.nodes.get(target.node)?.kind !== 'switch') return { target, link: undefined, key: target.node };
  return problem(
    'BAD_TARGET',
    `${quote(target.node)} is a switch, which does not fail as a whole`,
    () => `break its links one by one, such as ${target.node}/${neighborsOf(target.node, index)[0] ?? 'router1'}`,
  );
}

function linkTarget(target: Kind<'link'>, index: TargetIndex): ResolvedTarget | TargetProblem {
  const [a, b] = target.nodes;
  const links = index.linksBetween.get(`${a}/${b}`) ?? [];
  const [link] = links;
  if (link === undefined) {
    return problem('BAD_TARGET', `there is no link between ${quote(a)} and ${quote(b)}`, () => {
      const neighbors = neighborsOf(a, index);
      return neighbors.length === 0 ? `${a} has no links` : `${a} is linked to: ${listWords(neighbors)}`;
    });
  }
  if (links.length === 1) return { target, link, key: `link ${link}` };
  return problem(
    'BAD_TARGET',
    `${quote(`${a}/${b}`)} could be any of ${links.length} links`,
    () => `name one end of the one you mean: ${listWords(interfacesOf(a, index, links))}`,
  );
}

function interfaceTarget(target: Kind<'interface'>, index: TargetIndex): ResolvedTarget | TargetProblem {
  const link = index.linkAt.get(`${target.node}:${target.interface}`);
  if (link !== undefined) return { target, link, key: `link ${link}` };
  return problem('BAD_TARGET', `${quote(target.node)} has no interface ${quote(target.interface)}`, () => {
    const own = interfacesOf(target.node, index).map((end) => end.slice(target.node.length + 1));
    return didYouMean(target.interface, own, 'interfaces');
  });
}

function machineTarget(target: Kind<'machine'>, { machines }: TargetIndex): ResolvedTarget | TargetProblem {
  if (machines?.includes(target.machine) ?? true)
    return { target, link: undefined, key: `${MACHINE_WORD} ${target.machine}` };
  return problem('BAD_TARGET', `no machine ${quote(target.machine)} has nodes of this lab`, () =>
    machines?.length === 0
      ? 'it runs on one machine; labs on several are those of  --runtime swarm'
      : didYouMean(target.machine, machines ?? [], 'machines'),
  );
}

function partitionTarget(target: Kind<'partition'>, index: TargetIndex): ResolvedTarget | TargetProblem {
  const [left, right] = target.sides;
  const both = left.find((name) => right.includes(name));
  if (both !== undefined) {
    return problem(
      'BAD_TARGET',
      `${quote(both)} is on both sides of the partition`,
      () => 'name each node on one side only',
    );
  }
  if (left.some((a) => right.some((b) => index.linksBetween.has(`${a}/${b}`)))) {
    const sides = target.sides.map((side) => [...side].sort().join('+')).sort();
    return { target, link: undefined, key: `partition ${sides.join('/')}` };
  }
  return problem(
    'BAD_TARGET',
    `no link leads from ${quote(left.join('+'))} to ${quote(right.join('+'))}`,
    () => 'a partition cuts the links between two sets of nodes: name sets that have some',
  );
}

function serviceTarget(target: Kind<'service'>, index: TargetIndex, orRouter: boolean): ResolvedTarget | TargetProblem {
  const instances = index.services.get(target.service)?.instances ?? [];
  const isRouter = index.nodes.get(target.node)?.kind === 'router';
  if (instances.includes(target.node) || (orRouter && isRouter))
    return { target, link: undefined, key: `${target.service}@${target.node}` };
  return problem(
    'NOT_AN_INSTANCE',
    `${quote(target.node)} is not an instance of ${quote(target.service)}`,
    () => `its instances are: ${listWords(instances)}`,
  );
}

/** A router is what routing believes; an instance could not take what is its own. */
function hijackTarget(target: Kind<'service'>, index: TargetIndex): ResolvedTarget | TargetProblem {
  if (index.nodes.get(target.node)?.kind === 'router')
    return { target, link: undefined, key: `${target.service}@${target.node}` };
  const routers = [...index.nodes].filter(([, { kind }]) => kind === 'router').map(([name]) => name);
  return problem(
    'BAD_TARGET',
    `${quote(target.node)} is not a router, so no neighbor would accept its routes`,
    () => `the routers here are: ${listWords(routers)}`,
  );
}

function problem(code: ProblemCode, message: string, hint: () => string): TargetProblem {
  return { code, message, hint };
}

function neighborsOf(node: string, index: TargetIndex): readonly string[] {
  const own = [...index.linksBetween.keys()].filter((nodes) => nodes.startsWith(`${node}/`));
  return own.map((nodes) => nodes.slice(node.length + 1));
}

function interfacesOf(node: string, index: TargetIndex, links?: readonly number[]): readonly string[] {
  const ends = [...index.linkAt].filter(([end, link]) => end.startsWith(`${node}:`) && (links?.includes(link) ?? true));
  return ends.map(([end]) => end);
}
