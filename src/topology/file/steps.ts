import { parseDuration } from '../../support/duration.js';
import { readClients, readExpectations } from './expectations.js';
import { readImpairment } from './impairment.js';
import { hasOwnWord, kindsOfFault, usualHow, type WordedFault } from '../model/fault.js';
import type { FaultSettings } from '../model/fault-settings.js';
import type { FileChange, FileStep } from './schema.js';
import { probeKinds } from '../model/probe-kind.js';
import type { ChangePart, ProbeSettings, Step } from '../model/step.js';
import { zoneName } from '../model/names.js';
import { parseTarget } from '../model/target.js';
import type { Path } from './tree.js';

/** How long a new serial may take where nothing is said. */
export const PUBLISH_WITHIN_MS = 10_000;

/** What one change of a step can be: a fault, a repair, or a kind of fault that has a word of its own. */
export const changeWords = ['fail', 'restore', ...kindsOfFault.filter(hasOwnWord)] as const;
export type ChangeWord = (typeof changeWords)[number];

/** What a step of a file can be; each step is one of these. */
export const actions = [...changeWords, 'expect', 'probe', 'publish', 'repeat', 'together', 'wait-for'] as const;
export type Action = (typeof actions)[number];

/**
 * The one thing that a step does; undefined where it does nothing. What is expected after a change is no action of its
 * own.
 */
export function actionOf(step: FileStep): Action | undefined {
  const said = actions.filter((action) => action !== 'expect' && step[action] !== undefined);
  return said[0] ?? (step.expect === undefined ? undefined : 'expect');
}

/** What a step means; a repetition is as many steps as it has rounds. */
export function readSteps(step: FileStep, clients: readonly string[]): readonly Step[] {
  const { points } = step;
  const steps = stepsOf(step, clients);
  return points === undefined ? steps : steps.map((each) => ({ ...each, points }));
}

function stepsOf(step: FileStep, clients: readonly string[]): readonly Step[] {
  const expect = readExpectations(step.expect ?? {}, clients);
  switch (actionOf(step)) {
    case 'repeat':
      return Array.from({ length: step.repeat ?? 0 }).flatMap(() =>
        (step.steps ?? []).flatMap((each) => readSteps(each, clients)),
      );
    case 'together': {
      const parts = (step.together ?? []).map(readPart);
      return [{ kind: 'change', title: parts.map(titleOf).join(', '), parts, expect }];
    }
    case 'probe': {
      const probe = readProbe(step, clients);
      return [
        {
          kind: 'probe',
          title: `probe ${probe.kind} from ${probe.from.label}${probe.to === undefined ? '' : ` to ${probe.to}`}`,
          probe,
          expect,
        },
      ];
    }
    case 'publish': {
      const zone = zoneName(step.publish ?? '');
      const withinMs = (step.timeout === undefined ? undefined : parseDuration(step.timeout)) ?? PUBLISH_WITHIN_MS;
      return [{ kind: 'publish', title: `publish ${zone}`, zone, except: step.except ?? [], withinMs, expect }];
    }
    case 'wait-for': {
      const wanted = step['wait-for'];
      const settled = typeof wanted === 'string' || wanted === undefined;
      return [
        {
          kind: 'wait-for',
          title: settled ? 'wait for routing to settle' : 'wait for',
          expect: settled ? expect : readExpectations(wanted, clients),
          settled,
        },
      ];
    }
    case 'expect':
      return [{ kind: 'expect', title: 'expect', expect, settled: false }];
    default: {
      const part = readPart(step);
      return [{ kind: 'change', title: titleOf(part), parts: [part], expect }];
    }
  }
}

/** Where each step stands that `readSteps` makes of a file's, in their order. */
export function stepPaths(steps: readonly FileStep[]): readonly Path[] {
  return steps.flatMap((step, nth): readonly Path[] =>
    actionOf(step) === 'repeat'
      ? Array.from({ length: step.repeat ?? 0 }).flatMap(() =>
          (step.steps ?? []).map((_, inner): Path => ['scenario', nth, 'steps', inner]),
        )
      : [['scenario', nth]],
  );
}

/** The kind of fault that a step's word names by itself. */
export function kindSaidBy(word: ChangeWord): WordedFault | undefined {
  return word === 'fail' || word === 'restore' ? undefined : word;
}

/** What one change breaks or restores. */
function readPart(change: FileChange): ChangePart {
  const word = changeWords.find((each) => change[each] !== undefined) ?? 'fail';
  const target = change[word] ?? '';
  const meant = word === 'fail' ? usualHow(parseTarget(target)?.kind ?? 'node') : kindSaidBy(word);
  return {
    action: word === 'restore' ? 'restore' : 'fail',
    target,
    how: change.how ?? meant,
    settings: settingsOf(change),
  };
}

function titleOf({ action, target, how }: ChangePart): string {
  return how !== undefined && hasOwnWord(how)
    ? `${action === 'restore' ? 'restore' : how} ${target}`
    : `${action} ${target}`;
}

function settingsOf(change: FileChange): FaultSettings {
  const duration = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : parseDuration(text);
  const settings: FaultSettings = {
    impairment: readImpairment(change),
    periodMs: duration(change.period),
    keepRoutes: change.keepRoutes,
    value: change.value,
    announce: change.announce,
    against: change.against,
    packets: change.packets,
    protocol: change.protocol,
    forge: change.forge,
    forMs: duration(change.for),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function readProbe(step: FileStep, clients: readonly string[]): ProbeSettings {
  const kind = step.probe ?? 'dns';
  const { command } = step;
  return {
    kind,
    from: readClients(step.from ?? 'all', clients),
    to: step.to,
    port: step.port,
    send: step.send,
    httpPath: step.path,
    httpMethod: step.method,
    cookies: step.cookies ?? false,
    flows: step.flows ?? step.sourcePorts?.length ?? 1,
    sourcePorts: step.sourcePorts,
    command: typeof command === 'string' ? ['sh', '-c', command] : command,
    timeoutMs: (step.timeout === undefined ? undefined : parseDuration(step.timeout)) ?? probeKinds[kind].timeoutMs,
  };
}
