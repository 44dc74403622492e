import * as z from 'zod';
import { LabError } from '../errors.js';
import { faultsAfter } from '../fault/faults-after.js';
import { resolveFault } from '../fault/resolve-fault.js';
import type { ActiveFault } from '../fault/active-fault.js';
import type { Lab } from '../lab/lab.js';
import { kindsOfFault } from '../topology/model/fault.js';
import { flagNameOf, isSettingWord, settingOf, type FaultSettings } from '../topology/model/fault-settings.js';
import type { Live } from './live.js';
import { movesOf, type Foretold } from './moments.js';
import { faultsMoment } from './step-moments.js';
import { faultsIn, predictedCourses, type Subject } from './subject.js';

/** What is typed for each setting, by its word: `{delay: "10ms", keepRoutes: true}`. */
type WrittenSettings = Readonly<Record<string, string | boolean>>;
/** Reads settings as the command line does. Throws USAGE. */
export type ReadSettings = (written: WrittenSettings) => FaultSettings;

const wanted = z.strictObject({
  action: z.enum(['fail', 'restore']),
  target: z.string().max(1000),
  how: z.enum(kindsOfFault).optional(),
  settings: z.record(z.string(), z.union([z.string().max(200), z.boolean()])).default({}),
});
type Wanted = z.output<typeof wanted>;
const foretold = z.strictObject({
  /** In a file, what is taken for broken. */
  broken: z.array(wanted).max(100).default([]),
  change: wanted.optional(),
});

/** What is predicted to move by a change, before it is made. */
export async function foretell(subject: Subject, body: unknown, read: ReadSettings): Promise<Foretold> {
  const { broken, change } = parsed(foretold, body);
  const { plan } = subject;
  const now: readonly ActiveFault[] =
    subject.kind === 'lab' ? await faultsIn(subject) : broken.map((each) => faultOf(subject, each, read));
  const after =
    change === undefined
      ? now
      : faultsAfter(plan, now, {
          ...change,
          settings: change.action === 'fail' ? settingsOf(change, read) : undefined,
        });
  return {
    moves: movesOf(predictedCourses(plan, now), predictedCourses(plan, after)),
    then: faultsMoment(plan, after, 0),
  };
}

/** Plays a step in the lab, and tells the view of it. */
export async function playStep(lab: Lab, live: Live, body: unknown, read: ReadSettings): Promise<void> {
  const step = parsed(wanted, body);
  const { action, target, how } = step;
  await live.play(commandOf(step), () =>
    action === 'fail' ? lab.fail(target, { how, settings: settingsOf(step, read) }) : lab.restore(target, { how }),
  );
}

function faultOf({ plan }: Subject, step: Wanted, read: ReadSettings): ActiveFault {
  return resolveFault(plan, step.target, step.how, settingsOf(step, read));
}

function settingsOf({ settings }: Wanted, read: ReadSettings): FaultSettings {
  const written = Object.entries(settings).filter(([, value]) => value !== '');
  for (const [word, value] of written) {
    if (!isSettingWord(word)) throw new LabError('USAGE', `"${word}" is no setting of a fault`);
    if ((settingOf(word).takes === undefined) !== (typeof value === 'boolean'))
      throw new LabError('USAGE', `"${String(value)}" is not a value of "${word}"`);
  }
  return read(Object.fromEntries(written));
}

/** As it is typed. */
function commandOf({ action, target, how, settings }: Wanted): string {
  const flags = Object.entries(settings).flatMap(([word, value]) =>
    value === '' || !isSettingWord(word)
      ? []
      : typeof value === 'string'
        ? [`--${flagNameOf(word)} ${value}`]
        : [`--${value ? '' : 'no-'}${flagNameOf(word)}`],
  );
  return [action, target, ...(how === undefined ? [] : [`--how ${how}`]), ...flags].join(' ');
}

function parsed<T>(shape: z.ZodType<T>, body: unknown): T {
  const result = shape.safeParse(body);
  if (result.success) return result.data;
  throw new LabError('USAGE', `the request is not valid: ${z.prettifyError(result.error)}`);
}
