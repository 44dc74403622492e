import type { Argument, Command } from 'commander';

/** What may stand at a place, with a few words about it where there are some. */
export interface Candidate {
  readonly value: string;
  readonly about?: string;
}

/** Which names there are, by the name of an argument or flag, `lab` or `--how`; none of them begins with a hyphen. */
export type Names = (what: string, words: CommandLineWords) => Promise<readonly Candidate[]>;

/** A command line as far as it is typed: its verb, the words and flags behind it. */
export interface CommandLineWords {
  readonly verb: string;
  readonly words: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
}

/** What the last of these words could become: a verb, a flag, or a name. Words before it are whole. */
export async function complete(
  program: Command,
  typed: readonly string[],
  names: Names,
): Promise<readonly Candidate[]> {
  const current = typed.at(-1) ?? '';
  const { verb, line, pending } = readLine(program, typed.slice(0, -1));
  const candidates =
    pending !== undefined
      ? await names(pending, line)
      : current.startsWith('-')
        ? flagsOf(verb ?? program)
        : verb === undefined
          ? verbsOf(program)
          : await namesAt(verb, line, names);
  return candidates.filter(({ value }) => value.startsWith(current));
}

/** The verb, what follows it, and the flag whose value comes next. */
function readLine(
  program: Command,
  typed: readonly string[],
): { readonly verb: Command | undefined; readonly line: CommandLineWords; readonly pending: string | undefined } {
  const words: string[] = [];
  const flags = new Map<string, string>();
  let verb: Command | undefined;
  let pending: string | undefined;
  for (const word of typed) {
    if (pending !== undefined) {
      flags.set(pending, word);
      pending = undefined;
    } else if (word.startsWith('-')) {
      const option = verb?.options.find(({ long }) => long === word);
      if (option !== undefined && (option.required || option.optional)) pending = word;
    } else if (verb === undefined) verb = program.commands.find((each) => each.name() === word);
    else words.push(word);
  }
  return { verb, line: { verb: verb?.name() ?? '', words, flags }, pending };
}

function verbsOf(program: Command): readonly Candidate[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((each) => ({ value: each.name(), about: each.summary() || each.description() }));
}

function flagsOf(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (typeof long === 'string' ? [{ value: long, about: description }] : []));
}

/** The names for the argument that comes next; an argument such as `topology|lab` takes either. */
async function namesAt(verb: Command, line: CommandLineWords, names: Names): Promise<readonly Candidate[]> {
  const args: readonly Argument[] = verb.registeredArguments;
  const last = args.at(-1);
  const next = args[line.words.length] ?? (last?.variadic === true ? last : undefined);
  if (next === undefined) return [];
  const kinds = next.name().split('|');
  return (await Promise.all(kinds.map((kind) => names(kind, line)))).flat();
}
