import { appendFile, readFile } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import { compareWithBaseline, readBaseline, type BaselineEntry, type Compared } from '../../assert/baseline.js';
import { wasOverloaded } from '../../assert/noise.js';
import { snapshotOf } from '../../assert/snapshot.js';
import { LabError, toLabError } from '../../errors.js';
import type { TestReport } from '../../scenario/test-report.js';
import type { TestEvent } from '../../scenario/test.js';
import { readDistribution } from '../../setup/machine.js';
import { packageVersion } from '../../support/package-root.js';
import { round } from '../../support/round.js';
import { refuseUnwritable } from '../report-files.js';
import type { Output } from '../output.js';

const BYTES_OF_GIB = 2 ** 30;

/** What earlier tests left in a file, and what those of this run leave. */
export class Baseline {
  readonly #file: string;
  readonly #earlier: readonly BaselineEntry[];
  readonly #own: BaselineEntry[] = [];
  /** Whether the file ends within a line. */
  readonly #isTorn: boolean;

  private constructor(file: string, earlier: readonly BaselineEntry[], isTorn: boolean) {
    this.#file = file;
    this.#earlier = earlier;
    this.#isTorn = isTorn;
  }

  /** Reads a file; one that is not there is made at the end. Throws USAGE where it is none, or cannot be written. */
  static async open(file: string, output: Output): Promise<Baseline> {
    await refuseUnwritable(file, 'baseline');
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw new LabError('USAGE', `${file} cannot be read: ${toLabError(cause).message}`, {
        cause,
        hint: 'name a file that you can read, or a new one: --baseline baseline.jsonl',
      });
    });
    const { entries, torn } = readBaseline(text, file);
    if (torn.length > 0) output.warn(`${file}: line ${torn.join(', ')} was not written to its end, and is left out`);
    return new Baseline(file, entries, text !== '' && !text.endsWith('\n'));
  }

  /** Compares a test that has ended with earlier ones, and keeps it. */
  compare(entry: BaselineEntry): Compared {
    this.#own.push(entry);
    return compareWithBaseline(entry, this.#earlier, this.#file);
  }

  /** Appends what was kept, in one write: several runs can share a file, and one that is ended harms no line of another. */
  async append(): Promise<void> {
    if (this.#own.length === 0) return;
    const lines = this.#own.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    try {
      await appendFile(this.#file, `${this.#isTorn ? '\n' : ''}${lines}`);
    } catch (cause) {
      throw new LabError('REPORT_UNWRITTEN', `${this.#file} could not be written: ${toLabError(cause).message}`, {
        cause,
        hint: 'make room, or name another file; the result is shown above',
      });
    }
  }
}

/** Collects what a baseline needs of one topology's test, from its events. */
export class BaselineRecord {
  readonly #topology: string;
  readonly #outages = new Map<string, { outagesMs: (number | null)[]; gapMs: number; busyRuns: number }>();
  #answers: BaselineEntry['answers'] = [];
  #runtime = '';
  #steps = 0;

  constructor(topology: string) {
    this.#topology = topology;
  }

  on(event: TestEvent): void {
    if (event.kind === 'answers') {
      this.#steps = 0;
      this.#runtime = event.lab.record.runtime;
      this.#answers = snapshotOf(this.#topology, event.answers).answers;
    }
    if (event.kind !== 'stepped') return;
    this.#steps++;
    const { report, title } = event.tested;
    if (report.kind !== 'change' || report.changes.length === 0) return;
    const outages = report.changes.map(({ outageMs }) => outageMs);
    const worst = outages.includes(null) ? null : Math.max(...outages.map((each) => each ?? 0));
    const key = `${String(this.#steps)}, ${title}`;
    const before = this.#outages.get(key) ?? { outagesMs: [], gapMs: 0, busyRuns: 0 };
    this.#outages.set(key, {
      outagesMs: [...before.outagesMs, worst === null ? null : round(worst)],
      gapMs: Math.max(before.gapMs, round(report.resolutionMs)),
      busyRuns: before.busyRuns + Number(wasOverloaded(report.noise, report.settleMs)),
    });
  }

  /** The line of the file. */
  entry({ startedAt: at, frrVersions = [] }: Pick<TestReport, 'startedAt' | 'frrVersions'>): BaselineEntry {
    const [major = ''] = process.versions.node.split('.');
    return {
      at,
      topology: this.#topology,
      runtime: this.#runtime,
      machine: thisMachine(),
      versions: [
        `nearcast ${packageVersion()}`,
        `Node ${major}`,
        ...frrVersions.map((version) => `FRRouting ${version}`),
      ],
      answers: this.#answers,
      outages: [...this.#outages].map(([step, seen]) => ({ step, ...seen })),
    };
  }
}

/** What decides how fast a machine is. Its name does not: runners of CI have a new one each time. */
function thisMachine(): string {
  const [kernel = ''] = /^\d+\.\d+/.exec(release()) ?? [release()];
  const cores = cpus();
  const memory = `${String(Math.round(totalmem() / BYTES_OF_GIB))} GiB`;
  return [
    readDistribution().prettyName,
    `${type()} ${kernel}`,
    cores[0]?.model.trim() ?? process.arch,
    `${String(cores.length)} cores`,
    memory,
  ].join(', ');
}
