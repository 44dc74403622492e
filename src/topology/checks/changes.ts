import { didYouMean, listWords } from '../../support/suggest.js';
import { kindSaidBy } from '../file/steps.js';
import { targetWords } from '../model/fault-target.js';
import { entryOf, howsOf, takesValue, usualHow, type FaultKind } from '../model/fault.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import { resolveTarget } from '../model/target.js';
import type { TargetIndex } from '../model/target.js';
import type { Checked } from './checked.js';
import { checkSettings } from './fault-settings.js';
import type { PlacedPart } from './steps.js';

/** Something that is broken at a step, and which step broke it. */
interface Broken {
  readonly step: string;
  readonly text: string;
  readonly key: string;
  readonly how: FaultKind;
}

export interface Course {
  readonly checked: Checked;
  readonly index: TargetIndex;
  readonly systems: ReadonlyMap<string, number>;
  readonly broken: Broken[];
}

export function checkPart(
  { change, action: word, path, number }: PlacedPart,
  { checked: { wired, at }, index, systems, broken }: Course,
): readonly Finding[] {
  const badStep = (offset: number, message: string, hint: string): readonly Finding[] => [
    { offset, code: 'BAD_STEP', message, hint },
  ];
  const text = change[word] ?? '';
  const action = word === 'restore' ? 'restore' : 'fail';
  const step = { ...change, how: change.how ?? kindSaidBy(word) };
  const offset = at(...path, word);
  const resolved = resolveTarget(text, index, action === 'restore' ? 'any' : step.how);
  if (!('target' in resolved)) return wired || resolved.code !== 'BAD_TARGET' ? [{ offset, ...resolved }] : [];
  const findings: Finding[] = [];
  const hows = howsOf(resolved.target.kind);
  const how = step.how ?? usualHow(resolved.target.kind);
  const own = broken.filter(({ key }) => key === resolved.key);
  if (action === 'restore' && step.how !== undefined && own.length < 2) {
    findings.push(
      ...badStep(
        at(...path, change.how === undefined ? word : 'how'),
        '"how" belongs to steps that break something',
        'remove it: this step restores a target',
      ),
    );
  } else if (step.how !== undefined && !hows.includes(step.how)) {
    findings.push(
      ...badStep(
        at(...path, change.how === undefined ? word : 'how'),
        `${quote(text)} cannot fail by ${quote(step.how)}, which is a fault of ${targetsOf(step.how)}`,
        hows.length === 1
          ? `write  how: ${hows.join()}  or leave it out`
          : `write one of ${listWords(hows)}, or leave it out for ${usualHow(resolved.target.kind)}`,
      ),
    );
  } else {
    findings.push(...checkSettings(step, { path, word, number }, how, at));
    const { against } = step;
    if (against !== undefined && !index.services.has(against))
      findings.push({
        offset: at(...path, 'against'),
        code: 'UNKNOWN_SERVICE',
        message: `there is no service ${quote(against)}`,
        hint: () => didYouMean(against, index.services.keys(), 'services'),
      });
    const { target } = resolved;
    if (step.how !== undefined && entryOf(how).needs === 'BGP' && 'node' in target && !systems.has(target.node)) {
      findings.push(
        ...badStep(
          at(...path, change.how === undefined ? word : 'how'),
          `${quote(target.node)} does not speak BGP, so it cannot ${takesValue(how) ? `change ${how}` : how}`,
          'give it an  asn  or break something else',
        ),
      );
    }
  }
  if (action === 'fail') {
    const earlier = own.find(
      (each) => entryOf(each.how).group === entryOf(how).group && (!takesValue(how) || each.text === text),
    );
    if (earlier !== undefined)
      findings.push(
        ...badStep(
          offset,
          `${quote(text)} has failed already`,
          `step ${earlier.step} broke it: restore it before you break it again`,
        ),
      );
    // One that ends by itself may be over by the next step.
    else if (step.for === undefined) broken.push({ step: number, text, key: resolved.key, how });
    return findings;
  }
  const meant = step.how === undefined ? own : own.filter((fault) => fault.how === step.how);
  const [only] = meant;
  if (only === undefined) {
    const names = broken.slice(0, 100).map((fault) => fault.text);
    const hint = names.length === 0 ? 'nothing is broken at this step' : `broken at this step: ${listWords(names)}`;
    findings.push(...badStep(offset, `${quote(text)} has not failed`, hint));
  } else if (meant.length > 1) {
    const ways = listWords(meant.map((fault) => fault.how));
    findings.push(
      ...badStep(
        offset,
        `${quote(text)} has failed in several ways`,
        `say which fault to restore: how: ... with one of ${ways}`,
      ),
    );
  } else {
    broken.splice(broken.indexOf(only), 1);
  }
  return findings;
}

/** Which targets fail in this way. */
function targetsOf(how: FaultKind): string {
  return entryOf(how)
    .targets.map((kind) => targetWords[kind])
    .join(' or ');
}
