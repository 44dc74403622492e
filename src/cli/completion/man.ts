import { Help, type Command } from 'commander';
import { helpFor } from '../help.js';

/** The manual page nearcast(1), from the same words as `--help`; in the macros of man(7). */
export function manPage(program: Command): string {
  const help = new Help();
  const verbs = help.visibleCommands(program).filter((verb) => verb.name() !== 'help');
  const about = helpFor('nearcast');
  return [
    '.TH NEARCAST 1 "" nearcast "User Commands"',
    '.SH NAME',
    `nearcast \\- ${lower(text(about.description.replace(/\.$/, '')))}`,
    '.SH SYNOPSIS',
    '.B nearcast',
    '.I verb',
    '[\\fIoption\\fR ...] [\\fIargument\\fR ...]',
    '.SH DESCRIPTION',
    text(about.description),
    'Every verb has the option',
    '.BR \\-\\-help .',
    '.SH VERBS',
    ...verbs.flatMap((verb) => verbSection(verb, help)),
    '.SH EXAMPLES',
    ...examples(about.examples),
    '.SH EXIT STATUS',
    '.TP',
    '.B 0',
    'Everything went well, and what was expected held.',
    '.TP',
    '.B 1',
    'An expectation failed, or a fault or repair did not settle in time.',
    '.TP',
    '.B 2',
    'The input is wrong: the command line, a file, a name or a target.',
    '.TP',
    '.B 3',
    'This machine cannot run it; the message says what is missing.',
    '.TP',
    '.B 4',
    'Inconclusive: the machine was too noisy to decide.',
    '.SH FILES',
    'The documentation lies in the folder',
    '.I docs',
    'of the package.',
    '',
  ].join('\n');
}

function verbSection(verb: Command, help: Help): readonly string[] {
  const name = verb.name();
  const words = verb.registeredArguments.map((argument) => {
    const shown = `\\fI${text(argument.name())}\\fR${argument.variadic ? ' ...' : ''}`;
    return argument.required ? shown : `[${shown}]`;
  });
  const options = help.visibleOptions(verb).filter(({ long }) => long !== '--help');
  return [
    '.SS',
    `.B nearcast ${text(name)}`,
    ...(words.length === 0 ? [] : [words.join(' ')]),
    '.PP',
    text(verb.description()),
    ...options.flatMap(({ flags, description }) => ['.TP', `.B ${text(flags)}`, text(description)]),
    ...examples(helpFor(name).examples),
  ];
}

function examples(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return ['.PP', '.nf', '.RS', ...lines.map((line) => `nearcast ${text(line)}`), '.RE', '.fi'];
}

/** A text as roff takes it: hyphens that can be copied, backslashes that stay, no line that begins a request. */
function text(plain: string): string {
  return plain
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll('"', String.raw`\(dq`)
    .replace(/^([.'])/, String.raw`\&$1`);
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
