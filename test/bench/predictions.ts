import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateNetwork, networkShapes, networkText, type NetworkShape } from '../../src/generate/network.js';
import { packageRoot } from '../../src/support/package-root.js';
import type { Figure } from './figures.js';

const RUNS = 9;
/** As many nodes as a file has whose prediction must be quick; its hosts are some of them. */
const NODES = 100;
const HOSTS = 6;
const PREDICT_BOUND_MS = 300;

/** `predict` as a whole process, for a file of a hundred nodes of each shape. */
export async function predictions(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const shape of networkShapes) {
    const file = fileOf(shape);
    figures.push({
      what: `predict, ${shape} of ${String(file.nodes)} nodes and ${String(file.links)} links, whole process`,
      unit: 'ms',
      values: await timed(file.path),
      bound: PREDICT_BOUND_MS,
    });
  }
  return figures;
}

function fileOf(shape: NetworkShape): { readonly path: string; readonly nodes: number; readonly links: number } {
  const network = generateNetwork({ seed: 4, shape, size: NODES - HOSTS });
  const path = join(process.env['NEARCAST_STATE_DIR'] ?? tmpdir(), '..', `${network.name}.yml`);
  writeFileSync(path, networkText(network));
  const hosts = network.clients.length + network.instances.length;
  return { path, nodes: network.routers.length + hosts, links: network.links.length + hosts };
}

async function timed(path: string): Promise<readonly number[]> {
  const values: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startedAt = performance.now();
    const child = spawn(process.execPath, ['dist/bin.js', 'predict', path], { cwd: packageRoot(), stdio: 'ignore' });
    const [status] = (await once(child, 'close')) as [number | null];
    if (status !== 0) throw new Error(`predict ${path} ended with status ${String(status)}`);
    values.push(performance.now() - startedAt);
  }
  return values;
}
