import { LabError } from '../errors.js';
import { requireFrrChoice, runtimeNamed } from '../runtime/registry.js';
import type { RuntimeName } from '../runtime/runtime.js';
import { parseDuration } from '../support/duration.js';
import type { FrrChoice } from '../frr/versions.js';

/** A timer of Node takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The flags of every verb that brings labs up. */
export interface LabFlags {
  readonly runtime?: string;
  readonly frr?: string | undefined;
  /** False with `--no-forecast`. */
  readonly forecast: boolean;
}

/** What the flags ask for; undefined where the file or the environment decides. Throws USAGE. */
export function labOptions({ runtime, frr, forecast }: LabFlags): {
  readonly runtime: RuntimeName | undefined;
  readonly frr: FrrChoice | undefined;
  readonly forecast: false | undefined;
} {
  return {
    runtime: runtime === undefined ? undefined : runtimeNamed(runtime).name,
    frr: frr === undefined ? undefined : oneFrrChoice(frr),
    forecast: forecast ? undefined : false,
  };
}

function oneFrrChoice(text: string): FrrChoice {
  const [first = '', ...others] = text.split(',');
  if (others.length > 0)
    throw new LabError('USAGE', `a lab runs one version of FRRouting, not "${text}"`, {
      hint: `name one here, as in --frr ${first}; to compare several: nearcast test figure3 --frr ${text}`,
    });
  return requireFrrChoice('--frr', text);
}

/** The flag of verbs that obtain versions of FRRouting. */
export interface VersionsFlags {
  readonly frr?: string;
}

/** The versions that a flag names, each once; undefined without the flag. Throws USAGE. */
export function frrChoicesOf(text: string | undefined): readonly FrrChoice[] | undefined {
  return text === undefined
    ? undefined
    : [...new Set(text.split(',').map((each) => requireFrrChoice('--frr', each.trim())))];
}

interface NumberLimits {
  readonly least?: number;
  readonly most: number;
  readonly example: number;
}

/** The value of a flag that takes a time, in milliseconds; undefined if the flag is not given. Throws USAGE. */
export function durationOf(flag: string, text: string, example?: string): number;
export function durationOf(flag: string, text: string | undefined, example?: string): number | undefined;
export function durationOf(flag: string, text: string | undefined, example = '10s'): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0 || ms > LONGEST_TIMER_MS)
    throw new LabError('USAGE', `"${text}" is not a valid time for --${flag}`, {
      hint:
        parseDuration(`${text}s`) === undefined
          ? `write it as in --${flag} ${example}`
          : `write it with its unit: --${flag} ${text}ms or --${flag} ${text}s`,
    });
  return ms;
}

/** The value of a flag that takes a whole number; undefined if the flag is not given. Throws USAGE. */
export function wholeNumberOf(flag: string, text: string, limits: NumberLimits): number;
export function wholeNumberOf(flag: string, text: string | undefined, limits: NumberLimits): number | undefined;
export function wholeNumberOf(
  flag: string,
  text: string | undefined,
  { least = 1, most, example }: NumberLimits,
): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d{1,15}$/.test(text) || number < least || number > most)
    throw new LabError('USAGE', `"${text}" is not a valid number for --${flag}`, {
      hint: `write a whole number from ${String(least)} to ${String(most)}, as in --${flag} ${String(example)}`,
    });
  return number;
}
