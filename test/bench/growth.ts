import { loadavg } from 'node:os';
import { readTopology, up, type UpEvent } from '../../src/index.js';
import type { Figure } from './figures.js';
import { ringTopology } from './ring.js';

interface RingSize {
  readonly routers: number;
  readonly clients?: number;
  readonly boundMs?: number;
}

/** What a lab still lacks of its neighbors, and not of its routes. */
const OF_NEIGHBORS: ReadonlySet<string> = new Set(['adjacency', 'gone-neighbor', 'undescribed', 'bfd', 'daemons']);

/** How the time that a lab takes to come up grows with its routers, by phase. */
export async function growth(sizes: readonly RingSize[]): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const size of sizes) figures.push(...(await ring(size)));
  return figures;
}

async function ring({ routers, clients = 4, boundMs }: RingSize): Promise<readonly Figure[]> {
  const reading = readTopology(ringTopology(routers, clients), `ring${String(routers)}.yml`);
  if (!('topology' in reading)) throw new Error(reading.problems.map(({ message }) => message).join('\n'));
  const [load = NaN] = loadavg();
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
    { what: `${what}: down`, unit: 'ms', values: [downMs] },
    { what: `${what}: memory of a node that runs FRR`, unit: 'MB', values: speaking },
  ];
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
