import type { Verdict } from '../../src/assert/verdict.js';
import { LabError } from '../../src/errors.js';
import type { ObservedChange } from '../../src/protocol/observations.js';
import type { FlowRecord, Noise, OutagePhases, TimelineEvent } from '../../src/protocol/timeline.js';
import type { ChangeReport, LookReport } from '../../src/scenario/step-report.js';
import type { Network } from '../../src/picture/network.js';
import type { Percentiles, TestReport } from '../../src/scenario/test-report.js';
import { measureOutage } from '../../src/measure/outage.js';
import { aFlowRecord, type FlowSpan } from './a-flow-record.js';

const v4 = '192.0.2.53';
const v6 = '2001:db8:53::53';

const network: Network = {
  nodes: [
    { name: 'client1', kind: 'host', role: 'client' },
    { name: 'client2', kind: 'host', role: 'client' },
    { name: 'router1', kind: 'router', role: 'transit' },
    { name: 'router2', kind: 'router', role: 'transit' },
    { name: 'router3', kind: 'router', role: 'transit' },
    { name: 'exchange', kind: 'switch', role: 'transit' },
    { name: 'server-a', kind: 'host', role: 'instance' },
    { name: 'server-b', kind: 'host', role: 'instance' },
    { name: 'server-c', kind: 'host', role: 'instance' },
  ],
  links: [
    { a: 'client1', b: 'router1', cost: 1 },
    { a: 'client2', b: 'exchange', cost: 1 },
    { a: 'exchange', b: 'router3', cost: 1 },
    { a: 'router1', b: 'router2', cost: 1 },
    { a: 'router2', b: 'router3', cost: 10 },
    { a: 'router1', b: 'router3', cost: 25 },
    { a: 'router1', b: 'server-a', cost: 1 },
    { a: 'router2', b: 'server-b', cost: 1 },
    { a: 'router3', b: 'server-c', cost: 1 },
  ],
};

/** A noise that a quiet machine has; `maxMs` is its longest gap. */
function aNoise(maxMs = 3.4): Noise {
  return { sendGapMs: { median: 2, p99: 2.6, max: maxMs }, calibratedGapMs: 3.1, stealMs: 0, cpuPressureMs: 14 };
}

/** What a step's flow came to, worked out from its probes as a lab does. */
function changeOf(flow: FlowRecord, atMs: number, phases: OutagePhases | null = null): ObservedChange {
  const probes = flow.runs.flatMap(({ instance, probes: count, fromMs, toMs }) =>
    Array.from({ length: count }, (_, nth) => ({
      instance,
      sentAtMs: count === 1 ? fromMs : fromMs + ((toMs - fromMs) * nth) / (count - 1),
    })),
  );
  const answered = flow.runs.filter(({ fate }) => fate === 'answered');
  const before = answered.findLast(({ fromMs }) => fromMs < atMs)?.instance ?? null;
  const last = flow.runs.at(-1);
  const after = last?.instance ?? null;
  const fates: Record<string, number> = {};
  for (const { fate, probes: count } of flow.runs) if (fate !== 'answered') fates[fate] = (fates[fate] ?? 0) + count;
  const { outageMs, lost, sent, maxSendGapMs } = measureOutage(probes);
  const moved = after !== null && after !== before;
  return {
    client: flow.client,
    service: flow.service,
    address: flow.address,
    before,
    after,
    switchMs: moved ? (last?.fromMs ?? atMs) - atMs : null,
    outageMs,
    lost,
    sent,
    maxSendGapMs,
    fates,
    wrong: 0,
    duplicates: 0,
    steadySinceMs: after === null ? null : Math.max(0, (last?.fromMs ?? atMs) - atMs),
    watchedMs: (last?.toMs ?? atMs) - atMs,
    phases,
    isCollateral: false,
  };
}

interface ChangeOptions {
  readonly action?: ChangeReport['action'];
  readonly how: ChangeReport['how'];
  readonly target: string;
  readonly atMs: number;
  readonly settleMs: number;
  readonly flows: readonly FlowRecord[];
  readonly events: readonly TimelineEvent[];
  readonly phases?: readonly (OutagePhases | null)[];
}

/** A step that changed something, from its flows and events. */
export function aChange({
  action = 'fail',
  how,
  target,
  atMs,
  settleMs,
  flows,
  events,
  phases = [],
}: ChangeOptions): ChangeReport {
  const changes = flows.map((flow, nth) => changeOf(flow, atMs, phases[nth] ?? null));
  return {
    kind: 'change',
    action,
    target,
    how,
    changes,
    settled: true,
    settleMs,
    resolutionMs: 3.4,
    pending: [],
    atMs,
    flows,
    events,
    noise: aNoise(),
  };
}

function flowsAt(atMs: number, untilMs: number, spans: readonly (readonly FlowSpan[])[]): readonly FlowRecord[] {
  return [
    ['client1', v4, 40001],
    ['client1', v6, 40002],
    ['client2', v4, 40003],
    ['client2', v6, 40004],
  ].map(([client, address, sourcePort], nth) =>
    aFlowRecord({
      client: String(client),
      address: String(address),
      sourcePort: Number(sourcePort),
      untilMs: atMs + untilMs,
      spans: (spans[nth] ?? []).map(({ fromMs, who }) => ({ who, fromMs: atMs + fromMs })),
    }),
  );
}

function event(
  atMs: number,
  kind: TimelineEvent['kind'],
  node: string | null,
  text: string,
  prefix?: string,
): TimelineEvent {
  return { atMs, kind, node, text, prefix };
}

const before = (who: string): FlowSpan => ({ fromMs: -300, who });

function failServer(): ChangeReport {
  const atMs = 2140.25;
  return aChange({
    how: 'crash',
    target: 'server-a',
    atMs,
    settleMs: 431,
    flows: flowsAt(atMs, 2000, [
      [
        before('server-a'),
        { fromMs: 1.2, who: 'silent' },
        { fromMs: 31, who: 'unreachable' },
        { fromMs: 212.4, who: 'server-b' },
      ],
      [
        before('server-a'),
        { fromMs: 1.2, who: 'silent' },
        { fromMs: 74, who: 'loop' },
        { fromMs: 163, who: 'silent' },
        { fromMs: 431, who: 'server-b' },
      ],
      [before('server-c')],
      [before('server-c')],
    ]),
    events: [
      event(atMs, 'fault', 'server-a', 'loses power'),
      event(atMs + 2.1, 'link', 'router1', 'eth3 down'),
      event(atMs + 8.4, 'daemon', 'router1', 'ospfd: neighbor server-a down'),
      event(atMs + 9.2, 'daemon', 'router1', 'ospf6d: neighbor server-a down'),
      event(atMs + 31, 'route', 'router1', `${v4}/32 withdrawn`, `${v4}/32`),
      event(atMs + 74, 'route', 'router1', `${v6}/128 via router2`, `${v6}/128`),
      event(atMs + 204, 'route', 'router1', `${v4}/32 via router2`, `${v4}/32`),
      event(atMs + 163, 'route', 'router2', `${v6}/128 withdrawn`, `${v6}/128`),
      event(atMs + 422, 'route', 'router2', `${v6}/128 via server-b`, `${v6}/128`),
      event(atMs + 1310, 'route', 'router3', `${v4}/32 via router2`, `${v4}/32`),
    ].sort((one, other) => one.atMs - other.atMs),
    phases: [
      { detectionMs: 2.1, propagationMs: 28.9, installationMs: 173, answerMs: 8.4 },
      { detectionMs: 2.1, propagationMs: 71.9, installationMs: 348, answerMs: 9 },
      null,
      null,
    ],
  });
}

function lookAgain(): LookReport {
  const seen = [v4, v6].flatMap((address, nth) =>
    ['client1', 'client2'].map((client) => ({
      kind: 'dns' as const,
      client,
      service: 'dns',
      address,
      sourcePort: 40100 + nth,
      atMs: 5012,
      fate: 'answered' as const,
      instance: client === 'client1' ? 'server-b' : 'server-c',
      rttMs: 0.61,
      status: null,
      output: '',
      path: [],
      cost: null,
    })),
  );
  return { kind: 'look', action: 'expect', target: 'client1, client2', atMs: 5011, heldMs: 1.8, seen };
}

function restoreServer(): ChangeReport {
  const atMs = 5230.5;
  return aChange({
    action: 'restore',
    how: 'crash',
    target: 'server-a',
    atMs,
    settleMs: 1460,
    flows: flowsAt(atMs, 2400, [
      [before('server-b'), { fromMs: 1212, who: 'server-a' }],
      [before('server-b'), { fromMs: 1391, who: 'refused' }, { fromMs: 1405, who: 'server-a' }],
      [before('server-c')],
      [before('server-c')],
    ]),
    events: [
      event(atMs, 'repair', 'server-a', 'is powered on again'),
      event(atMs + 3, 'link', 'router1', 'eth3 up'),
      event(atMs + 41, 'service', 'server-a', 'dns answers on UDP and TCP'),
      event(atMs + 1204, 'daemon', 'router1', 'ospfd: neighbor server-a full'),
      event(atMs + 1208, 'route', 'router1', `${v4}/32 via server-a`, `${v4}/32`),
      event(atMs + 1386, 'daemon', 'router1', 'ospf6d: neighbor server-a full'),
      event(atMs + 1389, 'route', 'router1', `${v6}/128 via server-a`, `${v6}/128`),
    ],
    phases: [null, { detectionMs: 3, propagationMs: 1386, installationMs: 0, answerMs: 16 }, null, null],
  });
}

function drainServer(): ChangeReport {
  const atMs = 8012;
  return aChange({
    how: 'drain',
    target: 'server-c',
    atMs,
    settleMs: 96,
    flows: flowsAt(atMs, 900, [
      [before('server-a')],
      [before('server-a')],
      [before('server-c'), { fromMs: 58, who: 'server-b' }],
      [before('server-c'), { fromMs: 61, who: 'silent' }, { fromMs: 72, who: 'server-b' }],
    ]),
    events: [
      event(atMs, 'fault', 'server-c', 'asks its neighbors to avoid it'),
      event(atMs + 22, 'daemon', 'server-c', 'bgpd: GRACEFUL_SHUTDOWN on dns'),
      event(atMs + 55, 'route', 'router3', `${v4}/32 via router2`, `${v4}/32`),
      event(atMs + 60, 'route', 'router3', `${v6}/128 via router2`, `${v6}/128`),
    ],
    phases: [null, null, null, { detectionMs: 22, propagationMs: 33, installationMs: 5, answerMs: 12 }],
  });
}

function percentilesOf(text: string, unit: Percentiles['unit'], values: readonly number[]): Percentiles {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { text, unit, values, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

const wave = (base: number, swing: number): readonly number[] =>
  Array.from(
    { length: 20 },
    (_, nth) => Math.round((base + (swing * ((nth * 7) % 20)) / 20 + (nth === 13 ? swing : 0)) * 10) / 10,
  );

const initial: readonly Verdict[] = [
  { text: 'client1 is answered by server-a', verdict: 'pass' },
  { text: 'client2 is answered by server-c', verdict: 'pass' },
];
const afterFail: readonly Verdict[] = [
  { text: 'after fail server-a, client1 is answered by server-b within 5s', verdict: 'pass' },
  { text: 'after fail server-a, no outage is longer than 250ms', verdict: 'fail', seen: `430ms for client1 at ${v6}` },
];
const afterLook: readonly Verdict[] = [{ text: 'client1 is answered by server-b within 1s', verdict: 'pass' }];
const afterRestore: readonly Verdict[] = [
  { text: 'after restore server-a, client1 is answered by server-a within 5s', verdict: 'pass' },
  {
    text: 'after restore server-a, no outage is longer than 15ms',
    verdict: 'inconclusive',
    seen: '14ms, with up to 3ms between two probes',
  },
];
const afterDrain: readonly Verdict[] = [
  { text: 'after drain server-c, client2 is answered by server-b within 1s', verdict: 'pass' },
  { text: 'after drain server-c, no flow loses more than 0 probes', verdict: 'fail', seen: `5 for client2 at ${v6}` },
];

/** A topology with a scenario of every kind of step, whose verdicts are of every kind. */
export function aTestReport(): TestReport {
  const answer = (
    client: string,
    address: string,
    instance: string,
    path: readonly string[],
    cost: number,
    rttMs: number,
  ) => ({ client, service: 'dns', address, instance, cost, path, rttMs });
  return {
    topology: 'three-sites',
    title: 'Two clients between three sites',
    startedAt: '2026-01-02T03:04:05.000Z',
    network,
    verdicts: [...initial, ...afterFail, ...afterLook, ...afterRestore, ...afterDrain],
    answers: [
      answer('client1', v4, 'server-a', ['router1', 'server-a'], 1, 0.41),
      answer('client1', v6, 'server-a', ['router1', 'server-a'], 1, 0.44),
      answer('client2', v4, 'server-c', ['router3', 'server-c'], 1, 0.52),
      answer('client2', v6, 'server-c', ['router3', 'server-c'], 1, 0.57),
    ],
    steps: [
      {
        title: 'fail server-a',
        report: failServer(),
        verdicts: afterFail,
        capture: 'captures/three-sites-1-fail-server-a.pcapng',
      },
      { title: 'expect', report: lookAgain(), verdicts: afterLook },
      { title: 'restore server-a', report: restoreServer(), verdicts: afterRestore },
      { title: 'drain server-c', report: drainServer(), verdicts: afterDrain },
    ],
    timings: { upMs: 1312, scenarioMs: 8914, downMs: 208, waitingMs: 2304 },
    noise: aNoise(3.1),
    runs: 20,
    percentiles: [
      percentilesOf(`outage of client1 at ${v4} after fail server-a`, 'ms', wave(188, 40)),
      percentilesOf(`outage of client1 at ${v6} after fail server-a`, 'ms', wave(372, 70)),
      percentilesOf(`outage of client1 at ${v6} after restore server-a`, 'ms', wave(9, 9)),
      percentilesOf(`probes lost by client2 at ${v6} after drain server-c`, 'probes', wave(2, 4).map(Math.round)),
    ],
    error: undefined,
  };
}

/** A topology that could not be tested. */
export function aBrokenReport(): TestReport {
  return {
    ...aTestReport(),
    topology: 'big-ring',
    title: undefined,
    network: {
      nodes: [1, 2, 3, 4].map((nth) => ({
        name: `router${String(nth)}`,
        kind: 'router' as const,
        role: 'transit' as const,
      })),
      links: [1, 2, 3, 4].map((nth) => ({ a: `router${String(nth)}`, b: `router${String((nth % 4) + 1)}`, cost: 1 })),
    },
    verdicts: [],
    answers: [],
    steps: [],
    percentiles: [],
    runs: 1,
    noise: null,
    timings: { upMs: 30_214, scenarioMs: 0, downMs: 180, waitingMs: 0 },
    error: new LabError(
      'NOT_CONVERGED',
      'routing did not converge within 30s: router2: no IPv6 route to 2001:db8:53::53',
      { hint: 'check whether the machine is short of CPU time: nearcast doctor' },
    ),
  };
}

export function testReports(): readonly TestReport[] {
  return [aTestReport(), aBrokenReport()];
}
