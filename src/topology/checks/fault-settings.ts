import { parseDuration } from '../../support/duration.js';
import { parsePrefix } from '../../support/ip.js';
import type { FaultKind } from '../model/fault.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import { impairmentProblems } from '../file/impairment.js';
import type { FileChange } from '../file/schema.js';
import { takesValue } from '../model/target.js';
import type { Checked } from './checked.js';
import { wordsOf } from './step-words.js';
import type { PlacedPart } from './steps.js';

/** A fault that lasts longer would never end in practice: it is a slip of the unit. */
const longestMs = 3_600_000;
/** Faster than this, routing would not see each of them. */
const shortestPeriodMs = 100;

/** What is said of a fault belongs to its kind, and can be read. */
export function checkSettings(
  change: FileChange,
  { path, word, number }: Pick<PlacedPart, 'path' | 'number'> & { readonly word: PlacedPart['action'] },
  how: FaultKind,
  at: Checked['at'],
): readonly Finding[] {
  const action = word === 'restore' ? 'restore' : 'fail';
  // Words that belong to another action are told as such.
  const step = Object.fromEntries(Object.entries(change).filter(([key]) => wordsOf[word].includes(key))) as FileChange;
  const findings: Finding[] = [];
  const refuse = (key: string, message: string, hint: string): void => {
    findings.push({ offset: at(...path, key === 'fail' ? word : key), code: 'BAD_STEP', message, hint });
  };
  const said = Object.keys(step).filter((key) => Object.hasOwn(settingOwners, key)) as (keyof typeof settingOwners)[];
  if (step.value !== undefined && !takesValue(how))
    refuse('value', '"value" belongs to  how: prepend,  med  or  local-pref', 'write one of them or remove it');
  if (step.value !== undefined && how === 'prepend' && (step.value < 1 || step.value > 10))
    refuse('value', 'prepend the AS number 1 to 10 times', 'write  value: 3');
  if (step.announce !== undefined && how === 'hijack' && parsePrefix(step.announce)?.kind !== 'network') {
    refuse(
      'announce',
      `${quote(step.announce)} is not a prefix`,
      'write the network and its length, such as 192.0.2.0/25',
    );
  }
  for (const key of said) {
    const owner = settingOwners[key];
    if (action === 'restore')
      refuse(key, `"${key}" belongs to steps that break something`, 'remove it: this step restores a target');
    else if (owner !== undefined && owner !== how)
      refuse(key, `"${key}" belongs to faults with  how: ${owner}`, `write  how: ${owner}  or remove it`);
  }
  if (findings.length > 0) return findings;
  for (const { key, message, hint } of impairmentProblems(step)) refuse(key, message, hint);
  for (const key of ['for', 'period'] as const) {
    const text = step[key];
    if (text === undefined) continue;
    const ms = parseDuration(text);
    if (ms === undefined || ms < (key === 'period' ? shortestPeriodMs : 1) || ms > longestMs) {
      refuse(
        key,
        `${key} ${quote(text)} is not a valid time for a fault`,
        key === 'period' ? 'write it as in 1s, from 100ms on' : 'write it as in 5s',
      );
    }
  }
  if (action === 'fail' && how === 'impair' && !said.some((key) => settingOwners[key] === 'impair')) {
    refuse('fail', `step ${number} impairs nothing`, 'say how, such as  loss: 1%  or  delay: 10ms');
  }
  return findings;
}

/** Which kind of fault a setting is for; undefined for those of every kind. */
const settingOwners = {
  for: undefined,
  period: 'flap',
  keepRoutes: 'kill',
  announce: 'hijack',
  delay: 'impair',
  jitter: 'impair',
  loss: 'impair',
  duplicate: 'impair',
  reorder: 'impair',
  corrupt: 'impair',
  rate: 'impair',
} as const satisfies Record<string, FaultKind | undefined>;
