import { conditionAfter } from '../../src/predict/changes.js';
import { predictedCoursesOf } from '../../src/picture/predicted-courses.js';
import { nothingBroken } from '../../src/forecast/condition.js';
import { planLab } from '../../src/plan/plan.js';
import { networkOf, untestedReport, type TestReport } from '../../src/scenario/test-report.js';
import type { TestedStep } from '../../src/scenario/step-report.js';
import { LabError } from '../../src/errors.js';
import { readTopology } from '../../src/topology/read.js';
import type { Tested } from '../../src/view/recordings-file.js';
import { aFlowRecord } from './a-flow-record.js';
import { aChange } from './a-test-report.js';

/** From a fault until clients have their new answer, in a test that was not played. */
export const outageMs = 40;
/** When the first step is done, and from one to the next. */
export const everyMs = 5000;

interface RecordedTest extends Tested {
  readonly played: NonNullable<Tested['played']>;
}

/** A test as it would have gone if all went as predicted: its file, and its report. */
export function aRecordedTest(text: string): RecordedTest {
  const reading = readTopology(text, 'recorded.yml');
  if ('problems' in reading) throw new LabError('TOPOLOGY_INVALID', JSON.stringify(reading.problems));
  const { topology } = reading;
  const plan = planLab(topology);
  const first = predictedCoursesOf(plan, nothingBroken());
  let now = first;
  const changes = topology.scenario.flatMap((step) => (step.kind === 'change' ? [step] : []));
  const steps = changes.map(({ title, parts }, nth): TestedStep => {
    const before = now;
    now = predictedCoursesOf(
      plan,
      conditionAfter(
        plan,
        changes.slice(0, nth + 1).flatMap((each) => each.parts),
      ),
    );
    const atMs = (nth + 1) * everyMs;
    const flows = before.map((course, flow) => {
      const who = (instance: string | null): string => instance ?? 'silent';
      const after = now.find(({ client, address }) => client === course.client && address === course.address);
      const moved = after?.instance !== course.instance;
      return {
        ...aFlowRecord({
          client: course.client,
          address: course.address,
          sourcePort: 40_000 + flow,
          untilMs: atMs + 10 * outageMs,
          everyMs: 10,
          spans: [
            { fromMs: atMs - 100, who: who(course.instance) },
            ...(moved
              ? [
                  { fromMs: atMs, who: 'silent' },
                  { fromMs: atMs + outageMs, who: who(after?.instance ?? null) },
                ]
              : []),
          ],
        }),
        service: course.service,
      };
    });
    const [{ action, target }] = parts as readonly [(typeof parts)[number]];
    const fault = { atMs, kind: action === 'fail' ? 'fault' : 'repair', node: null, text: title } as const;
    return {
      title,
      verdicts: [{ text: `after ${title}, it is as it should be`, verdict: 'fail', seen: '<b>something else</b>' }],
      report: aChange({ action, how: 'crash', target, atMs, settleMs: outageMs, flows, events: [fault] }),
    };
  });
  const report: TestReport = {
    ...untestedReport(topology.name, new LabError('BUG', '')),
    error: undefined,
    title: topology.title,
    network: networkOf(topology),
    answers: first.map((course) => ({ ...course, cost: null, rttMs: 0.3 })),
    steps,
    runs: 1,
  };
  return { played: { plan, scenario: topology.scenario }, report };
}

/** A large network in three tiers: 10 servers and 10 routers in a ring, 80 routers at them, 400 clients. */
export function largeNetwork(): string {
  const of = (count: number): readonly number[] => Array.from({ length: count }, (_, nth) => nth);
  const nodes = [
    ...of(10).flatMap((nth) => [`core${String(nth)}: {kind: router}`, `server${String(nth)}: {kind: host}`]),
    ...of(80).map((nth) => `edge${String(nth)}: {kind: router}`),
    ...of(400).map((nth) => `client${String(nth)}: {kind: host}`),
  ];
  const links = [
    ...of(10).flatMap((nth) => [
      `[core${String(nth)}, core${String((nth + 1) % 10)}]`,
      `[core${String(nth)}, server${String(nth)}]`,
    ]),
    ...of(80).map((nth) => `[core${String(nth % 10)}, edge${String(nth)}]`),
    ...of(400).map((nth) => `[edge${String(nth % 80)}, client${String(nth)}]`),
  ];
  const servers = of(10).map((nth) => `server${String(nth)}`);
  return [
    'name: large',
    'nodes:',
    ...nodes.map((each) => `  ${each}`),
    'links:',
    ...links.map((each) => `  - ${each}`),
    `anycast: {dns: {addresses: [192.0.2.53], instances: [${servers.join(', ')}]}}`,
    'scenario: [{fail: server0}, {restore: server0}, {fail: core3}]',
    '',
  ].join('\n');
}
