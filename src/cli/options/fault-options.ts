import type { Command } from 'commander';
import { flagsOf, settingWords, settingWordsOf } from '../../topology/model/fault-settings.js';
import { howsOf, type FaultKind } from '../../topology/model/fault.js';
import { targetKinds, targetWords } from '../../topology/model/fault-target.js';

/** Gives a command the flags of a fault. */
export function withFaultFlags(command: Command): Command {
  command.option(
    '--how <fault>',
    `kind of fault; the first is the default (${targetKinds.map((kind) => `${targetWords[kind]}: ${howsOf(kind).join(', ')}`).join('; ')})`,
  );
  for (const [flag, says] of settingWords.flatMap((word) => flagsOf(word))) command.option(flag, says);
  return command;
}

/** Gives a command the flags of one kind of fault. */
export function withSettingsOf(how: FaultKind, command: Command): Command {
  for (const [flag, says] of settingWordsOf(how).flatMap((word) => flagsOf(word, how))) command.option(flag, says);
  return command;
}
