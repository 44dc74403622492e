import { execa, execaSync } from 'execa';
import { missPart } from './parts.js';

const found = execaSync('tshark', ['--version'], { reject: false, timeout: 30_000 });

/**
 * Defines what is tested with tshark, as somebody else's reader of our files. Where there is none it is skipped, which
 * the suite's count says; where the run has to have it, that is a failure.
 */
export function whereTshark(define: () => void): void {
  if (found.exitCode === 0) define();
  else missPart('tshark', 'there is none: apt-get install tshark');
}

/** The fields of each packet that a display filter lets pass, as tshark reads them. */
export async function fieldsOf<F extends string>(
  file: string,
  filter: string,
  fields: readonly F[],
): Promise<readonly Readonly<Record<F, string>>[]> {
  const asked = fields.flatMap((field) => ['-e', field]);
  const { stdout } = await execa('tshark', ['-n', '-r', file, '-Y', filter, '-T', 'fields', ...asked], {
    timeout: 60_000,
  });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const values = line.split('\t');
      return Object.fromEntries(fields.map((field, index) => [field, values[index] ?? ''])) as Record<F, string>;
    });
}

/**
 * What capinfos says of a file, by its own words; what it says of each interface where it has no such words for the
 * whole.
 */
export async function factsOf(file: string): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await execa('capinfos', ['-M', file], { timeout: 60_000 });
  return Object.fromEntries(
    stdout
      .split('\n')
      .reverse()
      .flatMap((line) => {
        const match = /^\s*([^:=]+?)\s*[:=]\s+(.*)$/.exec(line);
        return match === null ? [] : [[match[1] ?? '', match[2] ?? '']];
      }),
  );
}
