import { readTopology, up, type Lab, type ObservedChange } from '../../src/index.js';
import type { FaultKind } from '../../src/topology/model/fault.js';
import type { FaultSettings } from '../../src/topology/model/fault-settings.js';
import { heldFor, heldTopology, type HeldSession } from '../support/hold-times.js';
import type { Figure } from './figures.js';

const RUNS = 5;
const DRAIN_PROBES = 10_000;

/**
 * server-a is watched by what `link` says; server-b takes over. With `asn`, every router is a system of its own, and so
 * is each instance.
 */
const topology = (link: string, hasSystems = false): string => {
  const asn = (number: number): string => (hasSystems ? `, asn: ${String(number)}` : '');
  return `
name: bench-detectors
nodes:
  client1:  {kind: host}
  router1:  {kind: router${asn(65_001)}}
  router2:  {kind: router${asn(65_002)}}
  server-a: {kind: host${asn(65_101)}}
  server-b: {kind: host${asn(65_102)}}
links:
  - [client1, router1]
  - {endpoints: [router1, server-a], ${link}}
  - [router1, router2]
  - [router2, server-b]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b]}
`;
};

interface Cause {
  readonly target: string;
  readonly how: FaultKind;
  readonly settings?: FaultSettings;
  readonly family?: 'IPv4' | 'IPv6';
  readonly boundMs?: number;
  readonly runs?: number;
}

interface Row {
  readonly detector: string;
  readonly link: string;
  readonly hasSystems?: boolean;
  readonly causes: readonly Cause[];
}

const link = 'router1/server-a';
/**
 * Faults that no carrier tells: the link is silent, in one direction or both, or cut with others; the host stands
 * still.
 */
const silent = (more: Partial<Cause> = {}): readonly Cause[] => [
  { target: link, how: 'silence', ...more },
  // The deaf end has to tell the other one: no bound is stated for that.
  {
    target: 'router1:eth2',
    how: 'silence',
    ...more,
    ...(more.boundMs === undefined ? {} : { boundMs: 2 * more.boundMs }),
  },
  { target: 'router1+router2/server-a', how: 'partition', ...more },
  { target: link, how: 'impair', settings: { impairment: { loss: 1 } }, ...more },
  { target: 'server-a', how: 'freeze', ...more },
];

/** The table of docs/faults.md, row by row: who notices what, and how long nobody answers. */
const rows: readonly Row[] = [
  {
    detector: 'carrier, OSPF',
    link: 'cost: 1',
    causes: [
      { target: link, how: 'down', boundMs: 25 },
      { target: 'server-a', how: 'crash' },
    ],
  },
  {
    detector: 'carrier, eBGP',
    link: 'cost: 1',
    hasSystems: true,
    causes: [
      { target: link, how: 'down', boundMs: 50 },
      { target: 'server-a', how: 'crash' },
    ],
  },
  {
    detector: 'neighbor, at once',
    link: 'cost: 1',
    hasSystems: true,
    causes: [
      { target: 'bgpd@server-a', how: 'kill' },
      { target: 'service@server-a', how: 'withdraw' },
      { target: 'server-a', how: 'drain' },
    ],
  },
  {
    detector: 'BFD 10ms x 3, OSPF',
    link: 'bfd: {interval: 10ms, multiplier: 3}',
    causes: [...silent({ boundMs: 60 }), { target: 'bfdd@server-a', how: 'kill' }],
  },
  { detector: 'BFD 50ms x 3, OSPF', link: 'bfd: {interval: 50ms, multiplier: 3}', causes: silent({ boundMs: 180 }) },
  { detector: 'BFD 50ms x 3, eBGP', link: 'bfd: {interval: 50ms, multiplier: 3}', hasSystems: true, causes: silent() },
  {
    detector: 'OSPFv2 hello 100ms, dead 1s',
    link: 'cost: 1',
    causes: [...silent({ family: 'IPv4' }), { target: 'ospfd@server-a', how: 'kill', family: 'IPv4' }],
  },
  {
    detector: 'OSPFv3 hello 1s, dead 4s',
    link: 'cost: 1',
    causes: [
      ...silent({ family: 'IPv6', runs: 3 }),
      { target: 'ospf6d@server-a', how: 'kill', family: 'IPv6', runs: 3 },
    ],
  },
  { detector: 'BGP hold 3s', link: 'cost: 1', hasSystems: true, causes: silent({ runs: 3 }) },
  {
    detector: 'BGP hold 9s',
    link: 'bgp: {timers: datacenter}',
    hasSystems: true,
    causes: [{ target: link, how: 'silence', runs: 2 }],
  },
  {
    detector: 'watcher 100ms, fall 2, OSPF',
    link: 'cost: 1',
    causes: [
      { target: 'service@server-a', how: 'stop', boundMs: 350 },
      { target: 'service@server-a', how: 'hang' },
    ],
  },
  {
    detector: 'watcher 100ms, fall 2, eBGP',
    link: 'cost: 1',
    hasSystems: true,
    causes: [
      { target: 'service@server-a', how: 'stop' },
      { target: 'service@server-a', how: 'hang' },
    ],
  },
];

/** How long nobody answers, for each fault by who notices it; and how many questions are lost when it is restored. */
export async function detectors(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { detector, link: words, hasSystems, causes } of rows) {
    await withLab(topology(words, hasSystems), async (lab) => {
      const noise = await noiseFloor(lab);
      const lostOnReturn: number[] = [];
      for (const { target, how, settings, family, boundMs, runs = RUNS } of causes) {
        const outages: number[] = [];
        for (let run = 0; run < runs; run++) {
          const { changes } = await lab.fail(target, { how, settings, deadlineMs: 30_000 });
          outages.push(
            ...changes.filter((change) => isOf(change, family)).map((change) => change.outageMs ?? Infinity),
          );
          const restored = await lab.restore(target, { deadlineMs: 30_000 });
          lostOnReturn.push(...restored.changes.filter(({ before }) => before !== null).map((change) => change.lost));
        }
        figures.push({
          what: `outage, ${how} of ${target}, noticed by ${detector}`,
          unit: 'ms',
          values: outages,
          remark: noise,
          ...(boundMs === undefined ? {} : { bound: boundMs }),
        });
      }
      figures.push({
        what: `lost when they are restored, ${detector}`,
        unit: 'probes',
        values: lostOnReturn,
        bound: 0,
      });
    });
  }
  return figures;
}

/** With the timers of the internet, three minutes long: both ends, or one, lose all that they send. */
const held: readonly HeldSession[] = [
  { peer: 'peer1', keepaliveMs: 60_000, holdMs: 180_000, target: 'hub/peer1', how: 'silence' },
  { peer: 'peer2', keepaliveMs: 60_000, holdMs: 180_000, target: 'hub:eth2', how: 'silence' },
  {
    peer: 'peer3',
    keepaliveMs: 60_000,
    holdMs: 180_000,
    target: 'hub/peer3',
    how: 'impair',
    settings: { impairment: { loss: 1 } },
  },
];

/** How long BGP sessions outlive a silent link. */
export async function holdTimes(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  await withLab(heldTopology(held), async (lab) => {
    for (const {
      session: { target, holdMs, keepaliveMs },
      ms,
    } of await heldFor(lab, held, (held[0]?.holdMs ?? 0) + 5000)) {
      figures.push({
        what: `session outlives silence of ${target}, hold ${String(holdMs / 1000)} s`,
        unit: 's',
        values: [ms / 1000],
        floor: (holdMs - keepaliveMs) / 1000,
        bound: holdMs / 1000 + 1,
      });
    }
  });
  return figures;
}

/** Questions lost while a site is drained and comes back, over and over, in ten thousand. */
export async function drains(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [protocol, hasSystems] of [
    ['OSPF', false],
    ['BGP', true],
  ] as const) {
    await withLab(topology('cost: 1', hasSystems), async (lab) => {
      const probing = lab.probe({ rate: 1000, forMs: DRAIN_PROBES, client: 'client1' });
      const untilMs = performance.now() + DRAIN_PROBES;
      let drained = 0;
      while (performance.now() < untilMs) {
        await lab.fail('server-a', { how: 'drain' });
        await lab.restore('server-a');
        drained += 1;
      }
      const series = await probing;
      const sent = series.reduce((sum, each) => sum + each.sent, 0);
      const switches = series.reduce((sum, { runs }) => sum + runs.length - 1, 0);
      figures.push({
        what: `lost in ${String(sent)} probes while drained and restored ${String(drained)} times, ${protocol}`,
        unit: 'probes',
        values: [series.reduce((sum, each) => sum + each.lost, 0)],
        bound: 0,
        remark: `${String(switches)} changes of who answers`,
      });
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
      {
        what: 'added to a delay of 2 x 10 ms, median round trip',
        unit: 'ms',
        values: [median - 20 - before],
        remark: noise,
      },
      {
        what: 'added to a delay of 2 x 10 ms, worst round trip',
        unit: 'ms',
        values: [max - 20 - before],
        remark: noise,
      },
    );
    const router = lab.exec('router1', [process.execPath, '-e', SINK]);
    const address = (
      await lab.exec('router1', ['sh', '-c', "ip -o -4 address show dev eth1 | sed 's/.*inet \\([0-9.]*\\).*/\\1/'"])
    ).stdout.trim();
    await lab.exec('client1', [process.execPath, '-e', SOURCE, address]);
    figures.push({
      what: 'TCP through a delay of 2 x 10 ms',
      unit: 'Mbit/s',
      values: [Number((await router).stdout)],
      remark: by,
    });
  });
  return figures;
}

function isOf({ address }: ObservedChange, family: Cause['family']): boolean {
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
