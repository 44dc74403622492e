import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { loadTopology, locateTopology, readTopology, up, type Topology } from '../../src/index.js';
import { packageRoot } from '../../src/support/package-root.js';
import { connectEngine } from '../../src/runtime/docker/engine.js';
import { buildOwnImages } from '../../src/runtime/docker/images/ensure-images.js';
import { frrImage } from '../../src/runtime/docker/images/own-images.js';
import { bareContainers, perContainer } from './containers.js';
import { coverage } from './coverage.js';
import { detectors, drains, holdTimes, relay } from './detectors.js';
import { engine } from './engine.js';
import { figuresText, type Figure } from './figures.js';
import { growth } from './growth.js';
import { internet } from './internet.js';
import { labTests } from './lab-tests.js';
import { mutations } from './mutations.js';
import { predicted } from './predicted.js';
import { predictions } from './predictions.js';
import { ringTopology } from './ring.js';
import { simulator } from './simulator.js';
import { systemsTopology } from './systems.js';
import { tests, underLoad } from './verdicts.js';
import { viewFrames, viewGaps } from './view.js';

/**
 * `npm run bench [-- all]`: what nearcast takes, as medians with their spread. Whole processes are timed from outside;
 * outages come with the noise floor of the prober that saw them. `all` adds the labs of 200 routers and of
 * 1000 hosts.
 */
const PROCESS_RUNS = 9;
const FAULT_RUNS = 15;

async function wholeProcess(words: readonly string[], command = process.execPath): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(command, [...words], { cwd: packageRoot(), stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${words.join(' ')} ended with status ${String(status)}: ${said}`);
  return performance.now() - startedAt;
}

async function wholeProcesses(): Promise<readonly Figure[]> {
  const times = new Map<string, number[]>();
  const time = async (what: string, words: readonly string[], command?: string): Promise<void> => {
    times.set(what, [...(times.get(what) ?? []), await wholeProcess(words, command)]);
  };
  for (let run = 0; run < PROCESS_RUNS; run++) {
    await time('up figure2', ['dist/bin.js', 'up', 'figure2', '--json']);
    await time('who', ['dist/bin.js', 'who', '--json']);
    await time('down', ['dist/bin.js', 'down']);
    await time('--help', ['dist/bin.js', '--help']);
    await time('npm run lab up figure2', ['run', '-s', 'lab', 'up', 'figure2'], 'npm');
    await time('npm run lab down', ['run', '-s', 'lab', 'down'], 'npm');
    await time('npm run lab --help', ['run', '-s', 'lab', '--', '--help'], 'npm');
  }
  const bounds: Readonly<Record<string, number>> = { 'up figure2': 1600, who: 250, down: 300, '--help': 250 };
  return [...times].map(([what, values]) => {
    const bound = bounds[what];
    return { what: `${what}, whole process`, unit: 'ms', values, ...(bound === undefined ? {} : { bound }) };
  });
}

const CONTAINER_RUNS = 5;

/** Both runtimes side by side in one run: figure 2, and a ring of 23 routers, 30 nodes in all. */
async function runtimesSideBySide(): Promise<readonly Figure[]> {
  const ringFile = join(process.env['NEARCAST_STATE_DIR'] ?? tmpdir(), '..', 'ring.yml');
  writeFileSync(ringFile, ringTopology(23));
  const labs = [
    { title: 'figure2', file: 'figure2', nodes: 7, upBoundMs: 3000, downBoundMs: 2000 },
    { title: '30 nodes', file: ringFile, nodes: 30, upBoundMs: 12_000, downBoundMs: undefined },
  ];
  const figures: Figure[] = [];
  for (const { title, file, nodes, upBoundMs, downBoundMs } of labs) {
    const ups: Record<string, number[]> = { netns: [], docker: [] };
    const downs: Record<string, number[]> = { netns: [], docker: [] };
    const bare: number[] = [];
    for (let run = 0; run < CONTAINER_RUNS; run++) {
      for (const runtime of ['netns', 'docker']) {
        ups[runtime]?.push(
          await wholeProcess(['dist/bin.js', 'up', file, '--runtime', runtime, '--name', 'bench-side', '--json']),
        );
        downs[runtime]?.push(await wholeProcess(['dist/bin.js', 'down', 'bench-side']));
      }
      bare.push(await bareContainers(nodes + 1));
    }
    figures.push(
      { what: `up ${title}, netns`, unit: 'ms', values: ups['netns'] ?? [] },
      { what: `up ${title}, docker`, unit: 'ms', values: ups['docker'] ?? [], bound: upBoundMs },
      ...perContainer(`up ${title}, docker`, nodes + 1, ups['docker'] ?? [], bare),
      { what: `down ${title}, netns`, unit: 'ms', values: downs['netns'] ?? [] },
      {
        what: `down ${title}, docker`,
        unit: 'ms',
        values: downs['docker'] ?? [],
        ...(downBoundMs === undefined ? {} : { bound: downBoundMs }),
      },
    );
  }
  return figures;
}

/** Images are not what is timed here; without an engine the section is left out, and that is said. */
async function dockerSection(): Promise<readonly Figure[]> {
  try {
    const { engine: dockerEngine, facts } = await connectEngine();
    const work = { signal: new AbortController().signal, onProgress: () => undefined };
    const { agentImage } = await import('../../src/runtime/docker/images/own-images.js');
    const { hasImage } = await import('../../src/runtime/docker/images/image-work.js');
    const there = await Promise.all(
      [frrImage(), agentImage(facts.architecture)].map(({ reference }) => hasImage(dockerEngine, reference)),
    );
    if (!there.every(Boolean)) await buildOwnImages(dockerEngine, facts.architecture, work);
  } catch (error) {
    process.stdout.write(`docker is left out: ${(error as Error).message}\n`);
    return [];
  }
  return runtimesSideBySide();
}

async function faults(topology: Topology): Promise<readonly Figure[]> {
  const { lab } = await up(topology, { name: 'bench-faults' });
  try {
    const [quiet] = await lab.probe({ rate: 1000, forMs: 3000 });
    const { median = NaN, p99 = NaN } = quiet?.sendGapMs ?? {};
    const noise = `noise floor: send gap ${String(median)} ms median, ${String(p99)} ms p99, ${String(quiet?.maxSendGapMs)} ms worst`;
    const figures: Figure[] = [];
    for (const [what, target, bound] of [
      ['link down', 'router1/server-a', 25],
      ['crash of a host', 'server-a', undefined],
      ['service stop', 'service@server-a', 350],
    ] as const) {
      const outages: number[] = [];
      const lostOnReturn: number[] = [];
      for (let run = 0; run < FAULT_RUNS; run++) {
        outages.push(...(await lab.fail(target)).changes.map((change) => change.outageMs ?? Infinity));
        lostOnReturn.push(...(await lab.restore(target)).changes.map((change) => change.lost));
      }
      figures.push(
        {
          what: `outage, ${what}, probed every 1 ms`,
          unit: 'ms',
          values: outages,
          remark: noise,
          ...(bound === undefined ? {} : { bound }),
        },
        { what: `lost when it is restored, ${what}`, unit: 'probes', values: lostOnReturn },
      );
    }
    return figures;
  } finally {
    await lab.down();
  }
}

const BGP_RUNS = 5;
const TRIANGLE_RUNS = 15;

/** From the start to all sessions and routes: generated systems, and two bundled labs: in the triangle sessions may collide. */
async function bgpStart(): Promise<readonly Figure[]> {
  const triangle = await loadTopology(await locateTopology('bgp-triangle'));
  const catchments = await loadTopology(await locateTopology('catchments'));
  const labs = [
    { what: 'bgp-triangle', reading: triangle, runs: TRIANGLE_RUNS, bound: 1000 },
    { what: 'catchments', reading: catchments, runs: BGP_RUNS, bound: 15_000 },
    ...[
      { systems: 20, bound: 3000 },
      { systems: 60, bound: 10_000 },
    ].map(({ systems, bound }) => ({
      what: `${String(systems)} autonomous systems`,
      reading: readTopology(systemsTopology(systems), `systems${String(systems)}.yml`),
      runs: BGP_RUNS,
      bound,
    })),
  ];
  const figures: Figure[] = [];
  for (const { what, reading, runs, bound } of labs) {
    if (!('topology' in reading)) throw new Error(reading.problems.map(({ message }) => message).join('\n'));
    const values: number[] = [];
    const converging: number[] = [];
    for (let run = 0; run < runs; run++) {
      const { lab, result } = await up(reading.topology, { name: 'bench-bgp' });
      await lab.down();
      values.push(result.timings.totalMs);
      converging.push(result.timings.convergeMs);
    }
    figures.push(
      { what: `${what}: up, converged and answering`, unit: 'ms', values, bound },
      { what: `${what}: of this, converging`, unit: 'ms', values: converging },
    );
  }
  return figures;
}

/** As large as a lab can be on 24 GiB: the machine's memory is its limit. */
const largest = (): Promise<readonly Figure[]> =>
  growth([{ routers: 500, boundMs: 120_000, memoryBoundMb: 12 * 1024, downBoundMs: 1000 }]);

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nearcast-bench-'));
  process.env['NEARCAST_STATE_DIR'] = join(folder, 'state');
  process.env['NEARCAST_DOCKER_PREFIX'] = basename(folder).toLowerCase();
  try {
    const reading = await loadTopology(await locateTopology('figure2'));
    if (!('topology' in reading)) throw new Error('figure2 is not valid');
    process.stdout.write(
      `${String(availableParallelism())} cores, ${String(Math.round(totalmem() / 2 ** 30))} GiB, Node ${process.version}\n\n`,
    );
    const { lab } = await up(reading.topology, { name: 'bench-warm-up' });
    await lab.down();
    const sections = [
      () => wholeProcesses(),
      () => dockerSection(),
      () => faults(reading.topology),
      () => detectors(),
      () => holdTimes(),
      () => drains(),
      () => relay(),
      () => engine(),
      () => predictions(),
      () => internet(),
      () => simulator(),
      () => tests(),
      () => labTests(),
      () => mutations(process.argv),
      () => coverage(),
      () => underLoad(process.argv),
      () => growth([{ routers: 20 }, { routers: 50, boundMs: 8000 }, { routers: 100 }]),
      () => bgpStart(),
    ];
    if (process.argv.includes('all'))
      sections.push(
        () => growth([{ routers: 200, boundMs: 30_000, downBoundMs: 1000 }]),
        () => growth([{ routers: 50, clients: 1000, boundMs: 30_000 }]),
      );
    // More memory than most machines have to spare, and half an hour: only where they are asked for.
    if (process.argv.includes('only=largest')) sections.push(() => largest());
    if (process.argv.includes('only=viewGaps')) sections.push(() => viewGaps());
    if (process.argv.includes('only=viewFrames')) sections.push(() => viewFrames());
    if (process.argv.includes('only=predicted')) sections.push(() => predicted(process.argv));
    const only = process.argv.find((word) => word.startsWith('only='))?.slice(5);
    for (const section of only === undefined
      ? sections
      : sections.filter((each) => each.toString().includes(`${only}(`)))
      process.stdout.write(`${figuresText(await section())}\n\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
