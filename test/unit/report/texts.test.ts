import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import type { Answer } from '../../../src/assert/answers.js';
import type { LabState } from '../../../src/protocol/lab-state.js';
import type { ObservedChange, ProbeSeries } from '../../../src/protocol/observations.js';
import { answersText } from '../../../src/report/answers-text.js';
import { columns, milliseconds, plural, seconds } from '../../../src/report/format.js';
import { inspectText } from '../../../src/report/inspect-text.js';
import { probeText } from '../../../src/report/probe-text.js';
import { stepHeading, stepText } from '../../../src/report/step-text.js';
import { routesTable, routesText, upHeading, verdictsText } from '../../../src/report/up-text.js';
import { bundledPlan } from '../plan/plan-of.js';

/** What is read on a terminal without colours, line by line. */
const read = (text: string): readonly string[] => stripVTControlCharacters(text).split('\n');

const v4 = '192.0.2.53';
const v6 = '2001:db8:53::53';
const answer: Answer = {
  client: 'client1',
  service: 'dns',
  address: v4,
  instance: 'server-a',
  cost: 1,
  path: ['router1', 'server-a'],
  rttMs: 0.1234,
};

test('times are written as short as they are exact', (t) => {
  t.deepEqual([0, 0.04, 0.25, 9.94, 15.4, 999, 1000, 1254].map(milliseconds), [
    '0 ms',
    '<0.1 ms',
    '0.3 ms',
    '9.9 ms',
    '15 ms',
    '999 ms',
    '1.00 s',
    '1.25 s',
  ]);
  t.is(seconds(290), '0.29 s');
  t.deepEqual(
    [0, 1, 2].map((count) => plural(count, 'probe')),
    ['0 probes', '1 probe', '2 probes'],
  );
});

test('columns line up, whatever their colours, and end without blanks', (t) => {
  t.deepEqual(
    read(
      columns(
        ['A', 'LONGER'],
        [
          ['\u001B[32mfirst\u001B[39m', 'x'],
          ['y', 'z'],
        ],
      ),
    ),
    ['A      LONGER', 'first  x', 'y      z'],
  );
});

test('the catchment map says who answers, at which cost, on which way, how fast', (t) => {
  t.deepEqual(
    read(
      answersText([
        answer,
        { ...answer, client: 'c2', address: v6, instance: null, cost: null, path: [], rttMs: null },
      ]),
    ),
    [
      'CLIENT   ADDRESS          ANSWERED BY  COST  PATH                RTT',
      'client1  192.0.2.53       server-a     1     router1 > server-a  0.1 ms',
      'c2       2001:db8:53::53  nobody       -     -                   -',
    ],
  );
});

test('services are named where there are several, silent hops are stars', (t) => {
  const [head = '', , second = ''] = read(
    answersText([answer, { ...answer, service: 'web', path: ['router1', null, 'server-a'] }]),
  );
  t.regex(head, /CLIENT +SERVICE +ADDRESS/);
  t.regex(second, /client1 +web .* router1 > \* > server-a/);
  t.deepEqual(read(answersText([])), ['no client asks for a service in this lab']);
});

test('a lab that is up says how big it is and how long it took', (t) => {
  t.deepEqual(read(upHeading('mine', bundledPlan('figure3'), 987)), [
    'mine is up after 0.99 s: 7 nodes, 6 links  Single client after failure',
  ]);
  t.deepEqual(read(upHeading('mine', { ...bundledPlan('figure3'), title: undefined, links: [] }, 1000)), [
    'mine is up after 1.00 s: 7 nodes, 0 links',
  ]);
});

test('a router tells what it knows and which route it installed', (t) => {
  const route = {
    router: 'router1',
    service: 'dns',
    address: v4,
    alternatives: [
      { instance: 'server-a', cost: 1 },
      { instance: 'server-b', cost: 2 },
    ],
    paths: [],
    installed: [{ via: '10.0.0.5', interface: 'eth3', node: 'server-a' }],
    covering: null,
  };
  const hop = { via: 'fe80::1', interface: 'eth2', node: null };
  t.deepEqual(
    read(
      routesText([
        route,
        { ...route, router: 'router2', installed: [...route.installed, hop] },
        { ...route, router: 'router3', alternatives: [], installed: [] },
        {
          ...route,
          router: 'router4',
          alternatives: [],
          installed: [],
          covering: { prefix: '192.0.2.0/24', installed: route.installed },
        },
      ]),
    ),
    [
      'router1 knows 192.0.2.53 from server-a at 1, server-b at 2; it installed the route to server-a',
      'router2 knows 192.0.2.53 from server-a at 1, server-b at 2; it installed the route to server-a, fe80::1',
      'router3 knows 192.0.2.53 from no instance; it installed no route',
      'router4 knows 192.0.2.53 from no instance; it installed no route of its own to it, but the covering 192.0.2.0/24 to server-a',
    ],
  );
  t.deepEqual(read(routesText([route], 40)), [
    'router1 knows 192.0.2.53 from server-a',
    '  at 1, server-b at 2; it installed the',
    '  route to server-a',
  ]);
});

test('as a table, a router has one row for a service, and one for each address where they differ', (t) => {
  const route = {
    router: 'router1',
    service: 'dns',
    address: v4,
    alternatives: [{ instance: 'server-a', cost: 1 }],
    paths: [],
    installed: [{ via: '10.0.0.5', interface: 'eth3', node: 'server-a' }],
    covering: null,
  };
  const overV6 = { ...route, address: '2001:db8:53::53' };
  const covering = { prefix: '2001:db8::/32', installed: route.installed };
  t.deepEqual(
    read(
      routesTable([
        route,
        overV6,
        { ...route, router: 'router2', selection: { by: 'load', among: ['server-a', 'server-b'], weights: [1, 3] } },
        { ...overV6, router: 'router2', alternatives: [], installed: [], covering },
      ]),
    ),
    [
      'ROUTER   SERVICE              NEXT HOP                   KNOWS',
      'router1  dns                  server-a                   server-a at 1',
      'router2  dns 192.0.2.53       server-a                   server-a at 1; chooses by load among server-a 25 %, server-b 75 %',
      'router2  dns 2001:db8:53::53  server-a by 2001:db8::/32  no instance',
    ],
  );
});

test('verdicts say what was expected, and what was seen where it failed', (t) => {
  const text = 'client1 is answered by server-a';
  t.deepEqual(
    read(
      verdictsText([
        { text, verdict: 'pass' },
        { text, verdict: 'fail', seen: `no answer at ${v6}` },
      ]),
    ),
    [`pass  ${text}`, `FAIL  ${text}: saw no answer at ${v6}`],
  );
});

const change: ObservedChange = {
  client: 'client1',
  service: 'dns',
  address: v4,
  before: 'server-a',
  after: 'server-b',
  switchMs: 16,
  outageMs: 15.6,
  lost: 15,
  sent: 200,
  maxSendGapMs: 1.2,
  fates: { silent: 15 },
  wrong: 0,
  duplicates: 0,
  steadySinceMs: 16,
  watchedMs: 200,
  phases: null,
  isCollateral: false,
};
const step = {
  action: 'fail',
  target: 'server-a',
  how: 'crash',
  changes: [change],
  settled: true,
  settleMs: 40,
  resolutionMs: 1,
  pending: [],
} as const;
const told = (...changes: readonly ObservedChange[]): readonly string[] =>
  read(stepText({ ...step, changes })).slice(0, -1);

test('what a step does is said in words that fit the fault', (t) => {
  const heading = (action: 'fail' | 'restore', how: 'crash' | 'down' | 'stop' | 'drain'): string =>
    read(stepHeading({ action, target: 'x', how })).join();
  t.deepEqual(
    (['crash', 'down', 'stop', 'drain'] as const).flatMap((how) => [heading('fail', how), heading('restore', how)]),
    [
      '✗ x loses power',
      '✓ x is powered on again',
      '✗ x goes down',
      '✓ x comes up again',
      '✗ x stops answering',
      '✓ x answers again',
      '– x asks its neighbors to avoid it',
      '✓ x is in use again',
    ],
  );
  const machine = (name: string): string =>
    read(
      stepHeading({ action: 'restore', target: 'machine@away', how: 'crash', moved: [{ name, nodes: ['far'] }] }),
    ).join();
  t.deepEqual([machine('near'), machine('away')], ['✓ machine@away stays away', '✓ machine@away is powered on again']);
});

test('a switch from one instance to another tells its outage and loss, and how fine it was looked at', (t) => {
  t.deepEqual(read(stepText(step)), [
    '  client1  192.0.2.53  server-a -> server-b: 16 ms of outage, 15 of 200 probes lost',
    '  (never more than 1 ms between two probes of a flow: an outage shorter than that may go unseen)',
  ]);
});

test('a switch without loss, an outage without a switch, an end and a beginning of answers are told apart', (t) => {
  t.deepEqual(
    told(
      { ...change, lost: 0, outageMs: 0 },
      { ...change, after: 'server-a', switchMs: null, lost: 1, sent: 1, outageMs: 2 },
      { ...change, after: null, switchMs: null, outageMs: null },
      { ...change, before: null, outageMs: 1500 },
    ),
    [
      '  client1  192.0.2.53  server-a -> server-b: no outage, 0 of 200 probes lost',
      '  client1  192.0.2.53  still server-a: 2 ms of outage, 1 of 1 probe lost',
      '  client1  192.0.2.53  server-a -> nobody: no answer, 15 of 200 probes lost',
      '  client1  192.0.2.53  nobody -> server-b: answered again after 1.50 s, 15 of 200 probes lost',
    ],
  );
});

test('each flow has the name of its service where there are several', (t) => {
  const calm = { ...change, lost: 0, outageMs: 0 };
  t.deepEqual(told({ ...calm, service: 'dns' }, { ...calm, service: 'web', address: '192.0.2.80' }), [
    '  client1  dns  192.0.2.53  server-a -> server-b: no outage, 0 of 200 probes lost',
    '  client1  web  192.0.2.80  server-a -> server-b: no outage, 0 of 200 probes lost',
  ]);
});

test('flows that noticed nothing are counted, not listed', (t) => {
  const calm = { ...change, after: 'server-a', switchMs: null, outageMs: 0, lost: 0 };
  t.deepEqual(told(calm, change, { ...calm, client: 'client2' }).slice(1), ['  2 flows noticed nothing']);
  t.deepEqual(told(calm), ['  1 flow noticed nothing']);
  t.deepEqual(told(), ['  no client asks for a service in this lab']);
});

test('a step that did not settle says what is missing, the first things of it', (t) => {
  const text = stripVTControlCharacters(
    stepText({ ...step, settled: false, settleMs: 10_000, pending: ['one', 'two', 'three', 'four'] }),
  );
  t.regex(text, /^ {2}not settled after 10\.00 s: one; two; three$/m);
  const silent = { ...change, after: null, switchMs: null, outageMs: null };
  t.regex(
    stripVTControlCharacters(stepText({ ...step, settled: false, changes: [silent] })),
    /server-a -> nobody: no answer yet, 15 of 200/,
  );
});

const series: ProbeSeries = {
  client: 'client1',
  service: 'dns',
  address: v4,
  sourcePort: 40_001,
  sent: 300,
  lost: 20,
  rttMs: { median: 0.21, max: 3 },
  maxSendGapMs: 1.5,
  sendGapMs: { median: 1, p99: 1.2 },
  runs: [
    { instance: 'server-a', fromMs: 0, toMs: 100, probes: 100 },
    { instance: null, fromMs: 100, toMs: 120, probes: 20 },
    { instance: 'server-b', fromMs: 120, toMs: 2000, probes: 180 },
  ],
};

test('a timeline says who answered each flow from when to when', (t) => {
  t.deepEqual(read(probeText([series])), [
    'CLIENT   ADDRESS     PORT   SENT  LOST  RTT     WORST SEND GAP',
    'client1  192.0.2.53  40001  300   20    0.2 ms  1.5 ms',
    '',
    'client1 192.0.2.53',
    '  0 ms - 100 ms  server-a  100 probes',
    '  100 ms - 120 ms  nobody  20 probes',
    '  120 ms - 2.00 s  server-b  180 probes',
  ]);
});

test('a flow that nobody answered has no round-trip time', (t) => {
  const [, line = ''] = read(probeText([{ ...series, rttMs: null, lost: 300, runs: [] }]));
  t.regex(line, / 300 +300 +- +1\.5 ms$/);
});

const state: LabState = {
  topology: 'figure2',
  nodes: [
    {
      name: 'router1',
      kind: 'router',
      role: 'transit',
      routing: true,
      frrVersion: '10.3',
      state: 'up',
      endedDaemons: [],
      endedPrograms: [],
      interfaces: [
        { name: 'eth1', up: true, addresses: ['10.0.0.1/31', 'fd00::1/64'] },
        { name: 'eth2', up: false, addresses: ['10.0.0.2/31'] },
      ],
      processes: 4,
      residentMb: 21.5,
      redirects: ['sends', 'accepts'],
    },
    {
      name: 'server-a',
      kind: 'host',
      role: 'instance',
      routing: true,
      state: 'crashed',
      endedDaemons: [],
      endedPrograms: [],
      interfaces: [],
      processes: 0,
      residentMb: 0,
      redirects: [],
    },
  ],
  faults: [],
  routes: [],
  announcements: [],
};

test('a lab is told node by node: what it is, whether it runs, its interfaces and what it costs', (t) => {
  t.deepEqual(read(inspectText(state)), [
    'NODE      KIND      STATE    FRR   INTERFACES                   PROCESSES  MEMORY',
    'router1   router    up       10.3  eth1 10.0.0.1/31 fd00::1/64  4          21.5 MB',
    '                                   eth2 down 10.0.0.2/31',
    'server-a  instance  crashed                                     0          0 MB',
    '',
    'router1 sends and accepts ICMP redirects',
  ]);
});

test('what is announced, known and broken follows where there is any', (t) => {
  const text = stripVTControlCharacters(
    inspectText({
      ...state,
      announcements: [{ service: 'dns', instance: 'server-a', serving: true, announced: false }],
      routes: [
        { router: 'router1', service: 'dns', address: v4, alternatives: [], paths: [], installed: [], covering: null },
      ],
      faults: [{ target: 'server-a', how: 'crash' }],
    }),
  );
  t.regex(text, /SERVICE +INSTANCE +ANSWERS +ANNOUNCED\ndns +server-a +yes +no\n/);
  t.regex(text, /\n\nROUTER +SERVICE +NEXT HOP +KNOWS\nrouter1 +dns +none +no instance\n/);
  t.regex(text, /\n\nactive faults:\n✗ server-a \(crash\)$/);
});
