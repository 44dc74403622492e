import colors from 'picocolors';
import { diagnose, isFit, type Check } from '../setup/doctor.js';
import { LabError } from '../errors.js';
import type { Run } from './run.js';

const MARKS: Readonly<Record<Check['status'], string>> = {
  ok: colors.green('ok     '),
  warning: colors.yellow('warning'),
  missing: colors.red('missing'),
};

/** Exit status 3 where this machine cannot run a lab. */
export async function doctorVerb({ output, signal, command }: Run): Promise<number> {
  const checks = await diagnose({ signal });
  output.document({ fit: isFit(checks), checks });
  for (const { name, status, found, hint } of checks) {
    output.print(`${MARKS[status]}  ${name.padEnd(24)} ${found}`);
    if (hint !== undefined) output.print(`${' '.repeat(34)}${hint}`);
  }
  output.print(isFit(checks) ? `\nlabs can run here: ${command.replace(/ --$/, '')} up figure3` : '\nlabs cannot run here yet');
  return isFit(checks) ? 0 : new LabError('PROGRAM_MISSING', '').exitStatus;
}
