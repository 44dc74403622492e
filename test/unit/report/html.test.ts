import test from 'ava';
import { htmlReport } from '../../../src/report/html/html.js';
import { html } from '../../../src/picture/markup.js';
import { instanceColours, palette } from '../../../src/picture/colours.js';
import { layOut } from '../../../src/picture/layout.js';
import { nodeHeight } from '../../../src/picture/placed.js';
import { gapsOf, barPiecesOf } from '../../../src/report/html/bar-pieces.js';
import { ticksOf, windowOf } from '../../../src/report/html/time-window.js';
import type { TimelineEvent } from '../../../src/protocol/timeline.js';
import type { Network } from '../../../src/picture/network.js';
import type { TestReport } from '../../../src/scenario/test-report.js';
import { aFlowRecord } from '../../support/a-flow-record.js';
import { aBrokenReport, aChange, aTestReport, testReports } from '../../support/a-test-report.js';

const count = (text: string, part: string): number => text.split(part).length - 1;

test('indented lines of a template are one line of the page, and what is put in keeps its own lines', (t) => {
  const page = html`<p>
    ${'two\n  lines'}
    </p>
<hr>`;
  t.is(page.text, '<p>two\n  lines</p>\n<hr>');
});

test('no text of a topology is read as HTML, wherever it stands', (t) => {
  const hostile = `"><img src=x onerror='boom()'>&lt;\u202E\u0007`;
  // Every text of the report, in every place, has it; what is one of a fixed set of words stays.
  const fixed = new Set(['kind', 'role', 'fate', 'verdict', 'unit', 'action', 'how']);
  const poisoned = JSON.parse(JSON.stringify(aTestReport()), (key, value: unknown) =>
    typeof value === 'string' && !fixed.has(key) ? `${value}${hostile}` : value,
  ) as TestReport;
  const page = htmlReport([poisoned, { ...aBrokenReport(), topology: hostile, title: hostile }]);
  t.false(page.includes('<img'));
  t.false(page.includes("onerror='"));
  t.notRegex(page, /[\u202E]|(?!\n)\p{Cc}/u);
  t.true(page.includes('server-a&#34;&#62;&#60;img src=x onerror=&#39;boom()&#39;&#62;&#38;lt;\\u202e\\u0007'));
  const plain = htmlReport([aTestReport(), aBrokenReport()]);
  t.is(count(page, '<'), count(plain, '<') + count('<p class="title"></p>', '<'), 'a title more, and no other tag');
});

test('it says what was tested, when, where, and with which versions', (t) => {
  const page = htmlReport([aTestReport()], {
    files: ['a.yml', 'b&c.yml'],
    host: 'machine1',
    versions: ['nearcast 1', 'Linux 6'],
  });
  t.regex(
    page,
    /<p class="quiet">a\.yml, b&#38;c\.yml, tested at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC on machine1 with nearcast 1, Linux 6\.<\/p>/,
  );
});

test('the page of a submission says its points, what each expectation is worth, and no exit status', (t) => {
  const report = {
    ...aTestReport(),
    verdicts: [
      { text: 'first', verdict: 'pass' as const, points: 2 },
      { text: 'second', verdict: 'fail' as const, seen: 'server-b', points: 1 },
    ],
  };
  const page = htmlReport([report], { files: [], host: 'm', versions: [], points: { reached: 2, outOf: 3 } });
  t.true(page.includes('<p class="overline">nearcast grade</p>\n<h1>2 of 3 points</h1>'));
  t.regex(page, /first <span class="worth">2 points<\/span>/);
  t.regex(page, /second <span class="worth">0 of 1 point<\/span><span class="seen">saw server-b/);
  t.notRegex(page, /[Ee]xit status/);
});

test('nothing is loaded and nothing runs', (t) => {
  const page = htmlReport(testReports());
  t.regex(page, /^<!doctype html>/);
  t.true(page.includes(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;;`));
  t.notRegex(page, /<script|<link|<img|<iframe|@import|url\(|https?:/);
});

test('it says what came out, of all and of each, and what the exit status was', (t) => {
  const page = htmlReport(testReports());
  t.true(page.includes('<h1>2 of 9 expectations failed</h1>'));
  t.true(page.includes('Exit status 1: an expectation failed.'));
  t.regex(page, /<a href="#t2">big-ring<\/a>/);
  t.true(page.includes('routing did not converge within 30s'));
  t.regex(page, /saw 430ms for client1 at 2001:db8:53::53/);
  t.regex(page, /saw 14ms/);
  t.true(htmlReport([aBrokenReport()]).includes('Exit status 3'));
  t.true(
    htmlReport([
      { ...aTestReport(), verdicts: aTestReport().verdicts.filter(({ verdict }) => verdict === 'pass') },
    ]).includes('<h1>All 6 expectations held</h1>'),
  );
  t.true(htmlReport([]).includes('<h1>Nothing was expected</h1>'));
});

test('answers, probes and flows have the name of their service where there are several', (t) => {
  const nameOf = (address: unknown): string => (String(address).includes(':') ? 'dns6' : 'dns4');
  const several = JSON.parse(JSON.stringify(aTestReport()), (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'service' in value && 'address' in value
      ? { ...value, service: nameOf(value.address) }
      : value,
  ) as TestReport;
  const page = htmlReport([several]);
  for (const part of [
    '<td><b>client1</b> dns4<span class="address">192.0.2.53',
    '<td><b>client1</b> dns6<span class="address">2001:db8:53::53',
    '<div class="flow"><b>client1</b> dns6<span class="address">2001:db8:53::53',
    'aria-label="client1 at dns6 (2001:db8:53::53): ',
    '<li>client2 dns4 <span class="address">192.0.2.53',
    '<span class="key"><b>dns6</b> 2001:db8:53::53</span>',
  ])
    t.true(page.includes(part), part);
  t.false(htmlReport([aTestReport()]).includes('dns<span'), 'a single service needs no name');
});

test('a step says who answered before and after, for how long nobody did, in which way, and why', (t) => {
  const page = htmlReport(testReports());
  t.true(page.includes('212 ms outage'));
  t.true(page.includes('2 flows noticed nothing'));
  t.true(page.includes('106 of 1150 probes lost: 15 silent, 91 unreachable'));
  t.regex(page, /installation\u00A0173\u00A0ms/);
  t.regex(
    page,
    /aria-label="client1 at 192\.0\.2\.53: server-a from \u2212300 ms, silent from \+2\.5 ms, unreachable from \+32 ms, server-b from \+214 ms"/,
  );
  t.regex(page, /CPU stolen 0 ms.*An outage shorter than 3\.4 ms may go unseen/);
  t.regex(page, /href="#t1-s1-e10"|id="t1-s1-e10"/);
});

test('a step that was recorded without its flows is told by what it came to', (t) => {
  const report = aTestReport();
  const steps = report.steps.map((step) =>
    step.report.kind === 'look' ? step : { ...step, report: { ...step.report, flows: [], events: [] } },
  );
  t.true(htmlReport([{ ...report, steps }]).includes('106 of 1150 probes lost'));
});

test('a long step with many flows and events stays bounded, and says what it leaves out', (t) => {
  const spans = Array.from({ length: 3000 }, (_, nth) => ({
    fromMs: nth * 20,
    who: nth % 2 === 0 ? 'server-a' : 'silent',
  }));
  const flapping = aFlowRecord({
    client: 'client',
    address: '192.0.2.53',
    sourcePort: 40_000,
    spans,
    untilMs: 60_000,
    everyMs: 10,
  });
  const flows = Array.from({ length: 100 }, (_, nth) => ({ ...flapping, client: `client${String(nth)}` }));
  const quiet = Array.from({ length: 200 }, (_, nth) =>
    aFlowRecord({
      client: `quiet${String(nth)}`,
      address: '192.0.2.53',
      sourcePort: 40_000,
      spans: [{ fromMs: 0, who: 'server-a' }],
      untilMs: 100,
      everyMs: 10,
    }),
  );
  const events = Array.from({ length: 5000 }, (_, nth) => ({
    atMs: nth * 10,
    kind: 'route' as const,
    node: 'router1',
    text: `route ${String(nth)}`,
  }));
  const report = aChange({
    how: 'flap',
    target: 'router1/router2',
    atMs: 10,
    settleMs: 60_000,
    flows: [...flows, ...quiet],
    events,
  });
  const page = htmlReport([{ ...aTestReport(), steps: [{ title: 'flap', report, verdicts: [] }] }]);
  t.true(page.length < 5_000_000, String(page.length));
  t.true(page.includes('200 flows noticed nothing'));
  t.true(page.includes('and 100 others'));
  t.true(page.includes('88 more flows that changed'));
  t.true(page.includes('20 flows that changed not in this file'));
  t.true(page.includes('4700 other events not in this file'));
});

test('events that mean something for the service are seen first, numbered in the order of time', (t) => {
  const [served, other] = ['192.0.2.53/32', '10.0.0.4/31'];
  const at = (atMs: number, kind: TimelineEvent['kind'], node: string | null, text: string, prefix?: string) => ({
    atMs,
    kind,
    node,
    text,
    prefix,
  });
  const events: readonly TimelineEvent[] = [
    { ...at(10, 'fault', null, 'fail server-a (crash)'), how: 'crash', target: 'server-a' },
    ...Array.from({ length: 400 }, (_, nth) => at(11, 'route', 'server-a', `${served} gone ${String(nth)}`, served)),
    at(12, 'link', 'router1', 'eth3 down'),
    at(13, 'route', 'router1', `${other} gone`, other),
    at(14, 'route', 'router1', `${served} via router2`, served),
  ];
  const flows = [
    aFlowRecord({
      client: 'client1',
      address: '192.0.2.53',
      sourcePort: 40_001,
      spans: [{ fromMs: 0, who: 'server-a' }],
      untilMs: 20,
    }),
  ];
  const report = aChange({ how: 'crash', target: 'server-a', atMs: 10, settleMs: 5, flows, events });
  const page = htmlReport([{ ...aTestReport(), steps: [{ title: 'fail server-a', report, verdicts: [] }] }]);
  const [unfolded = '', folded = ''] = page.slice(page.indexOf('<ol class="events">')).split('<details>');
  t.deepEqual(
    [...unfolded.matchAll(/<span class="number">(\d+)<\/span>.*?<span class="what">(.*?)<\/span>/g)].map(
      ([, number, what]) => `${number ?? ''} ${what ?? ''}`,
    ),
    ['1 fail server-a (crash)', '299 <b>router1</b> eth3 down', `300 <b>router1</b> ${served} via router2`],
  );
  t.true(folded.includes(`<b>server-a</b> ${served} gone 0`));
  t.false(folded.includes(`${other} gone`));
  t.true(page.includes('401 more events'));
});

test('maintenance goes by its own name, and a fault by that of a fault', (t) => {
  const page = (how: 'drain' | 'crash') => {
    const event = { atMs: 10, kind: 'fault', node: null, text: `${how} x`, how, target: 'x' } as const;
    const report = aChange({ how, target: 'x', atMs: 10, settleMs: 5, flows: [], events: [event] });
    return htmlReport([{ ...aTestReport(), steps: [{ title: how, report, verdicts: [] }] }]);
  };
  t.true(page('drain').includes('<span class="kind maintenance">drain </span>'));
  t.false(page('drain').includes('<span class="kind fault">'));
  t.true(page('crash').includes('<span class="kind fault">fault </span>'));
});

test('a wide picture has the whole width of the page, a narrow one has the answers beside it', (t) => {
  const nodes: Network['nodes'] = Array.from({ length: 17 }, (_, nth) => ({
    name: `a-long-name-${String(nth)}`,
    kind: nth === 0 ? 'router' : 'host',
    role: nth === 0 ? 'transit' : 'client',
  }));
  const links = nodes.slice(1).map(({ name }) => ({ a: name, b: 'a-long-name-0', cost: 1 }));
  t.true(htmlReport([{ ...aTestReport(), network: { nodes, links } }]).includes('<figure class="picture wide">'));
  t.true(htmlReport([aTestReport()]).includes('<figure class="picture">'));
});

test('the page of one step has its name, and no result of a test', (t) => {
  const origin = { files: ['figure3'], host: 'machine1', versions: ['nearcast 1'], done: 'fail server-a (crash)' };
  const page = htmlReport([{ ...aTestReport(), verdicts: [], runs: 0 }], origin);
  t.true(page.includes('<h1>fail server-a (crash)</h1>'));
  t.true(page.includes('figure3, at 2026-01-02 03:04:05 UTC on machine1'));
  t.notRegex(page, /Exit status|<nav|nearcast test/);
});

test('instances have the same colour whatever the order of the file, and different ones as long as there are any', (t) => {
  const of = (names: readonly string[]) =>
    instanceColours({ nodes: names.map((name) => ({ name, kind: 'host', role: 'instance' })) });
  const [one, other] = [of(['b', 'a', 'c']), of(['c', 'b', 'a'])];
  t.deepEqual(one.names.map(one.classOf), other.names.map(other.classOf));
  const many = of(palette.map((_, nth) => `server${String(nth)}`));
  t.is(new Set(many.names.map(many.classOf)).size, palette.length);
});

test('no two nodes of a picture cover each other', (t) => {
  const nodes: Network['nodes'] = Array.from({ length: 40 }, (_, nth) => ({
    name: `${nth % 3 === 0 ? 'constructor' : 'node'}${String(nth)}`,
    kind: 'router',
    role: nth < 5 ? 'client' : 'transit',
  }));
  const links: Network['links'] = nodes
    .slice(1)
    .flatMap(({ name }, nth) => [
      { a: name, b: nodes[Math.floor(nth / 2)]?.name ?? '', cost: nth },
      { a: nodes[(nth * 7) % 40]?.name ?? '', b: name, cost: 1 },
    ])
    .filter(({ a, b }) => a !== b);
  const { nodes: placed, width, height } = layOut({ nodes, links });
  for (const [nth, one] of placed.entries()) {
    t.true(
      one.at.x - one.width / 2 >= 0 && one.at.x + one.width / 2 <= width && one.at.y >= 0 && one.at.y <= height,
      one.name,
    );
    for (const other of placed.slice(nth + 1)) {
      const apart =
        Math.abs(one.at.x - other.at.x) >= (one.width + other.width) / 2 ||
        Math.abs(one.at.y - other.at.y) >= nodeHeight;
      t.true(apart, `${one.name} and ${other.name}`);
    }
  }
  t.is(htmlReport([{ ...aTestReport(), network: { nodes: [], links: [] } }]).includes('<figure'), false);
});

test('the window ends soon after the last flow changed, and its ticks are round', (t) => {
  const flow = aFlowRecord({
    client: 'c',
    address: 'a',
    sourcePort: 1,
    untilMs: 10_000,
    spans: [
      { fromMs: 0, who: 'server-a' },
      { fromMs: 1000, who: 'silent' },
      { fromMs: 1100, who: 'server-b' },
    ],
  });
  const window = windowOf({ atMs: 1000, flows: [flow], events: [] });
  t.true(window.fromMs < 0 && window.toMs > 100 && window.toMs < 200, JSON.stringify(window));
  t.deepEqual(ticksOf({ fromMs: -20, toMs: 130 }), [0, 50, 100]);
  t.deepEqual(
    gapsOf(flow, 1000).map(({ probes }) => probes),
    [50],
  );
});

test('what is too narrow to be seen is merged, and what was lost in it is not hidden', (t) => {
  const spans = Array.from({ length: 50 }, (_, nth) => ({
    fromMs: 500 + nth * 2,
    who: nth % 2 === 0 ? 'silent' : 'server-a',
  }));
  const flow = aFlowRecord({
    client: 'c',
    address: 'a',
    sourcePort: 1,
    untilMs: 10_000,
    spans: [{ fromMs: 0, who: 'server-a' }, ...spans],
  });
  const segments = barPiecesOf(flow, 0, { fromMs: 0, toMs: 10_000 }, 0.25);
  t.true(segments.length < 10, String(segments.length));
  t.deepEqual([...new Set(segments.filter(({ merged }) => merged > 1).map(({ fate }) => fate))], ['silent']);
  t.is(
    segments.reduce((sum, { probes }) => sum + probes, 0),
    5000,
  );
});
