import type { Command } from 'commander';
import { describe } from '../help.js';
import type { Verb } from '../run.js';

/** The flags of every verb. */
export interface CommonFlags {
  readonly json?: boolean;
}

/** Runs a verb as its flags say, and keeps its exit status. */
export type Start = (flags: CommonFlags, work: Verb) => Promise<void>;

/** Adds a verb with its help; its result can be one JSON document. */
export function verb(program: Command, usage: string): Command {
  const name = usage.split(' ')[0] ?? usage;
  return describe(program.command(usage), name).option('--json', 'one JSON document on standard output');
}

/** The flags of verbs that bring labs up. */
export function deploying(command: Command): Command {
  return command
    .option(
      '--runtime <runtime>',
      'where nodes run: netns, docker or swarm (default: from the file, then NEARCAST_RUNTIME)',
    )
    .option(
      '--frr <version>',
      'the version of FRRouting, or system; for test also several: 8.4,10.3 (default: from the file, then NEARCAST_FRR)',
    )
    .option('--no-forecast', 'do not predict routes; wait until routing is quiet, as with  forecast: off  in the file');
}

/** The flags of verbs that wait for routing to settle. */
export function settling(command: Command): Command {
  return inLab(command).option(
    '--timeout <duration>',
    'how long routing may take to settle (default: 10s, more from 80 nodes on)',
  );
}

/** The flags of verbs for one lab whose argument is something else. */
export function inLab(command: Command): Command {
  return command.option('--lab <lab>', 'which lab, if several are up');
}

/** The flags of verbs that ask who answers. */
export function asking(command: Command): Command {
  return command.option('--client <name>', 'only this client').option('--service <name>', 'only this service');
}
