import { askedBy } from '../file/resolve.js';
import type { Finding } from '../model/finding.js';
import { buildGraph, type Graph } from '../model/graph.js';
import type { Node, Service, Topology } from '../model/topology.js';
import type { TopologyFile } from '../file/schema.js';
import { keyOffset, nodeAt, valueOffset } from '../file/tree.js';
import type { Path } from '../file/tree.js';
import type { YamlNode } from '../file/yaml.js';

/** A file under check: what it means, how it is written, and where everything stands. */
export interface Checked {
  readonly topology: Topology;
  /** The same as it was written; links, nodes, services and steps have the same order and names. */
  readonly file: TopologyFile;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly services: ReadonlyMap<string, Service>;
  /** All names of nodes and services in the file, also of those whose shape is wrong and that are not in `topology`. */
  readonly declaredNodes: ReadonlySet<string>;
  readonly declaredServices: ReadonlySet<string>;
  /** The hosts that ask, so far as the file can be read, and the services that each of them asks. */
  readonly clients: ReadonlySet<string>;
  readonly asked: ReadonlyMap<string, readonly string[]>;
  /** Whether `topology` is all of the file: only then may a check judge what is not there. */
  readonly whole: boolean;
  /** Whether all links are there and lead to nodes too: only then may a check judge which nodes are linked. */
  readonly wired: boolean;
  /** How the nodes hang together, as far as links lead to nodes. */
  readonly graph: Graph;
  /** The offset of the value, or of the key, at a path of the file. */
  readonly at: (...path: Path) => number;
  readonly atKey: (...path: Path) => number;
  /** The offset of one end of a link. */
  readonly atEnd: (link: number, end: 0 | 1) => number;
}

/** One concept of a topology: everything that is wrong with it. */
export type Check = (checked: Checked) => readonly Finding[];

/** Puts a topology under check. `root` is the whole document, `tree` the part of it that `file` was read from. */
export function putUnderCheck(
  topology: Topology,
  { file, root, tree, whole }: { file: TopologyFile; root: YamlNode; tree: YamlNode; whole: boolean },
): Checked {
  const declaredNodes = keysAt(root, 'nodes');
  const at = (...path: Path): number => valueOffset(tree, path);
  const asked = askedBy(file);
  return {
    topology,
    file,
    nodes: new Map(topology.nodes.map((node) => [node.name, node])),
    services: new Map(topology.services.map((service) => [service.name, service])),
    declaredNodes,
    declaredServices: keysAt(root, 'anycast'),
    clients: new Set(asked.keys()),
    asked,
    whole,
    wired: whole && topology.links.every(({ ends }) => ends.every(({ node }) => declaredNodes.has(node))),
    graph: buildGraph(topology),
    at,
    atKey: (...path) => keyOffset(tree, path),
    atEnd: (link, end) => {
      const isPair = Array.isArray(file.links?.[link]);
      return isPair ? at('links', link, end) : at('links', link, 'endpoints', end);
    },
  };
}

function keysAt(root: YamlNode, key: string): ReadonlySet<string> {
  const node = nodeAt(root, [key]);
  return new Set(node?.kind === 'map' ? node.entries.keys() : []);
}
