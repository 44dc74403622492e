import { alternatives } from '../../support/suggest.js';
import type { Finding } from '../model/finding.js';
import type { FileChange, FileStep } from '../file/schema.js';
import { actionOf, actions, changeWords, type Action } from '../file/steps.js';
import { hasOwnWord, kindsOfFault, type WordedFault } from '../model/fault.js';
import { settingWords, settingWordsOf } from '../model/fault-settings.js';
import { probeSettings } from '../model/probe-kind.js';
import type { Path } from '../file/tree.js';
import type { Checked } from './checked.js';
import { checkProbe } from './probes.js';
import { checkPublish } from './dns/publish.js';
import type { PlacedStep } from './steps.js';

/** Which other words belong to an action that is not a kind of fault. */
const otherWords: Readonly<Record<Exclude<Action, WordedFault>, readonly string[]>> = {
  fail: ['how', ...settingWords],
  restore: ['how', ...settingWords],
  together: [],
  expect: [],
  'wait-for': [],
  repeat: ['steps'],
  probe: ['from', ...probeSettings, 'timeout'],
  publish: ['except', 'timeout'],
};

/** The words that belong to an action. */
export function wordsOf(action: Action): readonly string[] {
  return hasWordedKind(action) ? settingWordsOf(action) : otherWords[action];
}

function hasWordedKind(action: Action): action is WordedFault {
  return kindsOfFault.filter(hasOwnWord).some((how) => how === action);
}

/** A step does one thing, and says nothing that belongs to another. */
export function checkShapeOfStep({ step, path, number }: PlacedStep, checked: Checked): readonly Finding[] {
  const { whole, at, atKey } = checked;
  const bad = (offset: number, message: string, hint: string): Finding => ({ offset, code: 'BAD_STEP', message, hint });
  const said = actions.filter((action) => action !== 'expect' && step[action] !== undefined);
  const [first, second] = said;
  const action = actionOf(step);
  if (first !== undefined && second !== undefined) {
    const both =
      first === 'fail' && second === 'restore'
        ? 'both breaks and restores something'
        : `has both "${first}" and "${second}"`;
    return [
      bad(
        at(...path, second),
        `step ${number} ${both}`,
        areChanges([first, second])
          ? 'make it two steps, in the order they happen; or one with  together: [{...}, {...}]'
          : 'make it two steps, in the order they happen',
      ),
    ];
  }
  if (action === undefined) {
    return whole
      ? [
          bad(
            at(...path),
            `step ${number} does nothing`,
            'say what to break, fail: server-a, what to restore, restore: server-a, or what must be seen, expect: {...}',
          ),
        ]
      : [];
  }
  const findings: Finding[] = [];
  findings.push(...foreignWords(step, action, path, checked));
  const waited = step['wait-for'];
  if (waited !== undefined && typeof waited !== 'string' && step.expect !== undefined)
    findings.push(bad(atKey(...path, 'expect'), '"wait-for" has its own expectations', 'write them below  wait-for'));
  if (waited === 'settled' && Object.keys(step.expect ?? {}).some((word) => word !== 'within')) {
    findings.push(
      bad(
        atKey(...path, 'expect'),
        'this step waits only for routing to settle',
        'use only  within  here, and put the rest into a step of its own',
      ),
    );
  }
  if (action === 'repeat' && step.expect !== undefined)
    findings.push(bad(atKey(...path, 'expect'), '"repeat" cannot have "expect"', 'write  expect  in its steps'));
  if (action === 'repeat' && step.points !== undefined)
    findings.push(bad(atKey(...path, 'points'), '"repeat" cannot have "points"', 'write  points  in its steps'));
  else if (step.points !== undefined && step.expect === undefined && action !== 'wait-for' && action !== 'publish')
    findings.push(
      bad(atKey(...path, 'points'), 'nothing is expected here that could be worth points', 'add  expect  to the step'),
    );
  if (action === 'repeat' && step.steps === undefined && whole)
    findings.push(
      bad(
        at(...path),
        `step ${number} repeats nothing`,
        'say what, such as  steps: [{fail: server-a}, {restore: server-a}]',
      ),
    );
  if (action === 'together') {
    for (const [k, change] of (step.together ?? []).entries())
      findings.push(...checkTogether(change, [...path, 'together', k], checked));
  }
  if (action === 'probe') findings.push(...checkProbe(step, path, checked));
  if (action === 'publish') findings.push(...checkPublish(step, path, checked));
  return findings;
}

/** Whether all of these can happen at the same moment. */
function areChanges(said: readonly Action[]): boolean {
  return said.every((action) => changeWords.some((word) => word === action));
}

function foreignWords(step: FileStep | FileChange, action: Action, path: Path, { atKey }: Checked): readonly Finding[] {
  const foreign = Object.keys(step).filter(
    (word) => word !== action && word !== 'expect' && word !== 'points' && !wordsOf(action).includes(word),
  );
  return foreign.map((word): Finding => {
    const owners = actions.filter((each) => wordsOf(each).includes(word));
    return {
      offset: atKey(...path, word),
      code: 'BAD_STEP',
      message: `"${word}" does not belong to a step with "${action}"`,
      hint: `it belongs to ${alternatives(owners)}`,
    };
  });
}

function checkTogether(change: FileChange, path: Path, checked: Checked): readonly Finding[] {
  const said = changeWords.filter((word) => change[word] !== undefined);
  const [action] = said;
  if (action !== undefined && said.length === 1) return foreignWords(change, action, path, checked);
  const message = said.length === 0 ? 'this does nothing' : `this has both "${said[0] ?? ''}" and "${said[1] ?? ''}"`;
  return [
    {
      offset: checked.at(...path),
      code: 'BAD_STEP',
      message,
      hint: 'write one of  {fail: server-a},  {restore: server-a},  {drain: server-a}  or  {impair: a/b, loss: 1%}',
    },
  ];
}
