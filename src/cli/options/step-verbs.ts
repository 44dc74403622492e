import type { Command } from 'commander';
import { alternatives } from '../../support/suggest.js';
import { hasOwnWord, kindsOfFault } from '../../topology/model/fault.js';
import { agentProbeKinds, kindsWith, type ProbeSetting } from '../../topology/model/probe-kind.js';
import { withFaultFlags, withSettingsOf } from './fault-options.js';
import type { asking, CommonFlags, inLab, settling, Start, verb } from './verb.js';
import type { ProbeFlags } from '../probe.js';
import type { PublishFlags, StepFlags } from '../steps.js';

/** How the command line makes its verbs. Handed over, so that all that is loaded at its start stays in one file of the build. */
interface Making {
  readonly verb: typeof verb;
  readonly settling: typeof settling;
  readonly inLab: typeof inLab;
  readonly asking: typeof asking;
}

/** The verbs that break, restore and probe: their flags come from the tables of faults and probes. */
export function addStepVerbs(program: Command, start: Start, { verb, settling, inLab, asking }: Making): void {
  const run = (action: 'fail' | 'restore') => (target: string, flags: CommonFlags & StepFlags) =>
    start(flags, async (context) => (await import('../steps.js')).stepVerb(context, action, target, flags));
  const stepping = (command: Command): Command =>
    settling(command).option('--html <file>', 'also write an HTML report: the picture, who answered when, and events');
  withFaultFlags(stepping(verb(program, 'fail <target>'))).action(run('fail'));
  for (const how of kindsOfFault.filter(hasOwnWord)) {
    withSettingsOf(how, stepping(verb(program, `${how} <target>`))).action(
      (target: string, flags: CommonFlags & StepFlags) => run('fail')(target, { ...flags, how }),
    );
  }
  stepping(verb(program, 'restore <target>'))
    .option('--how <fault>', 'which fault, if the target has several')
    .action(run('restore'));
  inLab(verb(program, 'publish <zone>'))
    .option('--timeout <duration>', 'how long the new serial may take to reach an instance', '10s')
    .action((zone: string, flags: CommonFlags & PublishFlags) =>
      start(flags, async (context) => (await import('../steps.js')).publishVerb(context, zone, flags)),
    );
  asking(verb(program, 'probe [lab]'))
    .option('--rate <n>', 'probes per second on each flow (default: 1000)')
    .option('--for <duration>', 'how long to probe (default: 5s)')
    .option('--kind <kind>', `send one round of ${alternatives(agentProbeKinds)} probes`)
    .option('--to <target>', 'with --kind: a service, an address or a node (default: every service)')
    .option('--port <n>', 'with --kind: the destination port (default: 80 for http, else 53)')
    .option('--send <text>', `${withKind('send')}: the payload`)
    .option('--path <path>', `${withKind('path')}: the path to request`)
    .option('--method <method>', `${withKind('method')}: GET (default) or POST`)
    .option('--cookies', `${withKind('cookies')}: keep cookies, and send them back`)
    .option('--flows <n>', 'with --kind: how many source ports each client uses')
    .option('--source-ports <list>', 'with --kind: the source ports, as in 40000,40001')
    .option('--timeout <duration>', 'with --kind: how long to wait for an answer (default: 1s, for poll 500ms)')
    .action((lab: string | undefined, flags: CommonFlags & ProbeFlags) =>
      start(flags, async (context) => (await import('../probe.js')).probeVerb(context, lab, flags)),
    );
}

/** The kinds of probes that have a setting, as the beginning of the text of its flag. */
function withKind(setting: ProbeSetting): string {
  return `with --kind ${alternatives(kindsWith(setting))}`;
}
