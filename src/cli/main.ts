import { Command, CommanderError } from 'commander';
import { LabError } from '../errors.js';
import type { EnterFlags } from './enter.js';
import { describe } from './help.js';
import type { ProbeFlags, StepFlags } from './labs.js';
import { createOutput } from './output.js';
import { commandWord, runVerb, showError, type Verb } from './run.js';
import type { UpFlags } from './up.js';

/** Parses the words of a command line, runs the verb they name, and returns the exit status. */
export async function main(words: readonly string[]): Promise<number> {
  let status = 0;
  const json = asksForJson(words);
  const run = async (verb: Verb): Promise<void> => {
    status = await runVerb(verb, json);
  };
  const program = createProgram(run);
  try {
    await program.parseAsync(words, { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (json) return showError(new LabError('USAGE', error.message.replace(/^error: /, '')), createOutput(json));
    return new LabError('USAGE', error.message).exitStatus;
  }
}

/** Whether `--json` was meant for us, and not for a program in a node. */
function asksForJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).includes('--json');
}

/** Each verb loads its own code when it is called, so that no verb waits for another's. */
function createProgram(run: (verb: Verb) => Promise<void>): Command {
  const program = new Command(commandWord().replace(/ --$/, ''))
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(add --help for what it takes)');
  program.configureOutput({ outputError: (text, write) => { if (!asksForJson(process.argv)) write(text); } });
  const verb = (usage: string, name = usage.split(' ')[0] ?? usage): Command =>
    describe(program.command(usage), name).option('--json', 'one JSON document on standard output');

  verb('up <topology>')
    .option('--name <lab>', 'name of the lab; the topology\'s where it is left out')
    .option('--runtime <runtime>', 'where nodes run: netns')
    .action((topology: string, flags: UpFlags) => run(async (r) => (await import('./up.js')).upVerb(r, topology, flags)));
  verb('down [lab]')
    .option('--all', 'every lab of yours')
    .action((lab: string | undefined, flags: { all?: boolean }) => run(async (r) => (await import('./labs.js')).downVerb(r, lab, flags)));
  verb('list').action(() => run(async (r) => (await import('./labs.js')).listVerb(r)));
  verb('inspect [lab]').action((lab?: string) => run(async (r) => (await import('./labs.js')).inspectVerb(r, lab)));
  verb('who [lab]')
    .option('--client <name>', 'only this client')
    .option('--service <name>', 'only this service')
    .action((lab: string | undefined, flags: { client?: string; service?: string }) =>
      run(async (r) => (await import('./labs.js')).whoVerb(r, lab, flags)));
  verb('probe [lab]')
    .option('--rate <n>', 'probes a second on each flow', '1000')
    .option('--for <duration>', 'how long', '5s')
    .option('--client <name>', 'only this client')
    .option('--service <name>', 'only this service')
    .action((lab: string | undefined, flags: ProbeFlags) => run(async (r) => (await import('./labs.js')).probeVerb(r, lab, flags)));
  for (const action of ['fail', 'restore'] as const) {
    const step = verb(`${action} <target>`)
      .option('--lab <lab>', 'which lab, where several are up')
      .option('--timeout <duration>', 'how long routing may take to settle', '10s');
    if (action === 'fail') step.option('--how <fault>', 'crash, down or stop; the target says which where it is left out');
    step.action((target: string, flags: StepFlags) => run(async (r) => (await import('./labs.js')).stepVerb(r, action, target, flags)));
  }
  verb('exec <node> <command...>')
    .passThroughOptions()
    .option('--lab <lab>', 'which lab, where several are up')
    .action((node: string, argv: string[], flags: EnterFlags) => run(async (r) => (await import('./enter.js')).execVerb(r, node, argv, flags)));
  describe(program.command('shell <node>'), 'shell')
    .option('--lab <lab>', 'which lab, where several are up')
    .action((node: string, flags: EnterFlags) => run(async () => (await import('./enter.js')).shellVerb(node, flags)));
  describe(program.command('vtysh <node> [arguments...]'), 'vtysh')
    .passThroughOptions()
    .option('--lab <lab>', 'which lab, where several are up')
    .action((node: string, argv: string[], flags: EnterFlags) => run(async () => (await import('./enter.js')).vtyshVerb(node, argv, flags)));
  verb('validate <topology...>').action((names: string[]) => run(async (r) => (await import('./files.js')).validateVerb(r, names)));
  verb('topologies').action(() => run(async (r) => (await import('./files.js')).topologiesVerb(r)));
  verb('schema').action(() => run(async () => (await import('./files.js')).schemaVerb()));
  verb('doctor').action(() => run(async (r) => (await import('./doctor.js')).doctorVerb(r)));
  return describe(program, 'nearcast');
}
