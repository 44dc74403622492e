import { runtimeNamed } from '../runtime/registry.js';
import type { RuntimeName } from '../runtime/runtime.js';

/** The flags of every verb that brings labs up. */
export interface LabFlags {
  readonly runtime?: string;
  /** False with `--no-forecast`. */
  readonly forecast: boolean;
}

/** What the flags ask for; undefined where the file or the environment decides. Throws USAGE. */
export function labOptions({ runtime, forecast }: LabFlags): {
  readonly runtime: RuntimeName | undefined;
  readonly forecast: false | undefined;
} {
  return {
    runtime: runtime === undefined ? undefined : runtimeNamed(runtime).name,
    forecast: forecast ? undefined : false,
  };
}
