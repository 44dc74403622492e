import { alternatives, didYouMean } from '../../support/suggest.js';
import { quote } from '../model/finding.js';
import type { YamlMap, YamlNode } from '../file/yaml.js';
import { endpointKeys, linkKeys, linkTypes } from './clab-keys.js';
import type { ForeignEnd, ForeignLink, Placed } from './foreign-lab.js';
import type { PlacedReader } from './placed-reader.js';

/** The links of a topology, and the segments at which those end that leave the lab. */
export interface ReadLinks {
  readonly links: readonly ForeignLink[];
  readonly segments: readonly Placed<string>[];
}

/** Names of nodes that stand for something else in a link of two ends. */
const wordsInEnds: ReadonlySet<string> = new Set(['host', 'mgmt-net', 'macvlan']);
const whyNothing = "it ends at a segment of its own: a lab never touches the machine's network";

/** Reads brief and extended links. `taken` are the names of nodes. */
export function linksOf(list: YamlNode | undefined, taken: ReadonlySet<string>, reader: PlacedReader): ReadLinks {
  const segments = new Map<string, Placed<string>>();
  const freeName = (word: string): string => {
    for (let number = 1; ; number++) {
      const name = `${word}-${String(number)}`;
      if (!taken.has(name) && !segments.has(name)) return name;
    }
  };
  const farEnd = (type: string, offset: number): ForeignEnd => {
    const isShared = linkTypes[type] === 'management';
    const name = isShared ? `management${taken.has('management') ? '-network' : ''}` : freeName(type);
    segments.set(name, segments.get(name) ?? { value: name, offset });
    if (type !== 'dummy') reader.ignore(offset, `the far end of a link of type ${quote(type)}`, whyNothing);
    return { offset, node: name, interface: undefined };
  };
  const links = reader.list(list, '"links"').flatMap((node): readonly ForeignLink[] => {
    const map = reader.map(node, 'a link', linkKeys);
    if (map === undefined) return [];
    const written = reader.text(map.entries.get('type')?.value, '"type"');
    const type = written?.value.trim().toLowerCase();
    if (written !== undefined && type !== undefined && !Object.hasOwn(linkTypes, type)) {
      reader.findings.push({
        offset: written.offset,
        code: 'BAD_VALUE',
        message: `unknown type of a link ${quote(written.value)}`,
        hint: didYouMean(type, Object.keys(linkTypes), 'types'),
      });
      return [];
    }
    const ends = type === undefined ? briefEnds(map, farEnd, reader) : extendedEnds(map, type, farEnd, reader);
    const mtu = reader.number(map.entries.get('mtu')?.value, '"mtu"');
    return ends === undefined ? [] : [{ offset: node.offset, ends, mtu }];
  });
  return { links, segments: [...segments.values()] };
}

type FarEnd = (type: string, offset: number) => ForeignEnd;
type Ends = readonly [ForeignEnd, ForeignEnd];

function briefEnds(map: YamlMap, farEnd: FarEnd, reader: PlacedReader): Ends | undefined {
  const list = map.entries.get('endpoints')?.value;
  const ends = reader.texts(list, '"endpoints"').map(({ value, offset }): ForeignEnd => {
    const [node = '', ...rest] = value.split(':');
    const word = node.trim().toLowerCase();
    return wordsInEnds.has(word)
      ? farEnd(word, offset)
      : { offset, node, interface: rest.length === 0 ? undefined : rest.join(':') };
  });
  return pairOf(ends, map, reader);
}

function extendedEnds(map: YamlMap, type: string, farEnd: FarEnd, reader: PlacedReader): Ends | undefined {
  const near = linkTypes[type] === 'node' ? undefined : map.entries.get('endpoint')?.value;
  const list = map.entries.get('endpoints')?.value;
  const nodes = near === undefined ? reader.list(list, '"endpoints"') : [near];
  const ends = nodes.flatMap((node): readonly ForeignEnd[] => {
    if (node.kind === 'scalar') {
      const [name = '', ...rest] = String(node.value).split(':');
      return [{ offset: node.offset, node: name, interface: rest.join(':') || undefined }];
    }
    const end = reader.map(node, 'an endpoint', endpointKeys);
    const name = reader.text(end?.entries.get('node')?.value, '"node"');
    const port = reader.text(end?.entries.get('interface')?.value, '"interface"');
    return name === undefined ? [] : [{ offset: name.offset, node: name.value, interface: port?.value }];
  });
  const isAlone = linkTypes[type] !== 'node' && ends.length === 1;
  return pairOf(isAlone ? [...ends, farEnd(type, map.offset)] : ends, map, reader);
}

function pairOf(ends: readonly ForeignEnd[], { offset }: YamlMap, reader: PlacedReader): Ends | undefined {
  const [a, b, ...more] = ends;
  if (a !== undefined && b !== undefined && more.length === 0) return [a, b];
  reader.findings.push({
    offset,
    code: 'BAD_VALUE',
    message: `a link has two ends, not ${String(ends.length)}`,
    hint: `write  endpoints: ["r1:eth1", "r2:eth1"],  or a type (${alternatives(Object.keys(linkTypes))}) and its keys`,
  });
  return undefined;
}
