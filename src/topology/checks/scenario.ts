import { formatDuration, parseDuration } from '../../support/duration.js';
import { parsePrefix } from '../../support/ip.js';
import { listWords } from '../../support/suggest.js';
import { autonomousSystems } from '../autonomous-systems.js';
import { quote } from '../finding.js';
import type { Finding } from '../finding.js';
import type { FaultKind, FaultTarget } from '../model.js';
import type { FileStep } from '../schema.js';
import { impairmentProblems } from '../impairment.js';
import { groupOfFault, howsOfTarget, needsBgp, resolveTarget, takesValue, targetIndex, targetWords } from '../target.js';
import type { TargetIndex } from '../target.js';
import type { Check, Checked } from './checked.js';

/** A step that waits longer would never end in practice: it is a slip of the unit. */
const longestWithinMs = 3_600_000;
/** Faster than this, routing would not see each of them. */
const shortestPeriodMs = 100;

/** The steps one after the other: what they break exists and works, and what they mend is broken. */
export const checkScenario: Check = (checked) => {
  const index = targetIndex(checked.topology);
  const systems = autonomousSystems(checked.topology);
  const broken: Broken[] = [];
  return (checked.file.scenario ?? []).flatMap((step, i) => [
    ...checkWithin(step, i, checked),
    ...checkStep(step, i, { checked, index, systems, broken }),
  ]);
};

/** Something that is broken at a step, and which step broke it. */
interface Broken {
  readonly step: number;
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

function checkStep(
  step: FileStep,
  i: number,
  { checked: { whole, wired, at }, index, systems, broken }: Course,
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
  const resolved = resolveTarget(text, index, action === 'restore' ? 'any' : step.how);
  if (!('target' in resolved)) return wired || resolved.code !== 'BAD_TARGET' ? [{ offset, ...resolved }] : [];
  const findings: Finding[] = [];
  const hows = howsOfTarget[resolved.target.kind];
  const own = broken.filter(({ key }) => key === resolved.key);
  if (action === 'restore' && step.how !== undefined && own.length < 2) {
    findings.push(
      ...badStep(
        at('scenario', i, 'how'),
        '"how" is for steps that fail something',
        'remove it: what was broken is mended',
      ),
    );
  } else if (step.how !== undefined && !hows.includes(step.how)) {
    findings.push(
      ...badStep(
        at('scenario', i, 'how'),
        `${quote(text)} cannot fail by ${quote(step.how)}, which is for ${targetsOf(step.how)}`,
        hows.length === 1 ? `write  how: ${hows[0]}  or leave it out` : `write one of ${listWords(hows)}, or leave it out for ${hows[0]}`,
      ),
    );
  } else {
    findings.push(...checkSettings(step, i, action, step.how ?? hows[0], at));
    const { target } = resolved;
    if (step.how !== undefined && needsBgp(step.how) && 'node' in target && !systems.has(target.node)) {
      findings.push(...badStep(at('scenario', i, 'how'), `${quote(target.node)} speaks no BGP, so it cannot ${step.how === 'leak' ? 'leak' : `change ${step.how}`}`, 'give it an  asn  or break something else'));
    }
  }
  if (action === 'fail') {
    const how = step.how ?? hows[0];
    const earlier = own.find((each) => groupOfFault[each.how] === groupOfFault[how] && (!takesValue(how) || each.text === text));
    if (earlier !== undefined) findings.push(
      ...badStep(
        offset,
        `${quote(text)} has failed already`,
        `step ${earlier.step + 1} broke it: restore it before it fails again`,
      ),
    );
    // One that mends itself may be whole by the next step.
    else if (step.for === undefined) broken.push({ step: i, text, key: resolved.key, how });
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
    findings.push(...badStep(offset, `${quote(text)} has failed in several ways`, `say which is mended, how: ... with one of ${ways}`));
  } else {
    broken.splice(broken.indexOf(only), 1);
  }
  return findings;
}

/** Which targets fail in this way. */
function targetsOf(how: FaultKind): string {
  const kinds = Object.entries(howsOfTarget).filter(([, hows]) => hows.includes(how)).map(([kind]) => kind as FaultTarget['kind']);
  return kinds.map((kind) => targetWords[kind]).join(' or ');
}

/** What is said of a fault belongs to its kind, and can be read. */
function checkSettings(step: FileStep, i: number, action: 'fail' | 'restore', how: FaultKind, at: Checked['at']): readonly Finding[] {
  const findings: Finding[] = [];
  const refuse = (key: string, message: string, hint: string): void => {
    findings.push({ offset: at('scenario', i, key), code: 'BAD_STEP', message, hint });
  };
  const said = Object.keys(step).filter((key) => Object.hasOwn(settingOwners, key)) as (keyof typeof settingOwners)[];
  if (step.value !== undefined && !takesValue(how)) refuse('value', '"value" is for  how: prepend,  med  or  local-pref', 'write one of them or remove it');
  if (step.value !== undefined && how === 'prepend' && (step.value < 1 || step.value > 10)) refuse('value', 'an AS number is told 1 to 10 times more', 'write  value: 3');
  if (step.announce !== undefined && how === 'hijack' && parsePrefix(step.announce)?.kind !== 'network') {
    refuse('announce', `${quote(step.announce)} is no prefix`, 'write the network and its length, such as 192.0.2.0/25');
  }
  for (const key of said) {
    const owner = settingOwners[key];
    if (action === 'restore') refuse(key, `"${key}" is for steps that fail something`, 'remove it: what was broken is mended');
    else if (owner !== undefined && owner !== how) refuse(key, `"${key}" is for faults with  how: ${owner}`, `write  how: ${owner}  or remove it`);
  }
  if (findings.length > 0) return findings;
  for (const { key, message, hint } of impairmentProblems(step)) refuse(key, message, hint);
  for (const key of ['for', 'period'] as const) {
    const text = step[key];
    if (text === undefined) continue;
    const ms = parseDuration(text);
    if (ms === undefined || ms < (key === 'period' ? shortestPeriodMs : 1) || ms > longestWithinMs) {
      refuse(key, `${key} ${quote(text)} is no time that a fault can take`, key === 'period' ? 'write it as in 1s, from 100ms on' : 'write it as in 5s');
    }
  }
  if (action === 'fail' && how === 'impair' && !said.some((key) => settingOwners[key] === 'impair')) {
    refuse('fail', `step ${i + 1} impairs nothing`, 'say how, such as  loss: 1%  or  delay: 10ms');
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

function checkWithin(step: FileStep, i: number, { at }: Checked): readonly Finding[] {
  const outage = step.expect?.outage;
  const outageMs = outage === undefined ? 0 : parseDuration(outage);
  if (outageMs === undefined || outageMs > longestWithinMs) return [{
    offset: at('scenario', i, 'expect', 'outage'),
    code: 'BAD_VALUE',
    message: `${quote(outage ?? '')} is no time that an outage could take`,
    hint: 'write a number with its unit, such as 0ms, 50ms or 2s',
  }];
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
