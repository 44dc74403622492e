import { quote, settle, type Finding } from '../model/finding.js';
import { partsOf, type GradingScenario } from './grading-scenario.js';
import type { Problem } from '../model/problem.js';
import type { Topology } from '../model/topology.js';
import { understand, withoutMark } from '../read.js';
import type { Attach } from '../file/own-frr.js';
import { keyOffset as offsetOfKey, shifted } from '../file/tree.js';
import { studentId, variedTree } from '../vary.js';
import { checkTrust } from './untrusted.js';
import { parseYaml, type YamlEntry, type YamlMap, type YamlNode } from '../file/yaml.js';

export interface SubmissionOptions {
  /** Whether it may run programs and reach files of the machine. */
  readonly isTrusted: boolean;
  /** Reads the files that it names. */
  readonly attach?: Attach;
  /** Whose it is: where the scenario lets something vary, it must be the network of this student. */
  readonly student: string;
  /** Those of all submissions. */
  readonly students: readonly string[];
}

/**
 * Reads a submission: its network, with the expectations and the scenario of `scenario` in the place of its own. Pure,
 * and never throws because of the text. A problem of the submission has its place in `file`, one of the scenario with
 * this submission (a node that is not there) in the scenario's.
 */
export function readSubmission(
  text: string,
  file: string,
  scenario: GradingScenario,
  { isTrusted, attach, student, students }: SubmissionOptions,
): { readonly topology: Topology } | { readonly problems: readonly Problem[] } {
  const body = withoutMark(text);
  // As if the scenario's text stood behind the submission's: every offset shows to which of the two it belongs.
  const start = body.length + 1;
  const parts = [...partsFor(scenario, student)].map(([key, { keyOffset, value }]): [string, YamlEntry] => [
    key,
    { keyOffset: keyOffset + start, value: shifted(value, start) },
  ]);
  const rewrite = (root: YamlNode): YamlNode =>
    root.kind === 'map' ? { ...root, entries: new Map([...partsOf(root, 'submission'), ...parts]) } : root;
  const understood = understand(body, file, {
    rewrite,
    attach,
    ...(isTrusted ? {} : { check: checkTrust }),
  });
  const { topology } = understood;
  const findings = [...understood.findings, ...ownerFindings(body, scenario, { student, students })];
  if (findings.length === 0 && topology !== undefined) return { topology };
  const theirs = findings
    .filter(({ offset }) => offset >= start)
    .map((finding) => ({ ...finding, offset: finding.offset - start }));
  return {
    problems: [
      ...settle(
        findings.filter(({ offset }) => offset < start),
        body,
        file,
      ),
      ...settle(theirs, scenario.text, scenario.file),
    ],
  };
}

/** The scenario of one student. What varies in the network is in the submission already. */
function partsFor({ parts }: GradingScenario, student: string): ReadonlyMap<string, YamlEntry> {
  const { root } = variedTree({ kind: 'map', offset: 0, entries: parts }, student);
  return new Map(
    [...(root.kind === 'map' ? root.entries : parts)].filter(([key]) => key !== 'vary' && key !== 'title'),
  );
}

/** A network that was handed out to somebody else is no submission. */
function ownerFindings(
  text: string,
  { parts }: GradingScenario,
  { student, students }: Pick<SubmissionOptions, 'student' | 'students'>,
): readonly Finding[] {
  const { root } = parseYaml(text);
  const codeOf = (whose: string): string | undefined =>
    variedTree({ kind: 'map', offset: 0, entries: parts }, whose).variant?.code;
  const own = codeOf(student);
  if (own === undefined || root?.kind !== 'map') return [];
  const [says, variant] = [textAt(root, 'student'), textAt(root, 'variant')];
  const bad = (key: string, message: string, hint: string): readonly Finding[] => [
    { offset: offsetOfKey(root, [key]), code: 'BAD_VALUE', message, hint },
  ];
  const handIn = `hand in the network that was handed out to ${quote(student)}`;
  if (says === undefined || variant === undefined)
    return bad(
      'student',
      'the submission does not say whose network it is',
      `${handIn}: it has "student" and "variant"`,
    );
  if (studentId(says) !== studentId(student))
    return bad('student', `this is the network of ${quote(says)}, and the submission of ${quote(student)}`, handIn);
  if (variant === own) return [];
  const other = students.find((each) => codeOf(each) === variant);
  return bad(
    'variant',
    other === undefined
      ? `the network is not that of ${quote(student)}, who has variant ${own}`
      : `this is the network of ${quote(other)}, with the name of ${quote(student)}`,
    handIn,
  );
}

function textAt(root: YamlMap, key: string): string | undefined {
  const value = root.entries.get(key)?.value;
  return value?.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
}
