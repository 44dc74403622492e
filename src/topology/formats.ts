import type { Finding } from './model/finding.js';
import { isContainerlab, readContainerlab, templateIn } from './foreign/clab.js';
import type { Surroundings } from './foreign/foreign-lab.js';
import { foreignTree } from './foreign/foreign-tree.js';
import type { FoundService } from './foreign/found-services.js';
import { isKathara, readKathara } from './foreign/kathara/lab-conf.js';
import { parseYaml, type ParsedYaml } from './file/yaml.js';

/** A file that is to be read as some format. */
interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** The text as YAML, which most formats are; its findings say where it is not. */
  readonly yaml: ParsedYaml;
  readonly around: Surroundings;
}

/** The tree of a file, and what of it has no meaning here. */
export interface FormatTree extends ParsedYaml {
  readonly notes?: readonly Finding[];
  /** What looks like an anycast service in it. */
  readonly services?: readonly FoundService[];
}

/** A format that topologies are written in. */
export interface FileFormat {
  readonly name: string;
  readonly recognizes: (file: SourceFile) => boolean;
  /**
   * The tree of a nearcast file with the same meaning. Everything in it keeps its place in the text, so that problems
   * are shown there.
   */
  readonly read: (file: SourceFile) => FormatTree;
}

/** All formats; the first that recognizes a file reads it. */
export const fileFormats: readonly FileFormat[] = [
  {
    name: 'kathara',
    recognizes: ({ path }) => isKathara(path),
    read: ({ text, around }) => foreignTree(readKathara(text, around), around),
  },
  {
    name: 'template',
    recognizes: ({ path, text }) => /\.gotmpl$|[.-]clab\.ya?ml$/.test(path) && templateIn(text) !== undefined,
    read: ({ text }) => ({ root: undefined, findings: [template(text)], whole: false }),
  },
  {
    name: 'containerlab',
    recognizes: ({ yaml }) => isContainerlab(yaml.root),
    read: readClabText,
  },
  // What no other format claims is meant to be nearcast's own: its problems say what is wrong.
  { name: 'nearcast', recognizes: () => true, read: ({ yaml }) => yaml },
];

/** Where nothing is known of the machine: no file beside the text, no variable. */
export const nowhere: Surroundings = {
  fileAt: () => undefined,
  filesBelow: () => [],
  variables: {},
  folder: '/',
  containers: false,
};

/** The tree of a file, in whichever format it is. */
export function readFormat(text: string, path: string, around = nowhere, formats = fileFormats): FormatTree {
  const file = { path, text, yaml: parseYaml(text), around };
  const format = formats.find(({ recognizes }) => recognizes(file));
  return format?.read(file) ?? { root: undefined, findings: [], whole: false };
}

function readClabText({ text, around }: SourceFile): FormatTree {
  const { root, findings } = parseYaml(text, { aliases: true });
  if (root === undefined || findings.length > 0) return { root: undefined, findings, whole: false };
  return foreignTree(readContainerlab(root, around), around);
}

function template(text: string): Finding {
  const { offset = 0, word = '' } = templateIn(text) ?? {};
  return {
    offset,
    code: 'FOREIGN_FORMAT',
    message: `this is a template of a containerlab file: ${word} begins an instruction for it`,
    hint: 'write the file that the template makes, and give nearcast that',
  };
}
