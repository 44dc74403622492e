import type { Check, DiagnoseOptions } from '../setup/doctor.js';
import { isFit as isFitMachine } from '../setup/doctor.js';
import { runtimeNamed, runtimeNames } from './registry.js';
import type { RuntimeName } from './runtime.js';

/** A check of what one runtime needs. */
export interface RuntimeCheck extends Check {
  readonly runtime: RuntimeName;
}

/** Looks at what every runtime needs, by really trying where that can be done; changes nothing. */
export async function diagnose(options: DiagnoseOptions = {}): Promise<readonly RuntimeCheck[]> {
  const lists = await Promise.all(
    runtimeNames.map(async (runtime) => {
      const checks = await runtimeNamed(runtime).diagnose(options);
      return checks.map((check) => ({ runtime, ...check }));
    }),
  );
  return lists.flat();
}

/** The runtimes that labs can run on, with these findings. */
export function fitRuntimes(checks: readonly RuntimeCheck[]): readonly RuntimeName[] {
  return runtimeNames.filter((name) => {
    const own = checks.filter(({ runtime }) => runtime === name);
    return own.length > 0 && isFitMachine(own);
  });
}

/** Whether labs can run on any runtime. */
export function isFit(checks: readonly RuntimeCheck[]): boolean {
  return fitRuntimes(checks).length > 0;
}
