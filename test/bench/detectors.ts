import { readTopology, up, type Lab, type ObservedChange } from '../../src/index.js';
import type { FaultKind } from '../../src/topology/model.js';
import type { Figure } from './figures.js';

const RUNS = 7;

/** server-a is watched by what `link` says; server-b takes over. */
const topology = (link: string): string => `
name: bench-detectors
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - {endpoints: [router1, server-a], ${link}}
  - [router1, router2]
  - [router2, server-b]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b]}
`;

interface Row {
  readonly detector: string;
  readonly link: string;
  readonly faults: readonly (readonly [target: string, how: FaultKind, boundMs: number | undefined])[];
  readonly family?: 'IPv4' | 'IPv6';
}

const silentLink = ['router1/server-a', 'silence'] as const;
const frozenHost = ['server-a', 'freeze'] as const;

const rows: readonly Row[] = [
  { detector: 'BFD 10ms x 3', link: 'bfd: {interval: 10ms, multiplier: 3}', faults: [[...silentLink, 60], [...frozenHost, 60]] },
  { detector: 'BFD 50ms x 3', link: 'bfd: {interval: 50ms, multiplier: 3}', faults: [[...silentLink, 180], [...frozenHost, 180]] },
  { detector: 'OSPFv2 hello 100ms, dead 1s', link: 'cost: 1', family: 'IPv4', faults: [[...silentLink, undefined]] },
  { detector: 'OSPFv3 hello 1s, dead 4s', link: 'cost: 1', family: 'IPv6', faults: [[...silentLink, undefined]] },
];

/** How long nobody answers, for faults that no carrier tells, by who notices them. */
export async function detectors(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { detector, link, faults, family } of rows) {
    await withLab(topology(link), async (lab) => {
      const noise = await noiseFloor(lab);
      for (const [target, how, boundMs] of faults) {
        const outages: number[] = [];
        for (let run = 0; run < RUNS; run++) {
          const { changes } = await lab.fail(target, { how, deadlineMs: 20_000 });
          outages.push(...changes.filter((change) => isOf(change, family)).map((change) => change.outageMs ?? Infinity));
          await lab.restore(target, { deadlineMs: 20_000 });
        }
        figures.push({
          what: `outage, ${how} of ${target}, noticed by ${detector}`,
          unit: 'ms',
          values: outages,
          remark: noise,
          ...(boundMs === undefined ? {} : { bound: boundMs }),
        });
      }
    });
  }
  return figures;
}

const SINK = `require('net').createServer(s=>{let n=0,t=Date.now();s.on('data',d=>n+=d.length);s.on('end',()=>{console.log(Math.round(n*8/(Date.now()-t)/1000));process.exit()})}).listen(5001)`;
const SOURCE = `const s=require('net').connect(5001,process.argv[1]);const b=Buffer.alloc(65536);const end=Date.now()+2000;const go=()=>{while(s.write(b)){if(Date.now()>end)break}if(Date.now()>end)s.end();else s.once('drain',go)};s.on('connect',go).on('error',()=>process.exit(1))`;

/** What a relay adds to the delay that was asked for, and how much gets through it. */
export async function relay(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  await withLab(topology('cost: 1'), async (lab) => {
    const [plain] = await lab.probe({ rate: 1000, forMs: 2000, client: 'client1' });
    const before = plain?.rttMs?.median ?? 0;
    await lab.fail('client1/router1', { how: 'impair', settings: { impairment: { delayMs: 10 } } });
    const by = (await lab.inspect([])).faults[0]?.by?.join(' and ') ?? '';
    const [slow] = await lab.probe({ rate: 1000, forMs: 2000, client: 'client1' });
    const { median = NaN, max = NaN } = slow?.rttMs ?? {};
    const noise = `${by}; the link alone: ${String(before)} ms`;
    figures.push(
      { what: 'added to a delay of 2 x 10 ms, median round trip', unit: 'ms', values: [median - 20 - before], remark: noise },
      { what: 'added to a delay of 2 x 10 ms, worst round trip', unit: 'ms', values: [max - 20 - before], remark: noise },
    );
    const router = lab.exec('router1', [process.execPath, '-e', SINK]);
    const address = (await lab.exec('router1', ['sh', '-c', "ip -o -4 address show dev eth1 | sed 's/.*inet \\([0-9.]*\\).*/\\1/'"])).stdout.trim();
    await lab.exec('client1', [process.execPath, '-e', SOURCE, address]);
    figures.push({ what: 'TCP through a delay of 2 x 10 ms', unit: 'Mbit/s', values: [Number((await router).stdout)], remark: by });
  });
  return figures;
}

function isOf({ address }: ObservedChange, family: Row['family']): boolean {
  return family === undefined || address.includes(':') === (family === 'IPv6');
}

async function noiseFloor(lab: Lab): Promise<string> {
  const [quiet] = await lab.probe({ rate: 1000, forMs: 2000 });
  const { median = NaN, p99 = NaN } = quiet?.sendGapMs ?? {};
  return `noise floor: send gap ${String(median)} ms median, ${String(p99)} ms p99, ${String(quiet?.maxSendGapMs)} ms worst`;
}

async function withLab(text: string, work: (lab: Lab) => Promise<void>): Promise<void> {
  const reading = readTopology(text, 'bench.yml');
  if (!('topology' in reading)) throw new Error(reading.problems.map(({ message }) => message).join('\n'));
  const { lab } = await up(reading.topology, { runtime: 'netns' });
  try {
    await work(lab);
  } finally {
    await lab.down();
  }
}
