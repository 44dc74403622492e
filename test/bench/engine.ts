import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTopology, up, type Lab, type ProbeSeries } from '../../src/index.js';
import type { Figure } from './figures.js';

const CLIENTS = 100;
const ROUTERS = 6;
const INSTANCES = ['a', 'b', 'c'];
const RUNS = 5;
const FOR_MS = 5000;
const RATE_OF_ALL = 200;
const RATE_OF_ONE = 1000;
const FAST_CLIENT = 'client1';
/** What clock ticks /proc counts in: a hundred a second on every Linux (proc(5)). */
const TICKS_PER_SECOND = 100;

/** A ring of routers with an instance at every other one, and all the clients around it. */
function crowd(): string {
  const name = (kind: string, index: number): string => `${kind}${String(1 + index)}`;
  const routers = Array.from({ length: ROUTERS }, (_, index) => name('router', index));
  const router = (index: number): string => routers[index % ROUTERS] ?? '';
  const clients = Array.from({ length: CLIENTS }, (_, index) => name('client', index));
  const instances = INSTANCES.map((letter) => `server-${letter}`);
  return [
    'name: bench-engine',
    'nodes:',
    ...routers.map((each) => `  ${each}: {kind: router}`),
    ...[...instances, ...clients].map((each) => `  ${each}: {kind: host}`),
    'links:',
    ...routers.map((each, index) => `  - [${each}, ${router(index + 1)}]`),
    ...instances.map((each, index) => `  - [${each}, ${router(2 * index)}]`),
    ...clients.map((each, index) => `  - [${each}, ${router(index)}]`),
    'anycast:',
    `  service: {addresses: [192.0.2.53], instances: [${instances.join(', ')}]}`,
    '',
  ].join('\n');
}

/**
 * How many probes the engine sends and has answered in one lab, all that agent and instances do included: a hundred
 * clients at one pace, and one of them at a pace of 1 ms besides.
 */
export async function engine(): Promise<readonly Figure[]> {
  const reading = readTopology(crowd(), 'engine.yml');
  if (!('topology' in reading)) throw new Error(reading.problems.map(({ message }) => message).join('\n'));
  const { lab } = await up(reading.topology, { runtime: 'netns' });
  try {
    const runs: Run[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await probeAll(lab));
    const row = (what: string, unit: string, value: (run: Run) => number, limits: Partial<Figure> = {}): Figure => ({
      what,
      unit,
      values: runs.map(value),
      ...limits,
    });
    return [
      row(`probes over ${String(CLIENTS)} clients`, 'a second', ({ series }) => (1000 * sum(series, 'sent')) / FOR_MS, {
        floor: 20_000,
      }),
      row('share of them answered', '%', ({ series }) => 100 - (100 * sum(series, 'lost')) / sum(series, 'sent'), {
        floor: 100,
      }),
      row('p99 send gap of the flow of 1 ms', 'ms', ({ fast }) => fast?.sendGapMs?.p99 ?? NaN, { bound: 3 }),
      row('longest send gap of the flow of 1 ms', 'ms', ({ fast }) => fast?.maxSendGapMs ?? NaN),
      row('median round trip, the median flow', 'ms', ({ series }) =>
        quantile(
          series.map(({ rttMs }) => rttMs?.median ?? NaN),
          0.5,
        ),
      ),
      row('worst round trip, p99 of the flows', 'ms', ({ series }) =>
        quantile(
          series.map(({ rttMs }) => rttMs?.max ?? NaN),
          0.99,
        ),
      ),
      row(`CPU time of the agent in ${String(FOR_MS / 1000)} s`, 's', ({ cpuSeconds }) => cpuSeconds),
    ];
  } finally {
    await lab.down();
  }
}

interface Run {
  readonly series: readonly ProbeSeries[];
  readonly fast: ProbeSeries | undefined;
  readonly cpuSeconds: number;
}

async function probeAll(lab: Lab): Promise<Run> {
  const before = agentCpuSeconds(lab);
  const [all, fast] = await Promise.all([
    lab.probe({ rate: RATE_OF_ALL, forMs: FOR_MS }),
    lab.probe({ rate: RATE_OF_ONE, forMs: FOR_MS, client: FAST_CLIENT }),
  ]);
  return { series: [...all, ...fast], fast: fast[0], cpuSeconds: agentCpuSeconds(lab) - before };
}

/** User and system time of the agent's threads: probes, answers, and most of what the kernel forwards for them. */
function agentCpuSeconds(lab: Lab): number {
  const record = JSON.parse(
    readFileSync(join(process.env['NEARCAST_STATE_DIR'] ?? '', lab.name, 'lab.json'), 'utf8'),
  ) as { agentPid: number };
  const stat = readFileSync(`/proc/${String(record.agentPid)}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function sum(series: readonly ProbeSeries[], key: 'sent' | 'lost'): number {
  return series.reduce((total, each) => total + each[key], 0);
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN;
}
