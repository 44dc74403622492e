import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { readTopology, up, type Lab, type UpEvent } from '../../src/index.js';
import type { Figure } from './figures.js';
import { ringTopology } from './ring.js';

interface RingSize {
  readonly routers: number;
  readonly clients?: number;
  readonly boundMs?: number;
  /** Of the machine's memory, less than before. */
  readonly memoryBoundMb?: number;
  readonly downBoundMs?: number;
}

/** Beyond settling, what a fault of a large lab may take to be reported. */
const REPORT_BOUND_MS = 2000;
/** From here on the lab is broken and asked, too. */
const LARGE = 200;

/** What a lab still lacks of its neighbors, and not of its routes. */
const OF_NEIGHBORS: ReadonlySet<string> = new Set(['adjacency', 'gone-neighbor', 'undescribed', 'bfd', 'daemons']);

/** How the time that a lab takes to come up grows with its routers, by phase. */
export async function growth(sizes: readonly RingSize[]): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const size of sizes) figures.push(...(await ring(size)));
  return figures;
}

async function ring({
  routers,
  clients = 4,
  boundMs,
  memoryBoundMb,
  downBoundMs,
}: RingSize): Promise<readonly Figure[]> {
  const reading = readTopology(ringTopology(routers, clients), `ring${String(routers)}.yml`);
  if (!('topology' in reading)) throw new Error(reading.problems.map(({ message }) => message).join('\n'));
  const [load = NaN] = loadavg();
  const freeBeforeMb = availableMb();
  const startedAtMs = performance.now();
  const phases = new Map<string, number>();
  const { lab, result } = await up(reading.topology, {
    name: `bench-ring${String(routers)}`,
    onEvent: (event) => {
      phases.set(phaseOf(event), performance.now() - startedAtMs);
    },
  });
  const what = `${String(routers)} routers, ${String(result.links)} links`;
  const { nodes } = await lab.inspect([]);
  const speaking = nodes.filter((node) => node.routing).map((node) => node.residentMb);
  const takenMb = freeBeforeMb - availableMb();
  const asked = routers < LARGE ? [] : await used(lab, what);
  const downFromMs = performance.now();
  await lab.down();
  const downMs = performance.now() - downFromMs;
  return [
    {
      what: `${what}: up, converged and answering`,
      unit: 'ms',
      values: [result.timings.totalMs],
      remark: `${phasesText(phases)}; load before ${load.toFixed(1)}`,
      ...(boundMs === undefined ? {} : { bound: boundMs }),
    },
    {
      what: `${what}: memory that it took from the machine`,
      unit: 'MB',
      values: [takenMb],
      ...(memoryBoundMb === undefined ? {} : { bound: memoryBoundMb }),
    },
    ...asked,
    {
      what: `${what}: down`,
      unit: 'ms',
      values: [downMs],
      ...(downBoundMs === undefined ? {} : { bound: downBoundMs }),
    },
    { what: `${what}: memory of a node that runs FRR`, unit: 'MB', values: speaking },
  ];
}

/** How a large lab is to use: who answers whom, and a broken link. */
async function used(lab: Lab, what: string): Promise<readonly Figure[]> {
  const askedAtMs = performance.now();
  await lab.who();
  const whoMs = performance.now() - askedAtMs;
  const brokenAtMs = performance.now();
  const { settled, settleMs } = await lab.fail('r1/r2');
  const failMs = performance.now() - brokenAtMs;
  return [
    { what: `${what}: who`, unit: 'ms', values: [whoMs] },
    {
      what: `${what}: fail of a link, after it had settled`,
      unit: 'ms',
      values: [failMs - settleMs],
      bound: REPORT_BOUND_MS,
      remark: settled ? `settled after ${String(Math.round(settleMs))} ms` : 'not settled',
    },
  ];
}

/** What the machine could still give to programs, in MB of 2^20 bytes. */
function availableMb(): number {
  const kilobytes = /^MemAvailable: +(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

/** The phase that has got further with an event; each lasts from the end of the one before. */
function phaseOf(event: UpEvent): string {
  if (event.kind !== 'deploy') return event.kind === 'prepare' ? 'preparing' : 'answers';
  const { phase, lacking } = event.progress;
  if (phase !== 'converging') return { containers: phase, namespaces: phase, routers: 'daemons', links: phase }[phase];
  return lacking !== undefined && OF_NEIGHBORS.has(lacking.kind) ? 'adjacencies' : 'SPF and routes';
}

function phasesText(phases: ReadonlyMap<string, number>): string {
  let beforeMs = 0;
  return ['namespaces', 'daemons', 'links', 'adjacencies', 'SPF and routes', 'answers']
    .flatMap((phase) => {
      const atMs = phases.get(phase);
      if (atMs === undefined) return [];
      const text = `${phase} ${String(Math.round(atMs - beforeMs))} ms`;
      beforeMs = atMs;
      return [text];
    })
    .join(', ');
}
