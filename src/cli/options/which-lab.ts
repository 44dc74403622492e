import type { Command } from 'commander';
import { LabError } from '../../errors.js';

/** An error of several labs for a command that names none, with the command that names one; every other as it is. */
export function naming(error: unknown, words: readonly string[], program: Command): unknown {
  if (!(error instanceof LabError) || error.code !== 'LAB_AMBIGUOUS') return error;
  const { labs } = error.cause as { readonly labs: readonly string[] };
  const [name = '', ...rest] = words;
  const isNamedByFlag = program.commands
    .find((command) => command.name() === name)
    ?.options.some(({ long }) => long === '--lab');
  const [lab = ''] = labs;
  const command = [name, ...(isNamedByFlag === true ? ['--lab'] : []), lab, ...rest].map(typed).join(' ');
  return new LabError(error.code, error.message, { cause: error, hint: `say which, as in  nearcast ${command}` });
}

/** A word as a shell reads it. */
function typed(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
