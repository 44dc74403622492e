import type { Grading } from '../../scenario/grade.js';

/** Who made evidence, when, and with what. */
export interface EvidenceOrigin {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly host: string;
  readonly versions: readonly string[];
}

/**
 * What a grading came to, as a document to be signed: the files by their SHA-256, each expectation with its verdict, and
 * the points.
 */
export function evidenceText(
  { scenario, scenarioSha256, outOf, grades }: Grading,
  { at, host, versions }: EvidenceOrigin,
): string {
  const submissions = grades.map(({ submission, file, sha256, points, report: { startedAt, verdicts, error } }) => ({
    submission,
    ...(file === undefined ? {} : { file }),
    ...(sha256 === undefined ? {} : { sha256 }),
    startedAt,
    points,
    verdicts: verdicts.map(({ text, verdict, seen }) => ({ text, verdict, ...(seen === undefined ? {} : { seen }) })),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
  }));
  const document = { at, host, versions, scenario, scenarioSha256, outOf, submissions };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
