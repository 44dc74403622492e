import { Command, CommanderError } from 'commander';
import { LabError } from '../errors.js';
import type { CaptureFlags } from './capture.js';
import type { EnterFlags } from './enter.js';
import { asking, deploying, inLab, settling, verb, type CommonFlags, type Start } from './options/verb.js';
import type { HandoutFlags } from './testing/handout.js';
import type { GradeFlags } from './testing/grade.js';
import { addExchangeVerbs } from './exchange/add-exchange-verbs.js';
import { addLookVerbs } from './look/add-look-verbs.js';
import type { GuideFlags } from './guide.js';
import { describe } from './help.js';
import type { WhoFlags } from './labs.js';
import { createOutput } from './output.js';
import type { LogsFlags } from './logs.js';
import type { GenerateFlags } from './predict/generate.js';
import type { AsGraphFlags } from './predict/as-graph.js';
import type { PlanFlags } from './predict/plan.js';
import type { PredictFlags } from './predict/predict.js';
import { printableLines } from '../support/printable.js';
import { commandWord, runVerb, showError } from './run.js';
import type { TestFlags } from './testing/test.js';
import type { UpFlags } from './up.js';
import type { VersionsFlags } from './flags.js';

/** Verbs that know no fault and no probe. */
const startsOrEnds: ReadonlySet<string> = new Set(['up', 'test', 'down', 'list', 'who']);

/** Parses the words of a command line, runs the verb they name, and returns the exit status. */
export async function main(words: readonly string[]): Promise<number> {
  if (words.length === 1 && words[0] === '--version') return printVersion();
  let status = 0;
  const json = words.includes('--json');
  const program: Command = await createProgram(words[0], json, async (flags, work) => {
    status = await runVerb(work, flags.json ?? false, async (error) =>
      (await import('./options/which-lab.js')).naming(error, words, program),
    );
  });
  try {
    const typed = words.includes('--lab')
      ? (await import('./options/which-lab.js')).labAsArgument(words, program)
      : words;
    await program.parseAsync(typed, { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const usage = new LabError('USAGE', error.message.replace(/^error: /, ''), { hint: `${commandWord()} --help` });
    return json ? showError(usage, createOutput(json)) : usage.exitStatus;
  }
}

async function printVersion(): Promise<number> {
  const { packageVersion } = await import('../support/package-root.js');
  process.stdout.write(`${packageVersion()}\n`);
  return 0;
}

async function createProgram(first: string | undefined, json: boolean, start: Start): Promise<Command> {
  const program = new Command(commandWord().replace(/ --$/, ''))
    // A usage error is one document too, and prints nothing else.
    .configureOutput({
      writeErr: json
        ? () => undefined
        : (text) => {
            process.stderr.write(printableLines(text));
          },
    })
    .enablePositionalOptions()
    .exitOverride()
    .option('--version', 'print the version')
    .showHelpAfterError('(--help shows the usage)');
  addLabVerbs(program, start);
  // The tables of faults and probes are read for those who need them: not before a lab can start.
  if (first === undefined || !startsOrEnds.has(first))
    (await import('./options/step-verbs.js')).addStepVerbs(program, start, { verb, settling, inLab, asking });
  addNodeVerbs(program, start);
  addFileVerbs(program, start);
  addExchangeVerbs(program, start);
  return describe(program, 'nearcast');
}

/** Each verb loads its own code when it is called, so that no verb waits for another's. */
function addLabVerbs(program: Command, start: Start): void {
  deploying(
    verb(program, 'up <topology>')
      .option('--name <lab>', 'name of the lab (default: the name of the topology)')
      .option('--student <id>', 'the network of this student, where the file lets something vary')
      .option('--dry-run', 'only show what would be made'),
  ).action((topology: string, flags: CommonFlags & UpFlags) =>
    start(flags, async (run) => (await import('./up.js')).upVerb(run, topology, flags)),
  );
  deploying(
    verb(program, 'test [topology...]')
      .option('--all', 'every bundled topology that has a scenario')
      .option('--student <id>', 'the network of this student, where a file lets something vary')
      .option(
        '--parallel <n>',
        'number of topologies to test at a time (default: 1; with --all 2, if there are two cores)',
      ),
  )
    .option('--junit <file>', 'also write the verdicts as JUnit XML')
    .option('--tap <file>', 'also write the verdicts as TAP')
    .option('--html <file>', 'also write an HTML report')
    .option('--summary <file>', 'also write a summary as Markdown, such as for the page of a CI job')
    .option('--annotate', 'also print what did not hold as annotations of GitHub, with file and line')
    .option('--against <file>', 'a snapshot of who; fail where a client has moved')
    .option('--baseline <file>', 'compare who answers and outages with earlier runs in a file, and add this one')
    .option('--timeline <file>', 'write every probe and event, one JSON object per line')
    .option('--runs <number>', 'number of runs; shows percentiles')
    .option('--with-capture <folder>', 'keep the packets of failed steps, as pcapng')
    .action((topologies: string[], flags: CommonFlags & TestFlags) =>
      start(flags, async (run) => (await import('./testing/test.js')).testVerb(run, topologies, flags)),
    );
  deploying(
    verb(program, 'grade <scenario> <folder>')
      .option('--parallel <n>', 'number of submissions to test at a time (default: as many as the machine can hold)')
      .option('--timeout <duration>', 'time limit for one submission', '5m')
      .option('--trust', 'let submissions run programs and use files of this machine')
      .option('--strict', 'exit status 1 if a submission does not have all points'),
  )
    .option('--csv <file>', 'also write CSV, one line per submission')
    .option('--junit <file>', 'also write the verdicts as JUnit XML, one suite per submission')
    .option('--html <folder>', 'also write a page for the class, and one for each submission')
    .option('--evidence <file>', 'also write the results as JSON, with a signature in <file>.sig')
    .option('--key <file>', 'with --evidence: the Ed25519 key that signs it, as PEM')
    .action((scenario: string, folder: string, flags: CommonFlags & GradeFlags) =>
      start(flags, async (run) => (await import('./testing/grade.js')).gradeVerb(run, scenario, folder, flags)),
    );
  verb(program, 'handout <topology...>')
    .option('--student <id>', 'the network of this student, where a file lets something vary')
    .option('--frr <versions>', 'also these versions of FRRouting: 8.4,10.3')
    .option('-o, --output <file>', 'the archive to write', 'handout.tar.gz')
    .action((topologies: string[], flags: CommonFlags & HandoutFlags) =>
      start(flags, async (run) => (await import('./testing/handout.js')).handoutVerb(run, topologies, flags)),
    );
  verb(program, 'down [lab]')
    .option('--all', 'all of your labs')
    .action((lab: string | undefined, flags: CommonFlags & { all?: boolean }) =>
      start(flags, async (run) => (await import('./labs.js')).downVerb(run, lab, flags)),
    );
  verb(program, 'list').action((flags: CommonFlags) =>
    start(flags, async (run) => (await import('./labs.js')).listVerb(run)),
  );
  verb(program, 'inspect [lab]').action((lab: string | undefined, flags: CommonFlags) =>
    start(flags, async (run) => (await import('./labs.js')).inspectVerb(run, lab)),
  );
  asking(verb(program, 'who [lab]'))
    .option('--snapshot <file>', 'write the map to a file, for test --against')
    .option('--nearest', 'the instance with the shortest round trip, and how much longer those to the service are')
    .action((lab: string | undefined, flags: CommonFlags & WhoFlags) =>
      start(flags, async (run) => (await import('./labs.js')).whoVerb(run, lab, flags)),
    );
  verb(program, 'counts [lab]')
    .option('--service <name>', 'only this service')
    .action((lab: string | undefined, flags: CommonFlags & { service?: string }) =>
      start(flags, async (run) => (await import('./labs.js')).countsVerb(run, lab, flags)),
    );
  describe(program.command('events [lab]'), 'events')
    .option('--json', 'one JSON document per line on standard output')
    .action((lab: string | undefined, flags: CommonFlags) =>
      start(flags, async (run) => (await import('./events.js')).eventsVerb(run, lab)),
    );
}

function addNodeVerbs(program: Command, start: Start): void {
  inLab(verb(program, 'capture <where>'))
    .option('--for <duration>', 'how long to capture (default: until Ctrl-C)')
    .option('--output <file>', 'the pcapng file to write; "-" is standard output')
    .option('--count <n>', 'stop after this number of packets')
    .option('--snap <bytes>', 'how many bytes of each packet to keep (default: all)')
    .action((where: string, flags: CommonFlags & CaptureFlags) =>
      start(flags, async (run) => (await import('./capture.js')).captureVerb(run, where, flags)),
    );
  inLab(verb(program, 'exec <node> <command...>'))
    .passThroughOptions()
    .action((node: string, argv: string[], flags: CommonFlags & EnterFlags) =>
      start(flags, async (run) => (await import('./enter.js')).execVerb(run, node, argv, flags)),
    );
  inLab(verb(program, 'logs <node>'))
    .option('--follow', 'also show what they print from now on, until Ctrl-C')
    .option('--service <name>', 'only this service')
    .action((node: string, flags: CommonFlags & LogsFlags) =>
      start(flags, async (run) => (await import('./logs.js')).logsVerb(run, node, flags)),
    );
  inLab(describe(program.command('shell <node>'), 'shell')).action((node: string, flags: EnterFlags) =>
    start({}, async () => (await import('./enter.js')).shellVerb(node, flags)),
  );
  inLab(describe(program.command('vtysh <node> [arguments...]'), 'vtysh'))
    .passThroughOptions()
    .action((node: string, argv: string[], flags: EnterFlags) =>
      start({}, async () => (await import('./enter.js')).vtyshVerb(node, argv, flags)),
    );
}

function addFileVerbs(program: Command, start: Start): void {
  verb(program, 'validate <topology...>').action((names: string[], flags: CommonFlags) =>
    start(flags, async (run) => (await import('./files.js')).validateVerb(run, names)),
  );
  verb(program, 'predict [topology]')
    .option('--after <change>', 'what happens before, as in "fail server-a --how freeze"; may be repeated', collect, [])
    .option('--client <name>', 'only this client')
    .option('--service <name>', 'only this service')
    .option('--all-failures', 'every failure of a node, link or instance: who moves, and what the others get')
    .option('--double', 'with --all-failures: every two failures at once')
    .option('--machines <list>', 'for --after "fail machine@worker1": the machines of a swarm, as in plan')
    .option(
      '--as-graph <file>',
      'in place of a topology: AS relationships (serial-1 or serial-2, plain, gzip or bzip2)',
    )
    .option('--origins <list>', 'with --as-graph: the AS numbers of the sites; 64500:2 prepends twice')
    .option('--add <list>', 'with --as-graph: what more sites would change')
    .option('--lose <list>', 'with --as-graph: what the loss of these sites would change')
    .option('--prepend <list>', 'with --as-graph: what prepending would change, as in 64500:2')
    .option('--weights <file>', 'with --as-graph: a line  asn|weight  for each system')
    .option('--csv <file>', 'with --as-graph: also write a line for each system')
    .action((topology: string | undefined, flags: CommonFlags & PredictFlags & AsGraphFlags) =>
      start(flags, async (run) => {
        if (flags.asGraph !== undefined)
          return (await import('./predict/as-graph.js')).asGraphVerb(run, topology, flags.asGraph, flags);
        return (await import('./predict/predict.js')).predictVerb(run, topology, flags);
      }),
    );
  verb(program, 'plan <topology>')
    .option('--runtime <runtime>', 'where nodes run (default: from the file, then NEARCAST_RUNTIME)')
    .option('--machines <list>', 'in place of the machines that are there: 4x16c64g, or worker1=16c64g,worker2=8c32g')
    .action((topology: string, flags: CommonFlags & PlanFlags) =>
      start(flags, async (run) => (await import('./predict/plan.js')).planVerb(run, topology, flags)),
    );
  verb(program, 'generate')
    .requiredOption(
      '--shape <shape>',
      'a topology: ring, tree, grid, clos or ases; or as-graph: AS relationships for predict --as-graph',
    )
    .requiredOption('--seed <n>', 'the same seed gives the same text')
    .option('--routers <n>', 'about how many routers a topology has (default: 6)')
    .option('--ases <n>', 'how many autonomous systems an as-graph has (default: 75000)')
    .option('--links <n>', 'how many relationships it has (default: 6.7 for each system)')
    .option('--output <file>', 'write it to a file')
    .action((flags: CommonFlags & GenerateFlags) =>
      start(flags, async (run) => (await import('./predict/generate.js')).generateVerb(run, flags)),
    );
  verb(program, 'diff <old> <new>').action((old: string, changed: string, flags: CommonFlags) =>
    start(flags, async (run) => (await import('./predict/predict.js')).diffVerb(run, old, changed)),
  );
  verb(program, 'guide <topology>')
    .option('--answers', 'also print the answers to its questions')
    .action((topology: string, flags: CommonFlags & GuideFlags) =>
      start(flags, async (run) => (await import('./guide.js')).guideVerb(run, topology, flags)),
    );
  addLookVerbs(program, start);
  verb(program, 'topologies').action((flags: CommonFlags) =>
    start(flags, async (run) => (await import('./files.js')).topologiesVerb(run)),
  );
  verb(program, 'schema').action((flags: CommonFlags) =>
    start(flags, async () => (await import('./files.js')).schemaVerb()),
  );
  verb(program, 'images [action]')
    .option('--frr <versions>', 'for build: the images with these versions of FRRouting, as in 10.3,10.7')
    .action((action: string | undefined, flags: CommonFlags & VersionsFlags) =>
      start(flags, async (run) => (await import('./images.js')).imagesVerb(run, action, flags)),
    );
  verb(program, 'setup')
    .option('--frr <versions>', 'these versions of FRRouting, as in 8.4,10.3 (default: the one that labs run here)')
    .action((flags: CommonFlags & VersionsFlags) =>
      start(flags, async (run) => (await import('./setup.js')).setupVerb(run, flags)),
    );
  describe(program.command('completion <shell>'), 'completion').action((shell: string) =>
    start({}, async () => (await import('./completion/verbs.js')).completionVerb(shell)),
  );
  describe(program.command('man'), 'man').action(() =>
    start({}, async () => (await import('./completion/verbs.js')).manVerb(program)),
  );
  program
    .command('complete [words...]', { hidden: true })
    .action((words: string[]) =>
      start({}, async () => (await import('./completion/verbs.js')).completeVerb(program, words)),
    );
  verb(program, 'doctor [lab]').action((lab: string | undefined, flags: CommonFlags) =>
    start(flags, async (run) => {
      const { doctorVerb, labDoctorVerb } = await import('./doctor.js');
      return lab === undefined ? doctorVerb(run) : labDoctorVerb(run, lab);
    }),
  );
}

function collect(word: string, before: readonly string[]): readonly string[] {
  return [...before, word];
}
