import test from 'ava';
import { stripVTControlCharacters } from 'node:util';
import { versionsText } from '../../../src/report/versions-text.js';
import {
  compareVersions,
  drawnServices,
  judgeVersions,
  type VersionDifferences,
} from '../../../src/scenario/compare-versions.js';
import type { TestReport } from '../../../src/scenario/test-report.js';
import { readTopology } from '../../../src/topology/read.js';
import { aTestReport } from '../../support/a-test-report.js';

const older = aTestReport();

function differences(newer: TestReport, drawn: readonly string[] = []): VersionDifferences | undefined {
  return compareVersions({ version: '8.4', report: older }, { version: '10.3', report: newer }, new Set(drawn));
}

/** The same test, but in the first change all outages are longer, and one client has ended elsewhere. */
function changed(byMs: number, after: string): TestReport {
  return {
    ...older,
    steps: older.steps.map((step, nth) =>
      nth > 0 || step.report.kind !== 'change'
        ? step
        : {
            ...step,
            report: {
              ...step.report,
              changes: step.report.changes.map((change, flow) => ({
                ...change,
                outageMs: change.outageMs === null ? null : change.outageMs + byMs,
                after: flow === 0 ? after : change.after,
              })),
            },
          },
    ),
  };
}

test('a test that went the same way differs in nothing', (t) => {
  const same = differences(older);
  t.deepEqual(same && { verdicts: same.verdicts, moved: same.moved, outages: same.outages }, {
    verdicts: [],
    moved: [],
    outages: [],
  });
  t.deepEqual(same && judgeVersions(same).map(({ verdict }) => verdict), ['pass', 'pass']);
  t.is(
    stripVTControlCharacters(versionsText(same as VersionDifferences)),
    'three-sites: FRRouting 8.4 and 10.3\nno verdict, no answer and no outage differs',
  );
});

test('a verdict that differs fails, unless one of the two was inconclusive', (t) => {
  const first = older.verdicts.findIndex(({ verdict }) => verdict === 'pass');
  const judged = (verdict: 'fail' | 'inconclusive'): readonly string[] => {
    const verdicts = older.verdicts.map((each, nth) => (nth === first ? { ...each, verdict } : each));
    const found = differences({ ...older, verdicts });
    t.deepEqual(found?.verdicts, [{ text: older.verdicts[first]?.text ?? '', from: 'pass', to: verdict }]);
    return found === undefined ? [] : judgeVersions(found).map((each) => each.verdict);
  };
  t.deepEqual(judged('fail'), ['fail', 'pass']);
  t.deepEqual(judged('inconclusive'), ['inconclusive', 'pass']);
});

test('a client that ends elsewhere fails, before the scenario and after a step', (t) => {
  const [first] = older.answers;
  const answers = older.answers.map((each, nth) => (nth === 0 ? { ...each, instance: null } : each));
  const found = differences({ ...changed(0, 'server-x'), answers });
  t.like(found?.moved, [
    { step: null, client: 'client1', address: first?.address, from: 'server-a', to: null },
    { step: 'fail server-a', client: 'client1', to: 'server-x' },
  ]);
  t.regex(found === undefined ? '' : (judgeVersions(found)[1]?.seen ?? ''), /server-a -> nobody, .* -> server-x$/);
});

test('an outage differs where it is longer or shorter by more than probes can tell', (t) => {
  const report = older.steps[0]?.report;
  const marginMs = report?.kind === 'change' ? report.resolutionMs : NaN;
  const ended = report?.kind === 'change' ? report.changes.filter(({ outageMs }) => outageMs !== null).length : 0;
  t.true(ended > 0);
  const stays = report?.kind === 'change' ? (report.changes[0]?.after ?? '') : '';
  t.is(differences(changed(marginMs - 0.1, stays))?.outages.length, 0);
  const found = differences(changed(marginMs + 1, stays));
  t.is(found?.outages.length, ended);
  t.deepEqual(found && judgeVersions(found).map(({ verdict }) => verdict), ['pass', 'pass']);
});

test('a test that could not be made is not compared', (t) => {
  t.is(differences({ ...older, error: new Error('no lab') as never }), undefined);
});

test('who answers of those that a router draws by lot is no difference, but that nobody does is one', (t) => {
  const services = [...new Set(older.answers.map(({ service }) => service))];
  const elsewhere = changed(0, 'server-z');
  t.true((differences(elsewhere)?.moved.length ?? 0) > 0);
  t.deepEqual(differences(elsewhere, services)?.moved, []);
  const unanswered = { ...older, answers: older.answers.map((answer) => ({ ...answer, instance: null })) };
  t.is(differences(unanswered, services)?.moved.length, older.answers.length);
  const byLot = readTopology(
    `name: lots
nodes: {a: {kind: host}, r: {kind: router, selection: {x: random, y: nearest}}, s: {kind: host}, u: {kind: router}, v: {kind: host}}
links: [[a, r], [r, s], [r, u], [u, v]]
anycast: {x: {addresses: [192.0.2.1], instances: [s, v]}, y: {addresses: [192.0.2.2], instances: [s, v]}}
`,
    'lots.yml',
  );
  t.deepEqual('topology' in byLot && [...drawnServices(byLot.topology)], ['x']);
});

test('over equal ways all that answer are compared, whichever way the first flow took', (t) => {
  const over = (first: string, ...names: readonly string[]): TestReport => ({
    ...older,
    answers: older.answers.map((answer) => ({
      ...answer,
      instance: first,
      flows: {
        asked: 21,
        ways: 2,
        risk: 0,
        answers: names.map((instance) => ({ instance, flows: 10 })),
        paths: [],
      },
    })),
  });
  const compare = (was: TestReport, is: TestReport): VersionDifferences | undefined =>
    compareVersions({ version: '8.4', report: was }, { version: '10.3', report: is }, new Set());
  t.deepEqual(compare(over('a', 'a', 'b'), over('b', 'b', 'a'))?.moved, []);
  t.like(compare(over('a', 'a', 'b'), over('a', 'a', 'c'))?.moved[0], { step: null, from: 'a, b', to: 'a, c' });
});
