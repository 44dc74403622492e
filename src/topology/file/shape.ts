import type { z } from 'zod';
import { alternatives, didYouMean } from '../../support/suggest.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import { expectWords } from '../model/expectation.js';
import { descriptionAt } from './description.js';
import { exampleAt, placeOf, subjectOf, wordOf } from './places.js';
import { fileSchema, keysByPlace } from './schema.js';
import type { TopologyFile } from './schema.js';
import { keyOffset, nodeAt, toData, valueOffset, without } from './tree.js';
import type { Path } from './tree.js';
import type { YamlNode } from './yaml.js';

type Issue = z.core.$ZodIssue;

/** An issue outside of any union; `expected` joins the types that would have been right with `|`. */
type FlatIssue =
  | Exclude<Issue, { readonly code: 'invalid_union' | 'invalid_type' }>
  | { readonly code: 'invalid_type'; readonly expected: string; readonly path: PropertyKey[] };

/** What could be read of a file's shape. */
export interface ShapeReading {
  readonly findings: readonly Finding[];
  /** The well-formed part of the file, `undefined` where nothing is left, and the tree it was read from. */
  readonly file: TopologyFile | undefined;
  readonly tree: YamlNode;
  /** Whether that part is the whole file, keys that no part knows aside: only then can its parts be judged together. */
  readonly whole: boolean;
}

/**
 * Checks a document against the schema. Parts of the wrong shape are reported and left out, so that the rest can be
 * checked for its meaning in the same go. Every round leaves something out, at most as deep as the file is nested.
 */
export function readShape(root: YamlNode): ShapeReading {
  const findings: Finding[] = [];
  let tree = root;
  let whole = true;
  for (let round = 0; round < 8; round++) {
    const result = fileSchema.safeParse(withStandIns(tree, round), { jitless: true });
    if (result.success) return { findings, file: result.data, tree, whole };
    const issues = result.error.issues.flatMap((issue) => flatten(issue, []));
    if (round === 0) findings.push(...issues.flatMap((issue) => explain(issue, root)));
    // An unknown key at the top may be a whole section with a slip in its name.
    whole &&= issues.every(({ code, path }) => code === 'unrecognized_keys' && path.length > 0);
    const wrong = issues.flatMap((issue) => pathsToLeaveOut(issue, tree));
    if (wrong.some((path) => path.length === 0)) break;
    tree = without(tree, wrong);
  }
  return { findings, file: undefined, tree, whole: false };
}

/** From the second round on, required keys that had to go are replaced, so that the rest of the file counts. */
function withStandIns(tree: YamlNode, round: number): unknown {
  const data = toData(tree);
  return round === 0 || tree.kind !== 'map' ? data : { name: 'unnamed', nodes: {}, ...(data as object) };
}

/** An issue inside "either this or that" belongs to the alternative whose type the value has. */
function flatten(issue: Issue, base: Path): readonly FlatIssue[] {
  const path = [...base, ...issue.path] as PropertyKey[];
  if (issue.code !== 'invalid_union') return [{ ...issue, path }];
  // A word that must be one of some says of a map, too, that it is another word.
  const isOtherWord = (inner: Issue): boolean => inner.code === 'invalid_value' && inner.path.length === 0;
  const meant =
    issue.errors.find((branch) => !branch.some((inner) => isOtherType(inner) || isOtherWord(inner))) ??
    issue.errors.find((branch) => !branch.some(isOtherType));
  if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path as Path));
  return [{ code: 'invalid_type', expected: typesOf(issue).join('|'), path }];
}

/** Whether a value itself is of another type, or of none of several. */
function isOtherType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  return issue.code === 'invalid_union'
    ? issue.errors.every((branch) => branch.some(isOtherType))
    : issue.code === 'invalid_type';
}

/** The types that would have been right. */
function typesOf(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(typesOf);
  return issue.code === 'invalid_type' ? [issue.expected] : [];
}

function explain(issue: FlatIssue, root: YamlNode): readonly Finding[] {
  const path = issue.path as Path;
  const value = nodeAt(root, path);
  const offset = valueOffset(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], root));
    case 'invalid_type':
      return value === undefined ? [missingKey(path, root)] : [wrongType(path, value, issue.expected, offset)];
    case 'invalid_value': {
      const said = value?.kind === 'scalar' ? String(value.value) : '';
      const isOfType = value?.kind === 'scalar' && issue.values.some((each) => typeof each === typeof value.value);
      if (value === undefined) return [missingKey(path, root)];
      if (!isOfType) return [wrongType(path, value, 'string', offset)];
      const message = `unknown ${wordOf(path)} ${quote(said)}`;
      return [
        {
          offset,
          code: 'BAD_VALUE',
          message,
          hint: () => didYouMean(said, [...new Set(issue.values.map(String))], 'values'),
        },
      ];
    }
    case 'too_small':
    case 'too_big':
      return [issue.origin === 'array' ? wrongLength(path, value, offset) : outOfRange(path, value, offset)];
    default:
      return [{ offset, code: 'BAD_VALUE', message: `${subjectOf(path)} is not valid`, hint: hintAt(path) }];
  }
}

/** What would be right at a path: an example, or what the schema says of it. */
export function hintAt(path: Path): string {
  const description = descriptionAt(fileSchema, path)?.replace(/\.$/, '');
  return (
    exampleAt(path) ??
    description?.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase()) ??
    'docs/topology.md describes it'
  );
}

function unknownKey(path: Path, root: YamlNode): Finding {
  const key = String(path.at(-1));
  const known = keysByPlace.get(placeOf(path.slice(0, -1))) ?? [];
  return {
    offset: keyOffset(root, path),
    code: 'UNKNOWN_KEY',
    message: `unknown key ${quote(key)}`,
    hint: () => (isExpectationOfStep(path) ? expectHint(key) : didYouMean(key, known, 'keys')),
  };
}

function isExpectationOfStep(path: Path): boolean {
  return placeOf(path.slice(0, -1)) === 'scenario.*' && expectWords.some((word) => word === path.at(-1));
}

function expectHint(word: string): string {
  return `put it under "expect":  expect: {${word}: ...}`;
}

function missingKey(path: Path, root: YamlNode): Finding {
  const parent = path.slice(0, -1);
  return {
    offset: parent.length === 0 ? root.offset : keyOffset(root, parent),
    code: 'MISSING_KEY',
    message: `${subjectOf(parent)} has no ${quote(String(path.at(-1)))}`,
    hint: hintAt(path),
  };
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a whole number',
  object: 'a map',
  record: 'a map',
  array: 'a list',
  tuple: 'a list',
  boolean: 'true or false',
};

function wrongType(path: Path, value: YamlNode, expected: string, offset: number): Finding {
  const isEmpty = value.kind === 'scalar' && value.value === null;
  const words = alternatives([...new Set(expected.split('|').map((type) => typeWords[type] ?? type))]);
  const wrong = isEmpty ? 'is empty' : `must be ${words}, not ${describeValue(value)}`;
  const hint = hintAt(path);
  const isNumber = value.kind === 'scalar' && typeof value.value === 'number';
  return {
    offset,
    code: 'WRONG_TYPE',
    message: `${subjectOf(path)} ${wrong}`,
    hint: isNumber && expected.split('|').includes('string') ? (withUnit(String(value.value), hint) ?? hint) : hint,
  };
}

/** What to write in place of a number, with each unit that an example has; undefined where it has none. */
function withUnit(number: string, example: string): string | undefined {
  const units = [...example.matchAll(/\d(ms|s|%|[kmg]?bit)(?!\w)/g)].map(([, unit = '']) => `${number}${unit}`);
  return units.length === 0 ? undefined : `write it with its unit: ${alternatives([...new Set(units)])}`;
}

/** How a message names a value of the wrong type. */
function describeValue(node: YamlNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  switch (typeof node.value) {
    case 'string':
      return `the text ${quote(node.value)}`;
    case 'number':
      return `the number ${node.value}`;
    default:
      return String(node.value);
  }
}

function wrongLength(path: Path, value: YamlNode | undefined, offset: number): Finding {
  const length = value?.kind === 'list' ? value.items.length : 0;
  const isLink = placeOf(path) === 'links.*' || placeOf(path) === 'links.*.endpoints';
  if (!isLink)
    return {
      offset,
      code: 'BAD_VALUE',
      message: `${subjectOf(path)} is an empty list`,
      hint: hintAt(path),
    };
  return {
    offset,
    code: 'BAD_VALUE',
    message: `a link has two ends, not ${length}`,
    hint: length > 2 ? 'for several nodes on one segment, add a {kind: switch} and link each to it' : hintAt(path),
  };
}

function outOfRange(path: Path, value: YamlNode | undefined, offset: number): Finding {
  const said = value?.kind === 'scalar' ? String(value.value) : '';
  return { offset, code: 'BAD_VALUE', message: `${subjectOf(path)} is out of range: ${said}`, hint: hintAt(path) };
}

/** The smallest parts that have to go for the rest to be well formed: a part that lacks something goes as a whole. */
function pathsToLeaveOut(issue: FlatIssue, tree: YamlNode): readonly Path[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key]);
  if (nodeAt(tree, path) !== undefined) return [path];
  const isStoodInFor = path.length === 1;
  return isStoodInFor ? [] : [path.slice(0, -1)];
}
