import { putUnderCheck } from './checks/checked.js';
import type { Check } from './checks/checked.js';
import { lineAt, settle } from './model/finding.js';
import type { Finding } from './model/finding.js';
import type { Topology } from './model/topology.js';
import type { Problem } from './model/problem.js';
import { nothingAttached, readOwnFrr, type Attach } from './file/own-frr.js';
import { resolve } from './file/resolve.js';
import { readShape } from './file/shape.js';
import { stepPaths } from './file/steps.js';
import { keyOffset, valueOffset } from './file/tree.js';
import { variedTree, type Variant } from './vary.js';
import { validate } from './validate.js';
import type { Surroundings } from './foreign/foreign-lab.js';
import { nowhere, readFormat } from './formats.js';
import type { ParsedYaml, YamlNode } from './file/yaml.js';

/** A topology without any problem, or the problems in the order of the file. */
export type TopologyReading = ReadTopology | { readonly problems: readonly Problem[] };

export interface ReadTopology {
  readonly topology: Topology;
  readonly places: FilePlaces;
  /** What of a file of another program has no meaning here, by name. */
  readonly notes: readonly Problem[];
  /** Where the file lets something vary. */
  readonly variant: Variant | undefined;
}

/** Where in its file stands what a topology expects: lines count from 1. */
export interface FilePlaces {
  readonly file: string;
  /** Of what is expected before the scenario; undefined where there is none. */
  readonly expectLine: number | undefined;
  /** Of each step of the scenario, with repetitions unrolled. */
  readonly stepLines: readonly number[];
}

/** The largest file in bytes: a topology of 5,000 nodes has a quarter of it. */
export const largestFile = 1_048_576;

/**
 * Reads the text of a topology file. Pure, and never throws because of the text: all that is wrong with it comes back,
 * with the places, under the name `file`. `attach` reads the files that the topology names. What varies is that of `student`.
 */
export function readTopology(
  text: string,
  file: string,
  attach: Attach = nothingAttached,
  around: Surroundings = nowhere,
  student?: string,
): TopologyReading {
  const body = withoutMark(text);
  const { topology, findings, offsets, notes = [], variant } = understand(body, file, { attach, around, student });
  if (findings.length === 0 && topology !== undefined && offsets !== undefined)
    return { topology, places: placesAt(offsets, body, file), notes: settle(notes, body, file), variant };
  return { problems: settle(findings, body, file) };
}

/** Offsets as lines of a text. */
function placesAt({ expect, steps }: ExpectedOffsets, text: string, file: string): FilePlaces {
  return {
    file,
    expectLine: expect === undefined ? undefined : lineAt(text, expect),
    stepLines: steps.map((offset) => lineAt(text, offset)),
  };
}

/** A text without the byte order mark that some editors put before it: places count from behind it. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

export interface Understanding {
  readonly topology?: Topology;
  readonly findings: readonly Finding[];
  readonly notes?: readonly Finding[];
  readonly offsets?: ExpectedOffsets;
  readonly variant?: Variant | undefined;
}

/** Where what is expected stands in the text. */
interface ExpectedOffsets {
  readonly expect: number | undefined;
  readonly steps: readonly number[];
}

export interface UnderstandOptions {
  /** The files and variables that a file of another program may name. */
  readonly around?: Surroundings;
  /** What the document is taken for, once it is known to be one: the parts that are put in bring their own places. */
  readonly rewrite?: (root: YamlNode) => YamlNode;
  /** A check besides those that every topology has to pass. */
  readonly check?: Check;
  /** Reads the files that it names. */
  readonly attach?: Attach | undefined;
  /** Whose network it is, where the file lets something vary. */
  readonly student?: string | undefined;
}

/** The flow: tree -> shape -> meaning -> sense. Each stage goes as far as it can, so that all problems show at once. */
export function understand(
  text: string,
  path: string,
  {
    rewrite = (root) => root,
    check = () => [],
    attach = nothingAttached,
    around = nowhere,
    student,
  }: UnderstandOptions = {},
): Understanding {
  if (text.length > largestFile) return { findings: [tooLarge()] };
  const yaml = readFormat(text, path, around);
  if (yaml.root === undefined || !yaml.whole)
    return { findings: yaml.findings.length > 0 ? yaml.findings : [emptyFile()] };
  const { root, variant, findings: varying } = variedTree(rewrite(yaml.root), student);
  const shape = readShape(root);
  if (shape.file === undefined) return { findings: [...yaml.findings, ...varying, ...shape.findings] };
  // Nothing can be said of a network without nodes, least of all what a scenario would need.
  if (isWithoutNodes(root))
    return { findings: [...yaml.findings, ...varying, ...shape.findings, ...scenarioAlone(yaml.root)] };
  const own = readOwnFrr(shape.file, attach);
  const attached = own.problems.map(({ path: place, ...said }): Finding => ({
    ...said,
    offset: valueOffset(shape.tree, place),
    code: 'BAD_VALUE',
  }));
  const topology = resolve(shape.file, own.byNode);
  const whole = shape.whole && isFirstReading(yaml);
  const checked = putUnderCheck(topology, { file: shape.file, root, tree: shape.tree, whole });
  const findings = [
    ...yaml.findings,
    ...varying,
    ...shape.findings,
    ...attached,
    ...validate(checked),
    ...check(checked),
  ];
  const { expect, scenario = [] } = shape.file;
  const offsets = {
    expect: expect === undefined ? undefined : keyOffset(root, ['expect']),
    steps: stepPaths(scenario).map((step) => keyOffset(root, step)),
  };
  return { topology, findings, offsets, variant, ...(yaml.notes === undefined ? {} : { notes: yaml.notes }) };
}

function isWithoutNodes(root: YamlNode): boolean {
  return root.kind === 'map' && !root.entries.has('nodes');
}

/** The scenario of a class looks like a topology, and stands beside some. */
function scenarioAlone(root: YamlNode): readonly Finding[] {
  const scenario = root.kind === 'map' ? (root.entries.get('scenario') ?? root.entries.get('expect')) : undefined;
  if (scenario === undefined) return [];
  return [
    {
      offset: scenario.keyOffset,
      code: 'MISSING_KEY',
      message: 'what is expected here is of no network',
      hint: 'to judge other files by it:  nearcast grade <this file> <folder>',
    },
  ];
}

/** The finding for a file over `largestFile`. */
export function tooLarge(): Finding {
  return {
    offset: 0,
    code: 'FILE_TOO_LARGE',
    message: 'the file is larger than 1 MiB',
    hint: 'is it a topology? One with 5,000 nodes has a quarter of that size',
  };
}

/** If a key appears twice, it is not known which one was meant: what is missing may be in the other one. */
function isFirstReading({ findings }: ParsedYaml): boolean {
  return findings.length === 0;
}

function emptyFile(): Finding {
  return {
    offset: 0,
    code: 'WRONG_TYPE',
    message: 'the file is empty',
    hint: 'a topology file has keys:  name: my-network  then  nodes:  and  links:',
  };
}
