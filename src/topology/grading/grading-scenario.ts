import { putUnderCheck } from '../checks/checked.js';
import { settle } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import type { Problem, ProblemCode } from '../model/problem.js';
import { understand, withoutMark } from '../read.js';
import type { Understanding } from '../read.js';
import { resolve } from '../file/resolve.js';
import type { TopologyFile } from '../file/schema.js';
import { readShape } from '../file/shape.js';
import { variedTree } from '../vary.js';
import type { Expectations, GradingSettings, Step } from '../model/step.js';
import { validate } from '../validate.js';
import { parseYaml } from '../file/yaml.js';
import type { YamlEntry, YamlMap, YamlNode } from '../file/yaml.js';

/** What submissions are judged by: the expectations and the scenario of a file, with their places in it. */
export interface GradingScenario {
  readonly name: string | undefined;
  readonly title: string | undefined;
  readonly file: string;
  readonly text: string;
  /** `expect`, `scenario` and `runtime`, where they are there: they take the place of a submission's own. */
  readonly parts: ReadonlyMap<string, YamlEntry>;
  readonly expect: Expectations;
  readonly scenario: readonly Step[];
  readonly grading: GradingSettings | undefined;
}

export type GradingScenarioReading = { readonly scenario: GradingScenario } | { readonly problems: readonly Problem[] };

/** Whose word counts when a submission is graded; a key that is new in the schema needs a decision here. */
const ownerOfKey = {
  name: 'submission',
  title: 'submission',
  // The grader decides where labs run on the machine.
  runtime: 'scenario',
  frrVersion: 'scenario',
  nodes: 'submission',
  links: 'submission',
  anycast: 'submission',
  bgp: 'submission',
  expect: 'scenario',
  scenario: 'scenario',
  points: 'scenario',
  cause: 'scenario',
  diagnosis: 'submission',
  place: 'scenario',
  vary: 'scenario',
  student: 'submission',
  variant: 'submission',
  play: 'nobody',
  routing: 'submission',
  unnumbered: 'submission',
  // Whose network routes in its own way says so.
  forecast: 'submission',
} as const satisfies Record<keyof TopologyFile, 'submission' | 'scenario' | 'nobody'>;

/** The parts of a document whose word counts from there; a key unknown to the schema is kept, to be reported. */
export function partsOf(root: YamlMap, owner: 'submission' | 'scenario'): ReadonlyMap<string, YamlEntry> {
  return new Map(
    [...root.entries].filter(
      ([key]) => (Object.hasOwn(ownerOfKey, key) ? ownerOfKey[key as keyof TopologyFile] : 'submission') === owner,
    ),
  );
}

/** What a scenario says of nodes and services is right or wrong with each submission. */
const aboutSubmission: ReadonlySet<ProblemCode> = new Set(['UNKNOWN_NODE', 'UNKNOWN_SERVICE']);

/**
 * Reads the file that submissions are graded by: `expect`, `scenario` or both, or a whole topology, of which these two
 * count. Pure. What comes back as problems is wrong whatever the submission; whether a submission has what is named
 * here is for `readSubmission` to say.
 */
export function readGradingScenario(text: string, file: string): GradingScenarioReading {
  const body = withoutMark(text);
  const { root } = parseYaml(body);
  const { topology, findings } =
    root?.kind === 'map' && !isTopology(root) ? understandAlone(body, root) : understand(body, file);
  if (root?.kind !== 'map' || topology === undefined || findings.length > 0)
    return { problems: settle(findings, body, file) };
  const { expect, scenario, grading } = topology;
  if (!partsOf(root, 'scenario').has('expect') && scenario.length === 0)
    return { problems: settle([judgesNothing(root)], body, file) };
  return {
    scenario: {
      name: wordAt(root, 'name'),
      title: wordAt(root, 'title'),
      file,
      text: body,
      parts: partsOf(root, 'scenario'),
      expect,
      scenario,
      grading,
    },
  };
}

function isTopology({ entries }: YamlMap): boolean {
  return entries.has('nodes') || entries.has('topology');
}

/** A scenario without a network: its shape is checked, and of its sense what no network changes. */
function understandAlone(text: string, root: YamlMap): Understanding {
  const yaml = parseYaml(text);
  if (!yaml.whole) return { findings: yaml.findings };
  const varied = variedTree(withStandIns(root), undefined);
  const complete = varied.root;
  const shape = readShape(complete);
  if (shape.file === undefined) return { findings: [...yaml.findings, ...shape.findings] };
  const topology = resolve(shape.file);
  const sense = validate(putUnderCheck(topology, { file: shape.file, root: complete, tree: shape.tree, whole: false }));
  return {
    topology,
    findings: [
      ...yaml.findings,
      ...varied.findings,
      ...shape.findings,
      ...sense.filter(({ code }) => !aboutSubmission.has(code)),
    ],
  };
}

/** A scenario need not say what every topology must. */
function withStandIns(root: YamlMap): YamlMap {
  const { offset } = root;
  const needed: [string, YamlNode][] = [
    ['name', { kind: 'scalar', offset, value: 'scenario' }],
    ['nodes', { kind: 'map', offset, entries: new Map() }],
  ];
  const missing = needed
    .filter(([key]) => !root.entries.has(key))
    .map(([key, value]): [string, YamlEntry] => [key, { keyOffset: offset, value }]);
  return { ...root, entries: new Map([...root.entries, ...missing]) };
}

function wordAt(root: YamlMap, key: string): string | undefined {
  const value = root.entries.get(key)?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
}

function judgesNothing({ offset }: YamlMap): Finding {
  return {
    offset,
    code: 'MISSING_KEY',
    message: 'the file has nothing to judge: it has neither "expect" nor "scenario"',
    hint: 'say which instance must answer, such as  expect: {client1: server-a}',
  };
}
