import { parseDuration } from '../../support/duration.js';
import { parsePrefix } from '../../support/ip.js';
import { alternatives, listWords } from '../../support/suggest.js';
import { autonomousSystems } from '../model/autonomous-systems.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import type { FaultKind, FaultTarget } from '../model/fault.js';
import type { FileChange, FileStep } from '../file/schema.js';
import { actionOf, actions, type Action } from '../file/steps.js';
import type { Path } from '../file/tree.js';
import { impairmentKeys, impairmentProblems } from '../file/impairment.js';
import {
  groupOfFault,
  howsOfTarget,
  needsBgp,
  resolveTarget,
  takesValue,
  targetIndex,
  targetWords,
} from '../model/target.js';
import type { TargetIndex } from '../model/target.js';
import type { Check, Checked } from './checked.js';
import { checkProbe } from './probes.js';
import { placedSteps, type PlacedStep } from './steps.js';

/** A fault that lasts longer would never end in practice: it is a slip of the unit. */
const longestMs = 3_600_000;
/** Faster than this, routing would not see each of them. */
const shortestPeriodMs = 100;
/** More steps than these are a slip, too. */
const mostSteps = 10_000;

/** The steps one after the other: each does one thing, what it breaks exists and works, and what it mends is broken. */
export const checkScenario: Check = (checked) => {
  const course: Course = {
    checked,
    index: targetIndex(checked.topology),
    systems: autonomousSystems(checked.topology),
    broken: [],
  };
  const steps = placedSteps(checked.file);
  const findings = steps.flatMap((placed) => checkShapeOfStep(placed, checked));
  if (!checked.whole) return findings;
  if (checked.topology.scenario.length > mostSteps) {
    const message = `the scenario has ${String(checked.topology.scenario.length)} steps, with all repetitions`;
    return [
      ...findings,
      { offset: checked.atKey('scenario'), code: 'BAD_STEP', message, hint: `${String(mostSteps)} are the most` },
    ];
  }
  const isWithin = (inner: PlacedStep, outer: PlacedStep): boolean =>
    inner.path.length > outer.path.length && outer.path.every((step, i) => inner.path[i] === step);
  for (const placed of steps.filter(({ path }) => path.length === 2)) {
    const own = placed.step.repeat === undefined ? [placed] : steps.filter((inner) => isWithin(inner, placed));
    // What a round leaves broken is in the way of the next one.
    const rounds = placed.step.repeat === undefined || placed.step.repeat < 2 ? 1 : 2;
    for (let round = 0; round < rounds; round++)
      findings.push(...own.flatMap((each) => partsOf(each).flatMap((part) => checkPart(part, course))));
  }
  return uniqueFindings(findings);
};

/** The same slip in every round is one. */
function uniqueFindings(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ offset, message }) => {
    const key = `${String(offset)} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** One change of a step, where it stands. */
interface PlacedPart {
  readonly change: FileChange;
  readonly action: 'fail' | 'restore' | 'drain' | 'impair';
  readonly path: Path;
  readonly number: string;
}

function partsOf({ step, path, number }: PlacedStep): readonly PlacedPart[] {
  const changes =
    step.together === undefined
      ? [{ change: step, path }]
      : step.together.map((change, k) => ({ change, path: [...path, 'together', k] }));
  return changes.flatMap(({ change, path: at }) => {
    const action = (['fail', 'restore', 'drain', 'impair'] as const).find((word) => change[word] !== undefined);
    return action === undefined ? [] : [{ change, action, path: at, number }];
  });
}

/** Which other words belong to an action. */
const wordsOf: Readonly<Record<Action, readonly string[]>> = {
  fail: ['how', 'for', 'period', 'keepRoutes', 'value', 'announce', ...impairmentKeys],
  restore: ['how', 'for', 'period', 'keepRoutes', 'value', 'announce', ...impairmentKeys],
  drain: ['for'],
  impair: ['for', ...impairmentKeys],
  together: [],
  expect: [],
  'wait-for': [],
  repeat: ['steps'],
  probe: ['from', 'to', 'port', 'send', 'path', 'flows', 'sourcePorts', 'command', 'timeout'],
};

/** A step does one thing, and says nothing that belongs to another. */
function checkShapeOfStep({ step, path, number }: PlacedStep, checked: Checked): readonly Finding[] {
  const { whole, at, atKey } = checked;
  const bad = (offset: number, message: string, hint: string): Finding => ({ offset, code: 'BAD_STEP', message, hint });
  const said = actions.filter((action) => action !== 'expect' && step[action] !== undefined);
  const [first, second] = said;
  const action = actionOf(step);
  if (first !== undefined && second !== undefined) {
    const both =
      first === 'fail' && second === 'restore'
        ? 'both fails and restores something'
        : `says both "${first}" and "${second}"`;
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
            'say what to break, fail: server-a, what to mend, restore: server-a, or what must be seen, expect: {...}',
          ),
        ]
      : [];
  }
  const findings: Finding[] = [];
  findings.push(...foreignWords(step, action, path, checked));
  const waited = step['wait-for'];
  if (waited !== undefined && typeof waited !== 'string' && step.expect !== undefined)
    findings.push(bad(atKey(...path, 'expect'), 'what is waited for is what is expected', 'write it below  wait-for'));
  if (waited === 'settled' && Object.keys(step.expect ?? {}).some((word) => word !== 'within')) {
    findings.push(
      bad(
        atKey(...path, 'expect'),
        'routing that settles is all that this step waits for',
        'expect only  within  here, and the rest in a step of its own',
      ),
    );
  }
  if (action === 'repeat' && step.expect !== undefined)
    findings.push(bad(atKey(...path, 'expect'), 'a repetition expects nothing itself', 'write  expect  at its steps'));
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
  return findings;
}

/** Whether all of these can happen at the same moment. */
function areChanges(said: readonly Action[]): boolean {
  return said.every((action) => action === 'fail' || action === 'restore' || action === 'drain' || action === 'impair');
}

function foreignWords(step: FileStep | FileChange, action: Action, path: Path, { atKey }: Checked): readonly Finding[] {
  const foreign = Object.keys(step).filter(
    (word) => word !== action && word !== 'expect' && !wordsOf[action].includes(word),
  );
  return foreign.map((word): Finding => {
    const owners = actions.filter((each) => wordsOf[each].includes(word));
    return {
      offset: atKey(...path, word),
      code: 'BAD_STEP',
      message: `"${word}" says nothing of a step with "${action}"`,
      hint: `it belongs to ${alternatives(owners)}`,
    };
  });
}

function checkTogether(change: FileChange, path: Path, checked: Checked): readonly Finding[] {
  const said = (['fail', 'restore', 'drain', 'impair'] as const).filter((word) => change[word] !== undefined);
  const [action] = said;
  if (action !== undefined && said.length === 1) return foreignWords(change, action, path, checked);
  const message =
    said.length === 0 ? 'nothing happens here' : `this says both "${said[0] ?? ''}" and "${said[1] ?? ''}"`;
  return [
    {
      offset: checked.at(...path),
      code: 'BAD_STEP',
      message,
      hint: 'write one of  {fail: server-a},  {restore: server-a},  {drain: server-a}  or  {impair: a/b, loss: 1%}',
    },
  ];
}

/** Something that is broken at a step, and which step broke it. */
interface Broken {
  readonly step: string;
  readonly text: string;
  readonly key: string;
  readonly how: FaultKind;
}

interface Course {
  readonly checked: Checked;
  readonly index: TargetIndex;
  readonly systems: ReadonlyMap<string, number>;
  readonly broken: Broken[];
}

function checkPart(
  { change, action: word, path, number }: PlacedPart,
  { checked: { wired, at }, index, systems, broken }: Course,
): readonly Finding[] {
  const badStep = (offset: number, message: string, hint: string): readonly Finding[] => [
    { offset, code: 'BAD_STEP', message, hint },
  ];
  const text = change[word] ?? '';
  const action = word === 'restore' ? 'restore' : 'fail';
  const step = { ...change, how: change.how ?? (word === 'drain' || word === 'impair' ? word : undefined) };
  const offset = at(...path, word);
  const resolved = resolveTarget(text, index, action === 'restore' ? 'any' : step.how);
  if (!('target' in resolved)) return wired || resolved.code !== 'BAD_TARGET' ? [{ offset, ...resolved }] : [];
  const findings: Finding[] = [];
  const hows = howsOfTarget[resolved.target.kind];
  const own = broken.filter(({ key }) => key === resolved.key);
  if (action === 'restore' && step.how !== undefined && own.length < 2) {
    findings.push(
      ...badStep(
        at(...path, change.how === undefined ? word : 'how'),
        '"how" is for steps that fail something',
        'remove it: what was broken is mended',
      ),
    );
  } else if (step.how !== undefined && !hows.includes(step.how)) {
    findings.push(
      ...badStep(
        at(...path, change.how === undefined ? word : 'how'),
        `${quote(text)} cannot fail by ${quote(step.how)}, which is for ${targetsOf(step.how)}`,
        hows.length === 1
          ? `write  how: ${hows[0]}  or leave it out`
          : `write one of ${listWords(hows)}, or leave it out for ${hows[0]}`,
      ),
    );
  } else {
    findings.push(...checkSettings(step, { path, word, number }, step.how ?? hows[0], at));
    const { target } = resolved;
    if (step.how !== undefined && needsBgp(step.how) && 'node' in target && !systems.has(target.node)) {
      findings.push(
        ...badStep(
          at(...path, change.how === undefined ? word : 'how'),
          `${quote(target.node)} speaks no BGP, so it cannot ${step.how === 'leak' ? 'leak' : `change ${step.how}`}`,
          'give it an  asn  or break something else',
        ),
      );
    }
  }
  if (action === 'fail') {
    const how = step.how ?? hows[0];
    const earlier = own.find(
      (each) => groupOfFault[each.how] === groupOfFault[how] && (!takesValue(how) || each.text === text),
    );
    if (earlier !== undefined)
      findings.push(
        ...badStep(
          offset,
          `${quote(text)} has failed already`,
          `step ${earlier.step} broke it: restore it before it fails again`,
        ),
      );
    // One that mends itself may be whole by the next step.
    else if (step.for === undefined) broken.push({ step: number, text, key: resolved.key, how });
    return findings;
  }
  const meant = step.how === undefined ? own : own.filter(({ how }) => how === step.how);
  const [only] = meant;
  if (only === undefined) {
    const names = broken.slice(0, 100).map((fault) => fault.text);
    const hint = names.length === 0 ? 'nothing is broken at this step' : `broken at this step: ${listWords(names)}`;
    findings.push(...badStep(offset, `${quote(text)} has not failed`, hint));
  } else if (meant.length > 1) {
    const ways = listWords(meant.map(({ how }) => how));
    findings.push(
      ...badStep(
        offset,
        `${quote(text)} has failed in several ways`,
        `say which is mended, how: ... with one of ${ways}`,
      ),
    );
  } else {
    broken.splice(broken.indexOf(only), 1);
  }
  return findings;
}

/** Which targets fail in this way. */
function targetsOf(how: FaultKind): string {
  const kinds = Object.entries(howsOfTarget)
    .filter(([, hows]) => hows.includes(how))
    .map(([kind]) => kind as FaultTarget['kind']);
  return kinds.map((kind) => targetWords[kind]).join(' or ');
}

/** What is said of a fault belongs to its kind, and can be read. */
function checkSettings(
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
    refuse('value', '"value" is for  how: prepend,  med  or  local-pref', 'write one of them or remove it');
  if (step.value !== undefined && how === 'prepend' && (step.value < 1 || step.value > 10))
    refuse('value', 'an AS number is told 1 to 10 times more', 'write  value: 3');
  if (step.announce !== undefined && how === 'hijack' && parsePrefix(step.announce)?.kind !== 'network') {
    refuse(
      'announce',
      `${quote(step.announce)} is no prefix`,
      'write the network and its length, such as 192.0.2.0/25',
    );
  }
  for (const key of said) {
    const owner = settingOwners[key];
    if (action === 'restore')
      refuse(key, `"${key}" is for steps that fail something`, 'remove it: what was broken is mended');
    else if (owner !== undefined && owner !== how)
      refuse(key, `"${key}" is for faults with  how: ${owner}`, `write  how: ${owner}  or remove it`);
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
        `${key} ${quote(text)} is no time that a fault can take`,
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
