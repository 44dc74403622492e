import { settle } from '../model/finding.js';
import { partsOf, type GradingScenario } from './grading-scenario.js';
import type { Problem } from '../model/problem.js';
import type { Topology } from '../model/topology.js';
import { understand, withoutMark } from '../read.js';
import type { Attach } from '../file/own-frr.js';
import { shifted } from '../file/tree.js';
import { checkTrust } from './untrusted.js';
import type { YamlEntry, YamlNode } from '../file/yaml.js';

export interface SubmissionOptions {
  /** Whether it may run programs and reach files of the machine. */
  readonly isTrusted: boolean;
  /** Reads the files that it names. */
  readonly attach?: Attach;
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
  { isTrusted, attach }: SubmissionOptions,
): { readonly topology: Topology } | { readonly problems: readonly Problem[] } {
  const body = withoutMark(text);
  // As if the scenario's text stood behind the submission's: every offset shows to which of the two it belongs.
  const start = body.length + 1;
  const parts = [...scenario.parts].map(([key, { keyOffset, value }]): [string, YamlEntry] => [
    key,
    { keyOffset: keyOffset + start, value: shifted(value, start) },
  ]);
  const rewrite = (root: YamlNode): YamlNode =>
    root.kind === 'map' ? { ...root, entries: new Map([...partsOf(root, 'submission'), ...parts]) } : root;
  const { topology, findings } = understand(body, file, {
    rewrite,
    attach,
    ...(isTrusted ? {} : { check: checkTrust }),
  });
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
