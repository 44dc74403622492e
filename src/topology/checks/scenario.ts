import { formatDuration, parseDuration } from '../../support/duration.js';
import { listWords } from '../../support/suggest.js';
import { quote } from '../finding.js';
import type { Finding } from '../finding.js';
import type { FileStep } from '../schema.js';
import { howOfTarget, resolveTarget, targetIndex } from '../target.js';
import type { TargetIndex } from '../target.js';
import type { Check, Checked } from './checked.js';

/** A step that waits longer would never end in practice: it is a slip of the unit. */
const longestWithinMs = 3_600_000;

const faultWords = {
  crash: 'a node',
  down: 'a link',
  stop: 'the service of an instance, as in "dns@server-a"',
} as const;

/** The steps one after the other: what they break exists and works, and what they mend is broken. */
export const checkScenario: Check = (checked) => {
  const index = targetIndex(checked.topology);
  const broken = new Map<string, { readonly step: number; readonly text: string }>();
  return (checked.file.scenario ?? []).flatMap((step, i) => [
    ...checkWithin(step, i, checked),
    ...checkStep(step, i, { checked, index, broken }),
  ]);
};

interface Course {
  readonly checked: Checked;
  readonly index: TargetIndex;
  /** What is broken at this step, by the key of the target. */
  readonly broken: Map<string, { readonly step: number; readonly text: string }>;
}

function checkStep(
  step: FileStep,
  i: number,
  { checked: { whole, wired, at }, index, broken }: Course,
): readonly Finding[] {
  const badStep = (offset: number, message: string, hint: string): readonly Finding[] =>
    [{ offset, code: 'BAD_STEP', message, hint }];
  const action = step.fail === undefined ? 'restore' : 'fail';
  const text = step[action];
  if (text === undefined) {
    return whole ? badStep(
      at('scenario', i),
      `step ${i + 1} does nothing`,
      'say what to break, fail: server-a, or what to mend, restore: server-a',
    ) : [];
  }
  if (step.fail !== undefined && step.restore !== undefined) {
    return badStep(
      at('scenario', i, 'restore'),
      `step ${i + 1} both fails and restores something`,
      'make it two steps, in the order they happen',
    );
  }
  if (!whole) return [];
  const offset = at('scenario', i, action);
  const resolved = resolveTarget(text, index);
  if (!('target' in resolved)) return wired || resolved.code !== 'BAD_TARGET' ? [{ offset, ...resolved }] : [];
  const findings: Finding[] = [];
  const how = howOfTarget[resolved.target.kind];
  if (action === 'restore' && step.how !== undefined) {
    findings.push(
      ...badStep(
        at('scenario', i, 'how'),
        '"how" is for steps that fail something',
        'remove it: what was broken is mended',
      ),
    );
  } else if (step.how !== undefined && step.how !== how) {
    findings.push(
      ...badStep(
        at('scenario', i, 'how'),
        `${quote(text)} cannot fail by ${quote(step.how)}, which is for ${faultWords[step.how]}`,
        `write  how: ${how}  or leave it out`,
      ),
    );
  }
  const earlier = broken.get(resolved.key);
  if (action === 'fail') {
    if (earlier !== undefined) findings.push(
      ...badStep(
        offset,
        `${quote(text)} has failed already`,
        `step ${earlier.step + 1} broke it: restore it before it fails again`,
      ),
    );
    broken.set(resolved.key, { step: i, text });
  } else if (!broken.delete(resolved.key)) {
    const names = [...broken.values()].slice(0, 100).map((fault) => fault.text);
    const hint = names.length === 0 ? 'nothing is broken at this step' : `broken at this step: ${listWords(names)}`;
    findings.push(...badStep(offset, `${quote(text)} has not failed`, hint));
  }
  return findings;
}

function checkWithin(step: FileStep, i: number, { at }: Checked): readonly Finding[] {
  const text = step.expect?.within;
  if (text === undefined) return [];
  const ms = parseDuration(text);
  const offset = at('scenario', i, 'expect', 'within');
  if (ms === undefined) return [{
    offset,
    code: 'BAD_VALUE',
    message: `${quote(text)} is not a time`,
    hint: 'write a number with its unit, such as 500ms, 2s or 1m',
  }];
  if (ms > 0 && ms <= longestWithinMs) return [];
  return [{
    offset,
    code: 'BAD_VALUE',
    message: `within ${quote(text)} is ${ms > 0 ? 'too long' : 'no time at all'}`,
    hint: `a step may take from 1ms to ${formatDuration(longestWithinMs)}`,
  }];
}
