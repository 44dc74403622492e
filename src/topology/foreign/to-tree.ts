import type { YamlEntry, YamlNode } from '../file/yaml.js';
import type { ForeignContainer, ForeignLab, ForeignLink, ForeignNode, Placed } from './foreign-lab.js';

type Command = string | readonly string[];
/** Key, value and where the key stands; left out where there is no value. */
type Pair = readonly [key: string, value: YamlNode | undefined, keyOffset?: number];

/** The tree of a nearcast file with the same meaning; everything in it keeps its place in the text. */
export function treeOf({ name, title, nodes, links }: ForeignLab): YamlNode {
  const routes = nodes.some(({ frr }) => frr !== undefined);
  return map([
    ['name', scalar(name)],
    ['title', title && scalar(title)],
    ['forecast', routes ? scalar({ value: 'off', offset: name.offset }) : undefined],
    ['nodes', map(nodes.map((node) => [node.name.value, nodeTree(node), node.name.offset]))],
    ['links', links.length === 0 ? undefined : list(links.map((link) => linkTree(link, nodes)))],
  ]);
}

function nodeTree({ name, kind, frr, sysctls, exec, run, container }: ForeignNode): YamlNode {
  return map(
    [
      ['kind', scalar({ value: kind, offset: name.offset })],
      [
        'frr',
        frr &&
          map(
            [
              ['file', frr.at?.kind === 'file' ? scalar(frr.at) : undefined],
              ['folder', frr.at?.kind === 'folder' ? scalar(frr.at) : undefined],
              ['daemons', frr.daemons && scalar(frr.daemons)],
              ['quagga', frr.quagga && scalar(frr.quagga)],
            ],
            frr.offset,
          ),
      ],
      ['sysctls', textMap(sysctls)],
      ['exec', exec.length === 0 ? undefined : list(exec.map(commandTree))],
      [
        'run',
        run.length === 0
          ? undefined
          : map(
              run.map(({ value, offset }) => [value.name, commandTree({ value: value.command, offset }), offset]),
              name.offset,
            ),
      ],
      ...(container === undefined ? [] : containerPairs(container)),
    ],
    name.offset,
  );
}

function containerPairs({ image, binds, env, cmd }: ForeignContainer): readonly Pair[] {
  return [
    ['image', image && scalar(image)],
    ['binds', binds.length === 0 ? undefined : list(binds.map(scalar))],
    ['env', textMap(env)],
    ['cmd', cmd && commandTree(cmd)],
  ];
}

function linkTree({ ends, mtu, offset }: ForeignLink, nodes: readonly ForeignNode[]): YamlNode {
  const endpoints = list(
    ends.map((end) =>
      scalar({
        value: end.interface === undefined ? end.node : `${end.node}:${end.interface}`,
        offset: end.offset,
      }),
    ),
    offset,
  );
  const addresses = ends.flatMap((end): readonly Pair[] => {
    const given = nodes.find(({ name }) => name.value === end.node)?.addresses.get(end.interface ?? '') ?? [];
    const [first, ...more] = given.map(scalar);
    return first === undefined ? [] : [[end.node, more.length === 0 ? first : list([first, ...more])]];
  });
  if (mtu === undefined && addresses.length === 0) return endpoints;
  return map(
    [
      ['endpoints', endpoints],
      ['mtu', mtu && scalar(mtu)],
      ['addresses', addresses.length === 0 ? undefined : map(addresses, offset)],
    ],
    offset,
  );
}

function commandTree({ value, offset }: Placed<Command>): YamlNode {
  return typeof value === 'string' ? scalar({ value, offset }) : list(words({ value, offset }), offset);
}

function words({ value, offset }: Placed<readonly string[]>): readonly YamlNode[] {
  return value.map((word) => scalar({ value: word, offset }));
}

function textMap(texts: ReadonlyMap<string, Placed<string>>): YamlNode | undefined {
  if (texts.size === 0) return undefined;
  return map(Array.from(texts, ([key, text]): Pair => [key, scalar(text), text.offset]));
}

function scalar({ value, offset }: Placed<string | number | boolean>): YamlNode {
  return { kind: 'scalar', value, offset };
}

function list(items: readonly YamlNode[], offset = items[0]?.offset ?? 0): YamlNode {
  return { kind: 'list', items, offset };
}

function map(pairs: readonly Pair[], offset = 0): YamlNode {
  const entries = pairs.flatMap(([key, value, keyOffset]): readonly (readonly [string, YamlEntry])[] =>
    value === undefined ? [] : [[key, { keyOffset: keyOffset ?? value.offset, value }]],
  );
  return { kind: 'map', entries: new Map(entries), offset };
}
