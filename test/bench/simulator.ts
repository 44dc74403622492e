import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { generateAsGraph } from '../../src/generate/as-graph.js';
import { catchmentsOf, sitesAt } from '../../src/internet/catchments.js';
import { readAsGraph } from '../../src/internet/read.js';
import { packageRoot } from '../../src/support/package-root.js';
import type { Figure } from './figures.js';

const ASES = 1000;
const LINKS = 6700;
const GRAPHS = 3;
const DEADLINE_MS = 600_000;

/**
 * Catchments of generated graphs beside those of an independent simulator, matrix-bgpsim from PyPI, whose ties go to the lowest AS number:
 * where a system is certain here, it must reach the same site there; where it ties here, one of those. `NEARCAST_BENCH_PYTHON` names
 * a Python that has it; without one the section is left out, and that is said.
 */
export async function simulator(): Promise<readonly Figure[]> {
  const python = process.env['NEARCAST_BENCH_PYTHON'] ?? 'python3';
  const found = await execa(python, ['-c', 'import matrix_bgpsim'], { reject: false });
  if (found.exitCode !== 0) {
    process.stdout.write(
      `the simulator is left out: ${python} has no matrix_bgpsim (python3 -m venv v && v/bin/pip install matrix-bgpsim; NEARCAST_BENCH_PYTHON=v/bin/python)\n`,
    );
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'nearcast-bench-simulator-'));
  try {
    const figures: { readonly certain: number; readonly different: number; readonly outside: number }[] = [];
    for (let seed = 1; seed <= GRAPHS; seed++) {
      const file = join(folder, `${String(seed)}.txt`);
      writeFileSync(file, generateAsGraph({ seed, ases: ASES, links: LINKS }));
      figures.push(await compared(python, file, seed));
    }
    const sum = (key: 'certain' | 'different' | 'outside'): number =>
      figures.reduce((total, each) => total + each[key], 0);
    const of = `in ${String(GRAPHS)} graphs of ${String(ASES)} systems`;
    return [
      { what: `systems certain ${of}`, unit: '', values: [sum('certain')] },
      { what: 'of these, at another site by matrix-bgpsim', unit: '', values: [sum('different')], bound: 0 },
      {
        what: `systems that tie ${of}, and are at none of the sites by it`,
        unit: '',
        values: [sum('outside')],
        bound: 0,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compared(
  python: string,
  file: string,
  seed: number,
): Promise<{ readonly certain: number; readonly different: number; readonly outside: number }> {
  const sites = [112, 700, 999].map((asn) => asn - seed);
  const script = join(packageRoot(), 'test', 'bench', 'simulator.py');
  const { stdout } = await execa(python, [script, file, sites.join(',')], { timeout: DEADLINE_MS });
  const theirs = new Map(
    stdout.split('\n').flatMap((line) => {
      const [, asn, site] = /^(\d+),(\d+)$/.exec(line) ?? [];
      return asn === undefined ? [] : [[Number(asn), Number(site)] as const];
    }),
  );
  const graph = await readAsGraph(file);
  const { routes } = catchmentsOf(
    graph,
    sites.map((asn) => ({ asn, prepend: 0 })),
    undefined,
  );
  const counts = { certain: 0, different: 0, outside: 0 };
  graph.asns.forEach((asn, index) => {
    const own = sitesAt(routes, index).map((nth) => sites[nth]);
    const isThere = own.includes(theirs.get(asn));
    if (own.length === 1) counts.certain++;
    if (own.length === 1 && !isThere) counts.different++;
    if (own.length > 1 && !isThere) counts.outside++;
  });
  return counts;
}
