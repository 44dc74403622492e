import { quote } from '../model/finding.js';
import type { YamlNode } from '../file/yaml.js';
import { definitionsOf } from './clab-definitions.js';
import { topKeys, topologyKeys } from './clab-keys.js';
import { linksOf } from './clab-links.js';
import { nodeOf } from './clab-nodes.js';
import { bareNode, type ForeignNode, type ForeignReading, type Surroundings } from './foreign-lab.js';
import { PlacedReader } from './placed-reader.js';
import { Variables } from './variables.js';

/** Reads a topology definition file of containerlab. */
export function readContainerlab(tree: YamlNode, around: Surroundings): ForeignReading {
  const variables = new Variables(around.variables);
  const reader = new PlacedReader();
  const root = reader.map(variables.applyTo(tree), 'the file', topKeys);
  const topology = reader.map(root?.entries.get('topology')?.value, '"topology"', topologyKeys);
  const name = reader.text(root?.entries.get('name')?.value, '"name"') ?? { value: 'lab', offset: tree.offset };
  const definitions = topology === undefined ? [] : definitionsOf(topology, reader);
  const taken = new Set(definitions.map((definition) => definition.name.value));
  const { links, segments } = linksOf(topology?.entries.get('links')?.value, taken, reader);
  const nodes = definitions.flatMap((definition): readonly ForeignNode[] => {
    const own = links.flatMap(({ ends }) => ends).filter(({ node }) => node === definition.name.value);
    const interfaces = new Set(own.flatMap((end) => end.interface ?? []));
    const node = nodeOf(definition, { lab: name.value, interfaces, around, reader });
    return node === undefined ? [] : [node];
  });
  return {
    lab: {
      name: { ...name, value: name.value.replaceAll(/__git(?:Branch|Hash)__/g, 'none') },
      title: undefined,
      nodes: [...nodes, ...segments.map((segment) => bareNode(segment, 'switch'))],
      links,
    },
    findings: [...variables.findings, ...reader.findings],
    notes: reader.notes,
  };
}

/** Whether a tree is such a file: nodes and links are under `topology`. */
export function isContainerlab(root: YamlNode | undefined): boolean {
  return root?.kind === 'map' && !root.entries.has('nodes') && root.entries.get('topology')?.value.kind === 'map';
}

/** Where a template of Go begins that makes such a file; undefined where there is none. */
export function templateIn(text: string): { readonly offset: number; readonly word: string } | undefined {
  const found = /\{\{-?\s*(\w+|\.\w+)/.exec(text);
  return found === null ? undefined : { offset: found.index, word: quote(found[0]) };
}
