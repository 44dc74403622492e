import { LabError } from '../../errors.js';
import { didYouMean, listWords } from '../../support/suggest.js';
import { impairmentProblems, readImpairment, type WrittenImpairment } from '../../topology/file/impairment.js';
import { floodProtocols } from '../../topology/model/fault-settings.js';
import type { FaultSettings, FloodProtocol } from '../../topology/model/fault-settings.js';
import { kindsOfFault, MOST_UINT32 } from '../../topology/model/fault.js';
import type { FaultKind } from '../../topology/model/fault.js';
import { durationOf, wholeNumberOf } from '../flags.js';

/** What a fault's flags say. */
export interface FaultFlags extends WrittenImpairment {
  readonly how?: string;
  readonly for?: string;
  readonly period?: string;
  /** Undefined, or what `--keep-routes` and `--no-keep-routes` say. */
  readonly keepRoutes?: boolean;
  readonly value?: string;
  readonly announce?: string;
  readonly against?: string;
  readonly packets?: string;
  readonly protocol?: string;
  /** Undefined, or what `--forge` and `--no-forge` say. */
  readonly forge?: boolean;
}

/** What the flags mean. Throws USAGE. */
export function faultSettings(flags: FaultFlags): FaultSettings {
  const [problem] = impairmentProblems(flags);
  if (problem !== undefined) throw new LabError('USAGE', problem.message, { hint: problem.hint });
  return {
    impairment: readImpairment(flags),
    periodMs: durationOf('period', flags.period),
    keepRoutes: flags.keepRoutes,
    value: wholeNumberOf('value', flags.value, { least: 0, most: MOST_UINT32, example: 100 }),
    announce: flags.announce,
    against: flags.against,
    packets: wholeNumberOf('packets', flags.packets, { least: 0, most: MOST_UINT32, example: 200 }),
    protocol: flags.protocol === undefined ? undefined : protocol(flags.protocol),
    forge: flags.forge,
    forMs: durationOf('for', flags.for),
  };
}

/** The kind of fault that a word names. Throws USAGE. */
export function faultKind(word: string): FaultKind {
  const kind = kindsOfFault.find((each) => each === word);
  if (kind === undefined)
    throw new LabError('USAGE', `"${word}" is not a kind of fault`, {
      hint: didYouMean(word, kindsOfFault, 'kinds of fault'),
    });
  return kind;
}

function protocol(text: string): FloodProtocol {
  const known = floodProtocols.find((each) => each === text);
  if (known === undefined)
    throw new LabError('USAGE', `"${text}" is not a protocol of a flood`, {
      hint: `--protocol takes ${listWords(floodProtocols)}`,
    });
  return known;
}
