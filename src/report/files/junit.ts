import { create } from 'xmlbuilder2';
import { seenWithCauses, type Verdict } from '../../assert/verdict.js';
import type { TestedStep } from '../../scenario/step-report.js';
import type { TestReport } from '../../scenario/test-report.js';
import { printableLines } from '../../support/printable.js';
import type { FilePlaces } from '../../topology/read.js';
import { placesOf, type Place } from './verdict-places.js';
import { hasSeveralServices } from '../format.js';
import { unmetBy } from '../test-text.js';

/**
 * JUnit XML, as CI systems read it: a suite for each topology, a case for each expectation. What is inconclusive is an
 * error there, not a failure: it could not be judged, and it is not a pass either. Documents are valid by Jenkins's
 * schema, and by that of Ant's JUnitReport, which wants more of a suite, and nothing of the whole. Neither knows an attribute
 * for the place of a case: what did not hold says it in its text, as `file:line`.
 */
export function junitXml(reports: readonly TestReport[], places: readonly (FilePlaces | undefined)[] = []): string {
  return `${create({ version: '1.0', encoding: 'UTF-8' }, { testsuites: { testsuite: reports.map((report, id) => toSuite(report, id, places[id])) } }).end({ prettyPrint: true })}\n`;
}

/** The order of the elements is that of the schemas. */
function toSuite(
  { topology, title, startedAt, runs, verdicts, answers, steps, timings, error }: TestReport,
  id: number,
  places: FilePlaces | undefined,
): object {
  const count = (wanted: Verdict['verdict']): number => verdicts.filter(({ verdict }) => verdict === wanted).length;
  const name = nameOf(topology);
  const hasServices = hasSeveralServices(answers);
  return {
    '@name': name,
    '@package': name,
    '@id': id,
    '@timestamp': startedAt.slice(0, 'yyyy-mm-ddThh:mm:ss'.length),
    // What the schema asks for where the host is not known: results do not depend on it.
    '@hostname': 'localhost',
    '@tests': verdicts.length + (error === undefined ? 0 : 1),
    '@failures': count('fail'),
    '@errors': count('inconclusive') + (error === undefined ? 0 : 1),
    '@time': inSeconds(timings.upMs + timings.scenarioMs + timings.downMs),
    properties: {
      property: [property('runs', String(runs)), ...(title === undefined ? [] : [property('title', title)])],
    },
    testcase: [
      ...toCases(name, verdicts, steps, places),
      ...(error === undefined
        ? []
        : [
            {
              ...caseNamed(name, unmetBy(error), timings.upMs),
              error: {
                '@type': error.code,
                '@message': shown(error.message.split('\n')[0] ?? ''),
                '#': shown([error.message, error.hint ?? ''].join('\n').trimEnd()),
              },
            },
          ]),
    ],
    'system-out': shown(
      answers
        .map(({ client, service, address, instance }) => {
          const at = hasServices ? `${service} (${address})` : address;
          return `${client} at ${at}: ${instance ?? 'nobody'}`;
        })
        .join('\n'),
    ),
    'system-err': '',
  };
}

/** The cases of a suite, each under a name of its own: readers take two of one name for the same. */
function toCases(
  suite: string,
  verdicts: readonly Verdict[],
  steps: readonly TestedStep[],
  places: FilePlaces | undefined,
): readonly object[] {
  const placeOf = placesOf(steps, places);
  const stepMs = new Map<string, number[]>();
  for (const step of steps)
    for (const { text } of step.verdicts) stepMs.set(text, [...(stepMs.get(text) ?? []), durationMs(step)]);
  const seenOf = new Map<string, number>();
  return verdicts.map((verdict) => {
    const before = seenOf.get(verdict.text) ?? 0;
    seenOf.set(verdict.text, before + 1);
    const name = before === 0 ? verdict.text : `${verdict.text} (${String(before + 1)})`;
    return {
      ...caseNamed(suite, name, stepMs.get(verdict.text)?.[before] ?? 0),
      ...outcomeOf(verdict, placeOf(verdict)),
    };
  });
}

/** From what a step did until all of it held, or until it was given up. */
function durationMs({ report }: TestedStep): number {
  return report.kind === 'change' ? report.settleMs : (report.heldMs ?? 0);
}

function outcomeOf(judged: Verdict, place: Place | undefined): object {
  const { verdict, text } = judged;
  const seen = seenWithCauses(judged) ?? '';
  if (verdict === 'pass') return {};
  const where = place === undefined ? {} : { '#': shown(`${place.file}:${String(place.line)}: ${text}`) };
  return verdict === 'fail'
    ? { failure: { '@type': 'expectation', '@message': shown(`saw ${seen}`), ...where } }
    : { error: { '@type': 'inconclusive', '@message': shown(`inconclusive: ${seen}`), ...where } };
}

/** 0 seconds where it is not known how long it took: the schema wants a number. */
function caseNamed(suite: string, name: string, ms: number): object {
  return { '@classname': suite, '@name': nameOf(name), '@time': inSeconds(ms) };
}

function property(name: string, value: string): object {
  return { '@name': name, '@value': shown(value) };
}

/** A name is one line, and has at least one character. */
function nameOf(text: string): string {
  return shown(text).replaceAll(/\s+/g, ' ').trim() || '?';
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** XML 1.0 has no way to write most control characters, nor these two. */
function shown(text: string): string {
  return printableLines(text).replaceAll(/[\uFFFE\uFFFF]/g, '?');
}
