import type { Command } from 'commander';
import { LabError } from '../../errors.js';

/** An error of several labs for a command that names none, with the command that names one; every other as it is. */
export function naming(error: unknown, words: readonly string[], program: Command): unknown {
  if (!(error instanceof LabError) || error.code !== 'LAB_AMBIGUOUS') return error;
  const { labs } = error.cause as { readonly labs: readonly string[] };
  const [name = '', ...written] = words;
  const verb = verbNamed(name, program);
  // Behind the first word of a command for a node, --lab is a word of that command: it is one that is up, so it was meant.
  const at = written.findIndex((word, index) => word === '--lab' && labs.includes(written[index + 1] ?? ''));
  const rest = at < 0 ? written : written.toSpliced(at, 2);
  const lab = (at < 0 ? undefined : written[at + 1]) ?? labs[0] ?? '';
  // A node comes before the lab, as in  config router1 figure3.
  const named =
    verb !== undefined && isNamedByFlag(verb)
      ? ['--lab', lab, ...rest]
      : verb?.registeredArguments[0]?.required === true
        ? [...rest, lab]
        : [lab, ...rest];
  const command = [name, ...named].map(typed).join(' ');
  return new LabError(error.code, error.message, { cause: error, hint: `say which, as in  nearcast ${command}` });
}

/** The words with `--lab mine` as the last argument, for a verb that takes the lab so: others have it as a flag. */
export function labAsArgument(words: readonly string[], program: Command): readonly string[] {
  const at = words.indexOf('--lab');
  const lab = words[at + 1];
  const verb = verbNamed(words[0], program);
  const last = verb?.registeredArguments.at(-1)?.name().split('|');
  if (at < 0 || lab === undefined || verb === undefined || isNamedByFlag(verb) || last?.includes('lab') !== true)
    return words;
  return [...words.slice(0, at), ...words.slice(at + 2), lab];
}

function verbNamed(name: string | undefined, program: Command): Command | undefined {
  return program.commands.find((command) => command.name() === name);
}

function isNamedByFlag(verb: Command): boolean {
  return verb.options.some(({ long }) => long === '--lab');
}

/** A word as a shell reads it. */
function typed(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
