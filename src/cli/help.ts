import type { Command } from 'commander';
import { typedCommand } from './run.js';

export interface Help {
  readonly description: string;
  readonly examples: readonly string[];
}

/** What each verb does, in a line, and examples that can be typed as they stand. */
const helpOf: Readonly<Record<string, Help>> = {
  nearcast: {
    description:
      'Builds anycast networks with real FRRouting and real packets, breaks them, and shows which instance answers each client.',
    examples: ['up figure3', 'who', 'restore server-a', 'down'],
  },
  up: {
    description: 'Deploy a topology, wait for convergence, show who answers, and play its scenario.',
    examples: [
      'up figure3',
      'up figure2 --name mine',
      'up figure3 --runtime docker',
      'up figure3 --dry-run',
      'up ./my-network.yml --json',
    ],
  },
  test: {
    description:
      'For CI: deploy, play the scenario, check the expectations, and remove the lab. Exit status 1 if an expectation fails, 4 if one is inconclusive.',
    examples: [
      'test figure3',
      'test figure3 --junit report.xml',
      'test figure3 --html report.html',
      'test figure3 --against map.json',
      'test a.yml b.yml --json',
      'test --all',
    ],
  },
  grade: {
    description:
      'Test every topology in a folder against one scenario, several at a time, and remove every lab. Exit status 0 if each has a result.',
    examples: [
      'grade exam.yml submissions',
      'grade exam.yml submissions --csv points.csv',
      'grade exam.yml submissions --parallel 1 --strict',
    ],
  },
  handout: {
    description:
      'Pack labs without their solutions into an archive for students, with nearcast, FRRouting and all else that they need without a network.',
    examples: [
      'handout figure1 figure2',
      'handout exam.yml --student ada --output ada.tar.gz',
      'handout figure1 --frr 8.4,10.3',
    ],
  },
  down: { description: 'Remove a lab, also after a crash.', examples: ['down', 'down figure3', 'down --all'] },
  list: { description: 'Show the labs that are up.', examples: ['list', 'list --json'] },
  inspect: {
    description: 'Show a lab: nodes, addresses, faults, and what each router knows of each service.',
    examples: ['inspect', 'inspect figure3 --json'],
  },
  who: {
    description: 'Show the current catchment map: who answers each client, at which cost, over which path.',
    examples: ['who', 'who --client client1', 'who --nearest', 'who figure3 --snapshot map.json', 'who figure3 --json'],
  },
  counts: {
    description: 'Show what NSD has received and sent, by service: queries, RCODEs and sources, as YAML of RSSAC002.',
    examples: ['counts', 'counts dns-root --service a', 'counts --json'],
  },
  events: {
    description:
      'Show what happens in a lab, as it happens: faults, links, routes, neighbors, and who answers while a step runs. Ctrl-C ends it.',
    examples: ['events', 'events figure3 --json'],
  },
  publish: {
    description:
      'Publish a zone with its next serial wherever NSD serves it, and measure availability, latency, correctness and publication latency as RSSAC047 does.',
    examples: ['publish .', 'publish example. --json'],
  },
  logs: {
    description: 'Show what the servers, daemons and start-up commands of a node printed. With --follow until Ctrl-C.',
    examples: ['logs server-a', 'logs server-a --service dns --follow'],
  },
  probe: {
    description:
      'Probe at a steady rate and show who answered when. With --kind: send one probe on each flow and show its fate.',
    examples: [
      'probe --for 2s',
      'probe --rate 100 --for 10s --client client1',
      'probe --kind icmp --to router1',
      'probe --kind dns --flows 100',
    ],
  },
  fail: {
    description:
      'Break a node (server-a), a link (router1/server-a), one end of it (router1:eth2), a service (service@server-a), an FRR daemon (ospfd@router1), or all links between two sets of nodes (a+b/c+d).',
    examples: [
      'fail server-a',
      'fail router1/server-a --how silence',
      'fail service@server-a',
      'fail server-a --html report.html',
    ],
  },
  drain: {
    description:
      'Take a node out of use for maintenance: it asks its neighbors to avoid it. The same as  fail --how drain.',
    examples: ['drain server-a', 'drain server-a --for 10s'],
  },
  impair: {
    description:
      'Delay, lose or change the packets of a link (router1/server-a), or those that leave one end of it (router1:eth2). The same as  fail --how impair.',
    examples: ['impair router1/server-a --delay 20ms', 'impair router1:eth2 --loss 1%'],
  },
  restore: {
    description: 'Undo a fault.',
    examples: ['restore server-a', 'restore router1/server-a', 'restore service@server-a'],
  },
  capture: {
    description:
      'Capture the packets of a node (router1), or of one interface (router1:eth1), into a pcapng file for Wireshark and tshark. Ctrl-C ends it.',
    examples: [
      'capture router1',
      'capture client1:eth1 --for 10s --output queries.pcapng',
      'capture server-a --count 100 --snap 128',
      'capture router1 --output - | wireshark -k -i -',
    ],
  },
  exec: {
    description: 'Run a program in a node.',
    examples: ['exec client1 ip route', 'exec client1 dig +nsid @192.0.2.53 id.server CH TXT'],
  },
  shell: { description: 'Open a shell in a node.', examples: ['shell client1'] },
  vtysh: {
    description: "Open FRR's command line in a node that runs FRR.",
    examples: ['vtysh router1', 'vtysh router1 -c "show ip route"'],
  },
  validate: {
    description: 'Check topology files without running them.',
    examples: ['validate figure3', 'validate a.yml b.yml'],
  },
  graph: {
    description:
      'Draw a topology, or a lab that is up: in the terminal, or as SVG, PNG, DOT, Mermaid, draw.io or JSON.',
    examples: [
      'graph figure3',
      'graph figure3 --who --output figure3.svg',
      'graph figure3 --fail server-a',
      'graph figure3 --format mermaid',
    ],
  },
  init: {
    description:
      'Write the first files of a project: a topology with a scenario, a test, and a CI job. Overwrites nothing.',
    examples: ['init', 'init my-network'],
  },
  import: {
    description:
      'Write a lab file of containerlab (x.clab.yml) or Kathara (lab.conf) as a topology file, and say what of it is left out.',
    examples: ['import lab.clab.yml', 'import lab.clab.yml -o lab.yml', 'import kathara/lab.conf -o lab.yml'],
  },
  export: {
    description: 'Write a topology as a folder that containerlab deploys, with all configurations.',
    examples: ['export figure3 --containerlab', 'export figure3 --containerlab --output my-folder'],
  },
  predict: {
    description:
      'Say who will answer each client, at which cost, over which path, and how sure that is: without a lab, from the file alone.',
    examples: [
      'predict figure3',
      'predict figure3 --after "fail server-a"',
      'predict figure3 --after "silence router1/server-a" --after "drain router2"',
      'predict catchments --all-failures',
      'predict figure2 --machines 3x8c32g --after "fail machine@machine1"',
      'predict figure3 --all-failures --double --json',
      'predict --as-graph graph.txt.gz --origins 64500,64501 --lose 64501',
    ],
  },
  plan: {
    description:
      'Say which machine gets which nodes, how much memory they will need, and which links lead from machine to machine, before anything runs.',
    examples: ['plan catchments --machines 3x8c32g', 'plan catchments --machines worker1=8c32g,worker2=4c16g'],
  },
  generate: {
    description:
      'Write what a seed gives: a topology of a shape, with costs, policies and failures; or a graph of autonomous systems with their relationships.',
    examples: [
      'generate --shape grid --seed 7 --routers 9 --output grid7.yml',
      'generate --shape as-graph --seed 1 --output graph.txt',
      'generate --shape as-graph --seed 1 --ases 1000 --links 6000',
    ],
  },
  diff: {
    description: 'Say which clients would move from one topology file to another, and why. Exit status 1 if any does.',
    examples: ['diff old.yml new.yml', 'diff old.yml new.yml --json'],
  },
  watch: {
    description:
      'Show a lab in the terminal, live: the network, who answers whom, and events. Keys fail and restore. q or Ctrl-C ends it.',
    examples: ['watch', 'watch figure3'],
  },
  view: {
    description:
      'Show a lab that is up in the browser, live: who answers whom, what is broken, what happens; break it and restore it by click. Or show a topology, with what is predicted, or a test that was recorded in an HTML report. Ctrl-C ends it.',
    examples: ['view', 'view figure3', 'view figure3 --read-only', 'view bgp-triangle', 'view report.html'],
  },
  save: {
    description:
      'Write the running FRRouting configuration of a node into the file that the topology names for it, to be loaded by the next up.',
    examples: ['save router1', 'save router1 --output router1.conf'],
  },
  config: {
    description:
      'Show what a node starts from: its FRRouting configuration, addresses and kernel settings, in a lab that is up or of a topology that is not.',
    examples: ['config router1', 'config router1 figure3'],
  },
  topologies: {
    description: 'List the bundled topologies, with their size and the duration of their tests.',
    examples: ['topologies'],
  },
  guide: {
    description: 'Print the guide of a bundled topology: what to type, what to see, and questions.',
    examples: ['guide figure1', 'guide figure1 --answers'],
  },
  images: {
    description: 'Show, build or remove the images of the docker runtime: images, images build, images remove.',
    examples: ['images', 'images build', 'images build --frr 10.3', 'images remove'],
  },
  setup: {
    description: 'Obtain versions of FRRouting ahead of time, for labs without a network connection.',
    examples: ['setup', 'setup --frr 8.4,10.3'],
  },
  completion: {
    description: 'Print the script with which bash, zsh or fish completes verbs, flags and the names of a lab.',
    examples: ['completion bash', 'completion zsh', 'completion fish'],
  },
  man: {
    description: 'Print the manual page of nearcast: nearcast man | man -l -',
    examples: ['man'],
  },
  schema: { description: 'Print the JSON Schema of topology files, for editors.', examples: ['schema'] },
  doctor: {
    description:
      'Check whether this machine can run labs, and say what to do if it cannot. With a lab: show which daemon, session or route is wrong, and why, and which programs ended.',
    examples: ['doctor', 'doctor figure3'],
  },
};

/** What a verb does, and its examples as words behind `nearcast`. */
export function helpFor(name: string): Help {
  return helpOf[name] ?? { description: '', examples: [] };
}

/** Gives a command its description and examples, in the words a user types here. */
export function describe(command: Command, name: string): Command {
  const help = helpOf[name];
  if (help === undefined) return command;
  const examples = help.examples.map((example) => `  ${typedCommand(example)}`).join('\n');
  if (name === 'nearcast') {
    // Names alone leave sentences their width in a terminal of 80 columns; the rest is in the help of each verb.
    command.configureHelp({ subcommandTerm: (verb) => verb.name() });
    command.addHelpText('after', `\nArguments and flags of a verb:\n  ${typedCommand('up --help')}`);
  }
  return command
    .summary(firstSentence(help.description))
    .description(help.description)
    .addHelpText('after', `\nExamples:\n${examples}`);
}

function firstSentence(text: string): string {
  return /^.*?\.(?= [A-Z])/.exec(text)?.[0] ?? text;
}
