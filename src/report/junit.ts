import { create } from 'xmlbuilder2';
import type { Verdict } from '../assert/verdict.js';
import type { TestReport } from '../scenario/test.js';

/**
 * JUnit XML, as CI systems read it: a suite for each topology, a case for each expectation. What is inconclusive is an error
 * there, not a failure: it could not be judged, and it is no pass either.
 */
export function junitXml(reports: readonly TestReport[]): string {
  const suites = reports.map(toSuite);
  const sum = (key: '@tests' | '@failures' | '@errors'): number => suites.reduce((total, suite) => total + suite[key], 0);
  const document = { testsuites: { '@name': 'nearcast', '@tests': sum('@tests'), '@failures': sum('@failures'), '@errors': sum('@errors'), testsuite: suites } };
  return `${create({ version: '1.0', encoding: 'UTF-8' }, document).end({ prettyPrint: true })}\n`;
}

function toSuite({ topology, verdicts, timings, error }: TestReport) {
  const count = (wanted: Verdict['verdict']): number => verdicts.filter(({ verdict }) => verdict === wanted).length;
  return {
    '@name': topology,
    '@tests': verdicts.length + (error === undefined ? 0 : 1),
    '@failures': count('fail'),
    '@errors': count('inconclusive') + (error === undefined ? 0 : 1),
    '@time': ((timings.upMs + timings.scenarioMs + timings.downMs) / 1000).toFixed(3),
    testcase: [
      ...verdicts.map((verdict) => toCase(topology, verdict)),
      ...(error === undefined ? [] : [{ '@classname': topology, '@name': 'the lab comes up', error: { '@type': error.code, '@message': printable(error.message), '#': printable(error.hint ?? '') } }]),
    ],
  };
}

function toCase(topology: string, { text, verdict, seen = '' }: Verdict): object {
  const name = { '@classname': topology, '@name': printable(text) };
  if (verdict === 'pass') return name;
  return verdict === 'fail'
    ? { ...name, failure: { '@type': 'expectation', '@message': printable(`saw ${seen}`) } }
    : { ...name, error: { '@type': 'inconclusive', '@message': printable(`too close to tell: ${seen}`) } };
}

/** XML 1.0 has no way to write most control characters. */
function printable(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '?');
}
