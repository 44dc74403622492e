import { didYouMean, listWords } from '../support/suggest.js';
import { quote } from './finding.js';
import { assignInterfaces } from './interfaces.js';
import type { FaultTarget, Node, Service, Step, Topology } from './model.js';
import type { ProblemCode } from './problem.js';

/** What a fault does to each kind of target: the only thing it can do, so that nobody has to write it. */
export const howOfTarget = {
  node: 'crash',
  link: 'down',
  interface: 'down',
  service: 'stop',
} as const satisfies Record<FaultTarget['kind'], Step['how']>;

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
}

/**
 * Reads a fault target as it is written: `server-a` a node, `router1/server-a` a link, `router1:eth2` one end of a
 * link, `service@server-a` an instance's service. `undefined` for everything else; whether it exists is not asked.
 */
export function parseTarget(text: string): FaultTarget | undefined {
  const match = /^([^/:@\s]+)(?:([/:@])([^/:@\s]+))?$/.exec(text);
  if (match === null) return undefined;
  const [, first = '', separator, second = ''] = match;
  switch (separator) {
    case '/':
      return { kind: 'link', nodes: [first, second] };
    case ':':
      return { kind: 'interface', node: first, interface: second };
    case '@':
      return { kind: 'service', service: first, node: second };
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

/** Finds what a target text names in a topology, or says why there is no such thing. */
export function resolveTarget(text: string, index: TargetIndex): ResolvedTarget | TargetProblem {
  const target = parseTarget(text);
  if (target === undefined) {
    return problem('BAD_TARGET', `${quote(text)} is no target`, () =>
      'write a node "server-a", a link "router1/server-a", one end of it "router1:eth2", or a service "dns@server-a"');
  }
  const names = target.kind === 'link' ? target.nodes : [target.node];
  const unknown = names.find((name) => !index.nodes.has(name));
  if (target.kind === 'service' && !index.services.has(target.service)) {
    return problem('UNKNOWN_SERVICE', `there is no service ${quote(target.service)}`, () =>
      didYouMean(target.service, index.services.keys(), 'services'));
  }
  if (unknown !== undefined) {
    return problem(
      'UNKNOWN_NODE',
      `there is no node ${quote(unknown)}`,
      () => didYouMean(unknown, index.nodes.keys(), 'nodes'),
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
      return serviceTarget(target, index);
  }
}

type Kind<K extends FaultTarget['kind']> = Extract<FaultTarget, { kind: K }>;

function nodeTarget(target: Kind<'node'>, index: TargetIndex): ResolvedTarget | TargetProblem {
  if (index.nodes.get(target.node)?.kind !== 'switch') return { target, link: undefined, key: target.node };
  return problem('BAD_TARGET', `${quote(target.node)} is a switch, which does not fail as a whole`, () =>
    `break its links one by one, such as ${target.node}/${neighborsOf(target.node, index)[0] ?? 'router1'}`);
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
  return problem('BAD_TARGET', `${quote(`${a}/${b}`)} could be any of ${links.length} links`, () =>
    `name one end of the one you mean: ${listWords(interfacesOf(a, index, links))}`);
}

function interfaceTarget(target: Kind<'interface'>, index: TargetIndex): ResolvedTarget | TargetProblem {
  const link = index.linkAt.get(`${target.node}:${target.interface}`);
  if (link !== undefined) return { target, link, key: `link ${link}` };
  return problem('BAD_TARGET', `${quote(target.node)} has no interface ${quote(target.interface)}`, () => {
    const own = interfacesOf(target.node, index).map((end) => end.slice(target.node.length + 1));
    return didYouMean(target.interface, own, 'interfaces');
  });
}

function serviceTarget(target: Kind<'service'>, index: TargetIndex): ResolvedTarget | TargetProblem {
  const instances = index.services.get(target.service)?.instances ?? [];
  if (instances.includes(target.node)) return { target, link: undefined, key: `${target.service}@${target.node}` };
  return problem('NOT_AN_INSTANCE', `${quote(target.node)} is no instance of ${quote(target.service)}`, () =>
    `its instances are: ${listWords(instances)}`);
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
