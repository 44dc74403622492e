import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { tested } from '../support/step-documents.js';
import { document } from '../support/lab-cli.js';
import { assertNothingLeft, sandboxForFile } from '../support/sandbox.js';

const sandbox = sandboxForFile();
const file = (name: string): string => join(sandbox.folder, name);

/** Two sites, each with a client of its own. */
const sites = (name: string, scenario: string): string => {
  writeFileSync(
    file(`${name}.yml`),
    `
name: ${name}
nodes:
  client1:  {kind: host}
  client2:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [client2, router2]
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b], http: true}
scenario:
${scenario}`,
  );
  return file(`${name}.yml`);
};

type Result = z.output<typeof tested>['results'][number];
type Report = Result['steps'][number]['report'];

function changeOf(report: Report | undefined): Extract<Report, { kind: 'change' }> {
  if (report?.kind !== 'change') throw new Error('the step changed nothing');
  return report;
}

async function tests(words: readonly string[]): Promise<{ readonly result: Result; readonly status: number | null }> {
  const { value, status, stderr } = await document(sandbox, ['test', ...words]);
  const [result] = tested.parse(value).results;
  if (result === undefined) throw new Error(stderr);
  return { result, status };
}

test.serial(
  'steps of every kind are played and judged, and a repetition is as many steps as it has rounds',
  async (t) => {
    const path = sites(
      'kinds',
      `
  - {expect: {client1: server-a, client2: [server-a, server-b], cost: {all: 1}, path: {client1: [router1, server-a]}}}
  - {repeat: 2, steps: [{drain: server-b, expect: {client2: server-a, lost: 0}}, {restore: server-b, expect: {client2: server-b}}]}
  - {together: [{fail: server-a}, {fail: server-b}], expect: {all: nobody}}
  - {together: [{restore: server-a}, {restore: server-b}], expect: {client1: server-a, client2: server-b, rib: {router1: {service: server-a}}}}
  - {wait-for: settled}
  - {wait-for: {client1: server-a}}
  - {impair: router1/router2, delay: 5ms, for: 200ms}
  - {probe: http, expect: {client1: server-a, client2: server-b, status: {all: 200}, output: {client1: server-a}}}
  - {probe: tcp, port: 81, from: client1, expect: {fate: {client1: refused}}}
  - {probe: command, command: [cat, /proc/sys/kernel/hostname], expect: {status: {all: 0}, output: {client2: client2}}}
`,
    );
    const { result, status } = await tests([path]);
    t.deepEqual(
      result.verdicts.filter(({ verdict }) => verdict !== 'pass'),
      [],
    );
    t.is(status, 0);
    t.deepEqual(
      result.steps.map(({ title }) => title),
      [
        'expect',
        'drain server-b',
        'restore server-b',
        'drain server-b',
        'restore server-b',
        'fail server-a, fail server-b',
        'restore server-a, restore server-b',
        'wait for routing to settle',
        'wait for client1',
        'impair router1/router2',
        'probe http from all',
        'probe tcp from client1',
        'probe command from all',
      ],
    );
    await assertNothingLeft(t, sandbox);
  },
);

test.serial('the evidence of a step tells of every probe, of what nodes said, and where the time went', async (t) => {
  const path = sites(
    'evidence',
    `
  - {fail: service@server-a, expect: {client1: server-b, moved: [client1], collateral: 0}}
`,
  );
  const timeline = file('timeline.ndjson');
  const { result } = await tests([path, '--timeline', timeline]);
  const { changes, flows, events, noise, atMs } = changeOf(result.steps[0]?.report);
  const touched = changes.filter(({ client }) => client === 'client1');
  t.is(touched.length, 2);
  for (const { phases, steadySinceMs, fates, lost } of touched) {
    const { detectionMs, propagationMs, installationMs, answerMs } = phases ?? {
      detectionMs: NaN,
      propagationMs: NaN,
      installationMs: NaN,
      answerMs: NaN,
    };
    t.true(
      detectionMs + propagationMs + installationMs + answerMs >= (steadySinceMs ?? NaN) - 0.1,
      'the parts add up to the time until a good answer',
    );
    t.true((fates.refused ?? 0) > 0, 'nobody listens at the port of a service that has stopped');
    t.is(
      Object.values(fates).reduce((sum, each) => sum + each, 0),
      lost,
    );
  }
  for (const { runs, sentAtMs, rttMs } of flows) {
    t.is(
      runs.reduce((sum, { probes }) => sum + probes, 0),
      sentAtMs.length,
    );
    t.is(rttMs.length, sentAtMs.length);
  }
  const fault = events.find(({ kind }) => kind === 'fault');
  t.is(fault?.atMs, atMs);
  t.true(
    events.some(({ kind, node, text }) => kind === 'service' && node === 'server-a' && text === 'gives up 192.0.2.53'),
  );
  t.true(
    events.some(
      ({ kind, node, text }) => kind === 'route' && node === 'router1' && text === '192.0.2.53/32 via router2',
    ),
  );
  t.deepEqual(
    events.map((event) => event.atMs),
    events.map((event) => event.atMs).sort((a, b) => a - b),
  );
  t.true(noise.sendGapMs.median > 0 && noise.sendGapMs.max >= noise.sendGapMs.p99);
  t.true((result.noise?.sendGapMs.median ?? 0) > 0, 'it was calibrated before anything was broken');
  const lines = readFileSync(timeline, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => z.object({ kind: z.string(), atMs: z.number() }).parse(JSON.parse(line)));
  t.is(
    lines.filter(({ kind }) => kind === 'probe').length,
    flows.reduce((sum, { sentAtMs }) => sum + sentAtMs.length, 0),
  );
  t.deepEqual(
    lines.map((line) => line.atMs),
    lines.map((line) => line.atMs).sort((a, b) => a - b),
  );
  await assertNothingLeft(t, sandbox);
});

test.serial(
  'what holds too late is told with its time, and what is waited for in vain ends the scenario',
  async (t) => {
    const path = sites(
      'late',
      `
  - {fail: service@server-a, expect: {client1: server-b, within: 1ms}}
  - {wait-for: {client1: server-a, within: 200ms}}
  - {restore: service@server-a, expect: {client1: server-a}}
`,
    );
    const { result, status } = await tests([path]);
    const [late, waited, unplayed] = result.verdicts;
    t.not(late?.verdict, 'pass');
    t.regex(late?.seen ?? '', /server-b at 192\.0\.2\.53 held at \d+ms, deadline 1ms/);
    t.not(waited?.verdict, 'pass');
    t.like(unplayed, { verdict: 'inconclusive', text: 'the step "restore service@server-a" is played' });
    t.is(result.steps.length, 2);
    t.true(status === 1 || status === 4);
    await assertNothingLeft(t, sandbox);
  },
);

test.serial('several runs give percentiles, and each verdict is that of the run that went worst', async (t) => {
  const path = sites(
    'often',
    `
  - {fail: router1/server-a, how: silence, expect: {client1: server-b, within: 20s}}
  - {restore: router1/server-a, expect: {client1: server-a, within: 20s}}
`,
  );
  const { result, status } = await tests([path, '--runs', '3']);
  t.is(status, 0, JSON.stringify(result.verdicts));
  t.is(result.runs, 3);
  t.is(result.verdicts.length, 2);
  const outage = result.percentiles.find(
    ({ text }) => text.startsWith('step 1, ') && text.endsWith(': outage of client1 at 192.0.2.53'),
  );
  t.is(outage?.values.length, 3);
  // On a machine with little time between two probes nothing may be lost in a run: then it counts as 0.
  const sorted = [...(outage?.values ?? [])].sort((a, b) => a - b);
  t.deepEqual([outage?.p50, outage?.max], sorted.slice(1));
  t.true((outage?.max ?? 0) > 0);
  await assertNothingLeft(t, sandbox);
});

test.serial('packets are kept of a step that did not pass, and of no other', async (t) => {
  const path = sites(
    'kept',
    `
  - {expect: {client1: server-a}}
  - {expect: {client1: server-b, within: 1ms}}
`,
  );
  const folder = file('packets');
  const { result } = await tests([path, '--with-capture', folder]);
  t.is(result.steps[0]?.capture, undefined);
  const kept = result.steps[1]?.capture ?? '';
  t.true(existsSync(kept), JSON.stringify(result.steps));
  t.deepEqual(readdirSync(folder).length, 1);
  t.is(readFileSync(kept).readUInt32LE(0), 0x0a0d0d0a, 'it begins as a pcapng file does');
  await assertNothingLeft(t, sandbox);
});
