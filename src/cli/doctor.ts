import colors from 'picocolors';
import { diagnose, fitRuntimes } from '../runtime/diagnose.js';
import { runtimeNames } from '../runtime/registry.js';
import type { Check } from '../setup/doctor.js';
import { LabError } from '../errors.js';
import { hanging } from '../support/printable.js';
import { symptomsText } from '../report/symptoms-text.js';
import { listBundled, type BundledTopology } from '../topology/bundled.js';
import { withLab } from './labs.js';
import { spokenHint, typedCommand, type Run } from './run.js';

const MARKS: Readonly<Record<Check['status'], string>> = {
  ok: colors.green('ok     '),
  warning: colors.yellow('warning'),
  missing: colors.red('missing'),
};

/** Where what was found begins. */
const INDENT = 34;

/** Exit status 1 where something is wrong with the lab's routing, or a program has ended. */
export async function labDoctorVerb({ output, signal }: Run, name: string): Promise<number> {
  return withLab(
    name,
    async (lab) => {
      const symptoms = await lab.examine();
      const wrong = symptoms.filter(({ healthy }) => !healthy);
      output.document({ lab: lab.name, healthy: wrong.length === 0, symptoms });
      output.print(symptomsText(symptoms));
      return wrong.length === 0 ? 0 : 1;
    },
    signal,
  );
}

/** Exit status 3 where this machine cannot run a lab on any runtime. */
export async function doctorVerb({ output, signal }: Run): Promise<number> {
  const checks = await diagnose({ signal });
  const fit = fitRuntimes(checks);
  output.document({ fit: fit.length > 0, runtimes: fit, checks });
  for (const name of runtimeNames) {
    output.print(
      `${name === runtimeNames[0] ? '' : '\n'}runtime ${name}: ${fit.includes(name) ? 'labs can run' : 'labs cannot run yet'}`,
    );
    for (const { name: what, status, found, hint } of checks.filter(({ runtime }) => runtime === name)) {
      const told = [found, ...(hint === undefined ? [] : [hint])].map((text) =>
        hanging(spokenHint(text), INDENT, output.width),
      );
      output.print(`${MARKS[status]}  ${what.padEnd(INDENT - 10)} ${told.join(`\n${' '.repeat(INDENT)}`)}`);
    }
  }
  output.print(nextStep(fit, await listBundled()));
  return fit.length > 0 ? 0 : new LabError('PROGRAM_MISSING', '').exitStatus;
}

/** A handout has other labs than the package. */
function nextStep([first]: readonly string[], bundled: readonly BundledTopology[]): string {
  if (first === undefined) return '\nlabs cannot run here yet';
  const { name = 'figure3' } = bundled.find((each) => each.name === 'figure3') ?? bundled[0] ?? {};
  const flags = first === runtimeNames[0] ? '' : ` --runtime ${first}`;
  return `\nlabs can run here: ${typedCommand(`up ${name}${flags}`)}`;
}
