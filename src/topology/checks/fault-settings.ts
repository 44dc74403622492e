import { parseDuration } from '../../support/duration.js';
import { parsePrefix } from '../../support/ip.js';
import { alternatives } from '../../support/suggest.js';
import { isImpairment, isSettingWord, ownersOf } from '../model/fault-settings.js';
import { entryOf, LONGEST_FAULT_MS, type FaultKind } from '../model/fault.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import { impairmentProblems } from '../file/impairment.js';
import type { FileChange } from '../file/schema.js';
import type { Checked } from './checked.js';
import { wordsOf } from './step-words.js';
import type { PlacedPart } from './steps.js';

/** The settings of a fault belong to its kind, and can be read. */
export function checkSettings(
  change: FileChange,
  { path, word, number }: Pick<PlacedPart, 'path' | 'number'> & { readonly word: PlacedPart['action'] },
  how: FaultKind,
  at: Checked['at'],
): readonly Finding[] {
  const action = word === 'restore' ? 'restore' : 'fail';
  // Words of another action have a problem of their own.
  const step = Object.fromEntries(Object.entries(change).filter(([key]) => wordsOf(word).includes(key))) as FileChange;
  const findings: Finding[] = [];
  const refuse = (key: string, message: string, hint: string): void => {
    findings.push({ offset: at(...path, key === 'fail' ? word : key), code: 'BAD_STEP', message, hint });
  };
  const said = Object.keys(step).filter(isSettingWord);
  const own = entryOf(how).settings ?? {};
  for (const key of said) {
    const owners = ownersOf(key);
    if (action === 'restore')
      refuse(key, `"${key}" belongs to steps that break something`, 'remove it: this step restores a target');
    else if (!owners.includes(how))
      refuse(
        key,
        `"${key}" belongs to faults with  how: ${alternatives(owners)}`,
        owners.length === 1 ? `write  how: ${owners.join()}  or remove it` : 'write one of them or remove it',
      );
  }
  if (findings.length > 0) return findings;
  if (step.value !== undefined && own.value !== undefined && !isWithin(step.value, own.value)) {
    const { least, most, usual } = own.value;
    refuse(
      'value',
      `${how} takes a value from ${String(least)} to ${String(most)}`,
      `write one of these, such as  value: ${String(usual)}`,
    );
  }
  if (step.announce !== undefined && parsePrefix(step.announce)?.kind !== 'network') {
    refuse(
      'announce',
      `${quote(step.announce)} is not a prefix`,
      'write the network and its length, such as 192.0.2.0/25',
    );
  }
  if (step.forge === true && step.protocol === 'tcp') {
    refuse('forge', 'a TCP connection needs an answer, which a forged address never gets', 'leave out one of the two');
  }
  for (const { key, message, hint } of impairmentProblems(step)) refuse(key, message, hint);
  const limits = { for: { least: 1, most: LONGEST_FAULT_MS }, period: own.periodMs };
  for (const key of ['for', 'period'] as const) {
    const [text, range] = [step[key], limits[key]];
    if (text === undefined || range === undefined) continue;
    const ms = parseDuration(text);
    if (ms === undefined || !isWithin(ms, range)) {
      refuse(
        key,
        `${key} ${quote(text)} is not a valid time for a fault`,
        key === 'period' ? `write it as in 1s, from ${String(range.least)}ms on` : 'write it as in 5s',
      );
    }
  }
  if (action === 'fail' && own.impairment === true && !said.some(isImpairment)) {
    refuse('fail', `step ${number} impairs nothing`, 'say how, such as  loss: 1%  or  delay: 10ms');
  }
  return findings;
}

function isWithin(value: number, { least, most }: { readonly least: number; readonly most: number }): boolean {
  return value >= least && value <= most;
}
