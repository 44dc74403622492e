import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { LabError } from '../../../src/errors.js';
import { htmlReport } from '../../../src/report/html/html.js';
import { labAt, lanesOf } from '../../../src/view/moments.js';
import { recordingOf } from '../../../src/view/recording.js';
import { recordedIn, replayOf } from '../../../src/view/recordings-file.js';
import { aRecordedTest, everyMs, outageMs } from '../../support/a-recorded-test.js';
import { untestedReport } from '../../../src/scenario/test-report.js';

const network = `
name: small
title: </script><b>bold</b>
nodes:
  client1: {kind: host}
  router1: {kind: router}
  router2: {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
anycast: {dns: {addresses: [192.0.2.53], instances: [server-a, server-b]}}
scenario:
  - {fail: server-a, for: 1s}
  - {fail: router1/router2}
  - {restore: router1/router2}
`;

function recorded() {
  const played = aRecordedTest(network);
  const recording = recordingOf(played.played, played.report);
  if (recording === undefined) throw new LabError('BUG', 'no recording');
  return { tested: played, recording };
}

test('a recorded test is the log that a live view would have had: who answers, by which way, what is broken', (t) => {
  const { recording } = recorded();
  const at = (ms: number) => {
    const { courses, faults, predicted } = labAt(recording.moments, ms);
    return {
      by: courses.map(({ instance }) => instance),
      way: courses.map(({ path }) => path.join(' ')),
      broken: faults.map(({ text }) => text),
      predicted: predicted?.map(({ instance }) => instance),
    };
  };
  const before = { by: ['server-a'], way: ['router1 server-a'], broken: [], predicted: ['server-a'] };
  t.deepEqual(at(everyMs - 1), before);
  t.deepEqual(at(everyMs + outageMs / 2), {
    by: [null],
    way: [''],
    broken: ['server-a loses power'],
    predicted: ['server-b'],
  });
  t.deepEqual(at(everyMs + 2 * outageMs).way, ['router1 router2 server-b']);
  t.deepEqual(at(everyMs + 1001).broken, [], 'it ended by itself');
  t.deepEqual(at(2 * everyMs + 1).broken, ['router1/router2 goes down']);
  t.deepEqual(at(Infinity).broken, []);
  const [lane] = lanesOf(recording.moments);
  t.deepEqual(
    lane?.spans.slice(0, 3).map(({ instance }) => instance),
    ['server-a', null, 'server-b'],
  );
});

test('each step is a chapter, as long as until its last client had another answer', (t) => {
  const { recording, tested } = recorded();
  t.deepEqual(
    recording.chapters.map(({ title, atMs }) => [title, atMs]),
    tested.report.steps.map(({ title, report }) => [title, report.atMs]),
  );
  const [first, second] = recording.chapters;
  t.true(Math.abs((first?.lengthMs ?? 0) - outageMs) < 12, String(first?.lengthMs));
  t.is(second?.lengthMs, 20, 'nobody moved');
  t.is(first?.verdicts[0]?.verdict, 'fail');
  t.true(recording.nowMs > 3 * everyMs + outageMs, 'probes go on after the last change');
});

test('a log that is too long keeps its steps and what is broken, and counts what is missing', (t) => {
  const { tested } = recorded();
  const { played, report } = tested;
  const [step] = report.steps;
  if (step?.report.kind !== 'change') throw new LabError('BUG', 'no step');
  const runs = Array.from({ length: 60_000 }, (_, nth) => ({
    fate: 'answered' as const,
    instance: nth % 2 === 0 ? 'server-a' : 'server-b',
    fromMs: everyMs + nth,
    toMs: everyMs + nth,
    probes: 1,
  }));
  const flows = step.report.flows.map((flow) => ({ ...flow, runs }));
  const recording = recordingOf(played, {
    ...report,
    steps: [{ ...step, report: { ...step.report, flows } }],
  });
  const moments = recording?.moments ?? [];
  t.true(moments.length < 20);
  t.like(
    moments.find(({ kind }) => kind === 'dropped'),
    { count: 60_001 },
  );
  t.true(moments.some(({ kind }) => kind === 'step'));
});

test('a report has the recordings of its tests, and a view reads them again; another page has none', async (t) => {
  const { tested, recording } = recorded();
  const folder = mkdtempSync(join(tmpdir(), 'nc-recording-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = join(folder, 'report.html');
  const untested = untestedReport('wrong', new LabError('TOPOLOGY_INVALID', 'wrong'));
  const replay = await replayOf([{ played: undefined, report: untested }, tested]);
  const html = htmlReport([untested, tested.report], undefined, replay);
  writeFileSync(file, html);
  const { name, recordings } = await recordedIn(file);
  t.is(name, 'report.html');
  t.deepEqual(recordings, [JSON.parse(JSON.stringify(recording))]);
  t.is(html.match(/<script/g)?.length, 2);
  t.is(html.match(/<\/script/g)?.length, 2, 'nothing in the script ends it');
  t.is(html.match(/data-recording="0"/g)?.length, 3);
  t.true(html.includes(`script-src &#39;${replay.hash}&#39;; `));

  writeFileSync(file, htmlReport([tested.report]));
  await t.throwsAsync(recordedIn(file), { message: /has no recording/ });
  writeFileSync(file, html.replace(/id="recordings">.{9}/, 'id="recordings">AAAAAAAAA'));
  await t.throwsAsync(recordedIn(file), { message: /cannot be read/ });
  await t.throwsAsync(recordedIn(join(folder, 'none.html')), { message: /cannot be read/ });
});
