import type { Finding } from './model/finding.js';
import { parseYaml, type ParsedYaml, type YamlEntry } from './file/yaml.js';

/** A file that is to be read as some format. */
interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** The text as YAML, which most formats are; its findings say where it is not. */
  readonly yaml: ParsedYaml;
}

/** A format that topologies are written in. */
export interface FileFormat {
  readonly name: string;
  readonly recognizes: (file: SourceFile) => boolean;
  /**
   * The tree of a nearcast file with the same meaning. Everything in it keeps its place in the text, so that problems
   * are shown there.
   */
  readonly read: (file: SourceFile) => ParsedYaml;
}

/** All formats; the first that recognizes a file reads it. */
export const fileFormats: readonly FileFormat[] = [
  // What no other format claims is meant to be nearcast's own: its problems say what is wrong.
  { name: 'nearcast', recognizes: ({ yaml }) => containerlabKey(yaml) === undefined, read: ({ yaml }) => yaml },
];

/** The tree of a file, in whichever format it is. */
export function readFormat(text: string, path: string, formats = fileFormats): ParsedYaml {
  const file = { path, text, yaml: parseYaml(text) };
  const format = formats.find(({ recognizes }) => recognizes(file));
  return format?.read(file) ?? { root: undefined, findings: [foreignFormat(file)], whole: false };
}

/** Containerlab keeps nodes and links under `topology`. */
function containerlabKey({ root }: ParsedYaml): YamlEntry | undefined {
  const entry = root?.kind === 'map' && !root.entries.has('nodes') ? root.entries.get('topology') : undefined;
  return entry?.value.kind === 'map' ? entry : undefined;
}

function foreignFormat({ yaml }: SourceFile): Finding {
  return {
    offset: containerlabKey(yaml)?.keyOffset ?? 0,
    code: 'FOREIGN_FORMAT',
    message: 'this is a containerlab file; nearcast cannot import these yet',
    hint: 'in nearcast, nodes: and links: are top-level keys, a node is  r1: {kind: router}  and a link is  [r1:eth1, r2:eth1]',
  };
}
