import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTopology, locateTopology, up, type Lab } from '../../src/index.js';
import { chromium } from 'playwright-core';
import { htmlReport } from '../../src/report/html/html.js';
import { packageRoot } from '../../src/support/package-root.js';
import { replayOf } from '../../src/view/recordings-file.js';
import { aRecordedTest, largeNetwork } from '../support/a-recorded-test.js';
import type { Figure } from './figures.js';

const PAIRS = 12;
const PROBES = { rate: 200, forMs: 1500 } as const;
/** A page that reads, and one that never does. */
const PAGES = 2;
const PAN_MS = 3000;

/**
 * `only=viewGaps`: what two views of a lab, one of them too slow to read, add to the time between two sends of its
 * prober. Runs with and without take turns, so that the noise of the machine is in both.
 */
export async function viewGaps(): Promise<readonly Figure[]> {
  const reading = await loadTopology(await locateTopology('figure3'));
  if (!('topology' in reading)) throw new Error('figure3 is not valid');
  const { lab } = await up(reading.topology, { name: 'bench-view' });
  const gaps = {
    without: { p99: [] as number[], most: [] as number[] },
    with: { p99: [] as number[], most: [] as number[] },
  };
  try {
    for (let pair = 0; pair < PAIRS; pair++) {
      const order = pair % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const);
      for (const which of order) {
        const { p99, most } = which === 'with' ? await besideViews(lab) : await gapsOf(lab);
        gaps[which].p99.push(p99);
        gaps[which].most.push(most);
      }
    }
  } finally {
    await lab.down();
  }
  const more = (word: 'p99' | 'most'): readonly number[] =>
    gaps.with[word].map((value, nth) => value - (gaps.without[word][nth] ?? NaN));
  return [
    { what: 'time between two sends, p99, without a view', unit: 'ms', values: gaps.without.p99 },
    { what: 'the same with two views', unit: 'ms', values: gaps.with.p99 },
    { what: 'the difference, in pairs', unit: 'ms', values: more('p99'), bound: 0.5 },
    { what: 'longest time between two sends, without a view', unit: 'ms', values: gaps.without.most },
    { what: 'the same with two views', unit: 'ms', values: gaps.with.most },
    { what: 'the difference, in pairs', unit: 'ms', values: more('most') },
  ];
}

async function gapsOf(lab: Lab): Promise<{ readonly p99: number; readonly most: number }> {
  const series = await lab.probe(PROBES);
  return {
    p99: Math.max(...series.map(({ sendGapMs }) => sendGapMs?.p99 ?? NaN)),
    most: Math.max(...series.map(({ maxSendGapMs }) => maxSendGapMs)),
  };
}

async function besideViews(lab: Lab): Promise<{ readonly p99: number; readonly most: number }> {
  const view = spawn(process.execPath, ['dist/bin.js', 'view', lab.name, '--no-open', '--json'], {
    cwd: packageRoot(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(view, 'close');
  const left = new AbortController();
  try {
    const [said] = (await once(view.stdout, 'data')) as readonly unknown[];
    const { url } = JSON.parse(String(said)) as { readonly url: string };
    const pages = await Promise.all(
      Array.from({ length: PAGES }, () => fetch(`${url}stream`, { signal: left.signal })),
    );
    // The other one is never read.
    void pages[0]?.text().catch(() => undefined);
    return await gapsOf(lab);
  } finally {
    left.abort();
    view.kill('SIGINT');
    await ended;
  }
}

/** `only=viewFrames`: how long frames take while a network of 500 nodes is moved in the browser. */
export async function viewFrames(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'nearcast-frames-'));
  const file = join(folder, 'report.html');
  const tested = aRecordedTest(largeNetwork());
  writeFileSync(file, htmlReport([tested.report], undefined, await replayOf([tested])));
  const view = spawn(process.execPath, ['dist/bin.js', 'view', file, '--no-open', '--json'], {
    cwd: packageRoot(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(view, 'close');
  const frames: number[] = [];
  try {
    const [said] = (await once(view.stdout, 'data')) as readonly unknown[];
    const { url } = JSON.parse(String(said)) as { readonly url: string };
    const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      viewport: { width: 1400, height: 860 },
      executablePath: '/usr/bin/chromium',
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    });
    try {
      const page = await context.newPage();
      await page.goto(url);
      await page.locator('g[data-node="client399"]').waitFor({ state: 'attached' });
      await page.mouse.move(500, 300);
      await page.mouse.down();
      const measured = page.evaluate<readonly number[]>(`new Promise((resolve) => {
        const frames = [];
        let before = performance.now();
        const end = before + ${String(PAN_MS)};
        const next = (now) => {
          frames.push(now - before);
          before = now;
          if (now < end) requestAnimationFrame(next);
          else resolve(frames.slice(2));
        };
        requestAnimationFrame(next);
      })`);
      const until = performance.now() + PAN_MS;
      for (let step = 0; performance.now() < until; step++)
        await page.mouse.move(500 + 200 * Math.sin(step / 10), 300 + 80 * Math.cos(step / 10));
      frames.push(...(await measured));
      await page.mouse.up();
    } finally {
      await context.close();
    }
  } finally {
    view.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
  const sorted = frames.toSorted((a, b) => a - b);
  return [
    { what: 'a frame while 500 nodes are moved, half of them', unit: 'ms', values: frames, bound: 17 },
    { what: 'p95 of frames', unit: 'ms', values: [sorted[Math.floor(sorted.length * 0.95)] ?? NaN], bound: 20 },
  ];
}
