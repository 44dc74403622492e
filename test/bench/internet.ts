import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { generateAsGraph } from '../../src/generate/as-graph.js';
import { packageRoot } from '../../src/support/package-root.js';
import type { Figure } from './figures.js';

const RUNS = 7;
const MEMORY_EVERY_MS = 5;

/** Whole processes of `predict`: catchments of graphs of three sizes, and every failure of sixty systems of a lab. */
export async function internet(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'nearcast-bench-internet-'));
  try {
    const figures: Figure[] = [];
    for (const { ases, links, boundMs } of [
      { ases: 1000, links: 6700, boundMs: undefined },
      { ases: 10_000, links: 67_000, boundMs: undefined },
      { ases: 75_000, links: 500_000, boundMs: 600 },
    ]) {
      const text = generateAsGraph({ seed: 1, ases, links });
      const plain = join(folder, `${String(ases)}.txt`);
      writeFileSync(plain, text);
      const packed = `${plain}.gz`;
      writeFileSync(packed, gzipSync(text));
      const origins = Array.from({ length: 10 }, (_, nth) => String(ases - 1 - Math.floor((nth * ases) / 12))).join();
      const what = `predict --as-graph, ${String(ases)} systems, ${String(links)} links, ten sites`;
      const asked = ['--origins', origins, '--json'];
      figures.push(
        ...(await measured(`${what}: whole process`, ['--as-graph', plain, ...asked], boundMs, 250)),
        ...(await measured(`${what}, gzip: whole process`, ['--as-graph', packed, ...asked], boundMs, 250)),
        ...(await measured(
          `${what}, the loss of each: whole process`,
          ['--as-graph', plain, ...asked, '--all-failures'],
          boundMs === undefined ? undefined : boundMs + 300,
          250,
        )),
      );
    }
    figures.push(...(await measured('predict figure3: whole process', ['figure3', '--json'], 300)));
    figures.push(
      ...(await measured(
        'predict catchments --all-failures, 60 routers: whole process',
        ['catchments', '--all-failures', '--json'],
        2000,
      )),
    );
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(
  what: string,
  words: readonly string[],
  boundMs: number | undefined,
  boundMb?: number,
): Promise<readonly Figure[]> {
  const times: number[] = [];
  const memory: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { ms, mb } = await predicted(words);
    times.push(ms);
    memory.push(mb);
  }
  return [
    { what, unit: 'ms', values: times, ...(boundMs === undefined ? {} : { bound: boundMs }) },
    ...(boundMb === undefined ? [] : [{ what: `${what}, memory`, unit: 'MB', values: memory, bound: boundMb }]),
  ];
}

/** How long a whole process takes, and its memory at most. */
async function predicted(words: readonly string[]): Promise<{ readonly ms: number; readonly mb: number }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['dist/bin.js', 'predict', ...words], { cwd: packageRoot(), stdio: 'ignore' });
  let mb = 0;
  const look = setInterval(() => {
    try {
      const [, kb = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(child.pid)}/status`, 'utf8')) ?? [];
      mb = Math.max(mb, Number(kb) / 1024);
    } catch {
      // It has ended.
    }
  }, MEMORY_EVERY_MS);
  const [status] = (await once(child, 'close')) as [number | null];
  clearInterval(look);
  if (status !== 0) throw new Error(`predict ${words.join(' ')} ended with status ${String(status)}`);
  return { ms: performance.now() - startedAt, mb };
}
