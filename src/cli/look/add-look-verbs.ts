import type { Command } from 'commander';
import { describe } from '../help.js';
import { asking, inLab, verb, type Start } from '../options/verb.js';
import type { GraphFlags } from './graph.js';
import type { SaveFlags } from './save.js';
import type { ViewFlags } from './view.js';

/** The verbs that show a network: as a picture, live, and as it is configured. */
export function addLookVerbs(program: Command, start: Start): void {
  asking(verb(program, 'graph [topology|lab]'))
    .option('--format <format>', 'text (default), svg, png, dot, mermaid, drawio or json')
    .option('--output <file>', 'the file to write; its ending says the format')
    .option('--who', 'colour who answers whom: as observed in a lab, as predicted from a file')
    .option('--fail <target...>', 'show what is predicted to move if this fails')
    .option('--how <fault>', 'with --fail: the kind of fault')
    .option('--dark', 'with svg or png: on a dark ground')
    .action((name: string | undefined, flags: GraphFlags) =>
      start(flags, async (run) => (await import('./graph.js')).graphVerb(run, name, flags)),
    );
  verb(program, 'config <node> [topology|lab]').action(
    (node: string, name: string | undefined, flags: { json?: boolean }) =>
      start(flags, async (run) => (await import('./config.js')).configVerb(run, node, name)),
  );
  inLab(verb(program, 'save <node>'))
    .option('--output <file>', 'the file to write (default: the one that the topology names)')
    .action((node: string, flags: { json?: boolean } & SaveFlags) =>
      start(flags, async (run) => (await import('./save.js')).saveVerb(run, node, flags)),
    );
  describe(program.command('watch [lab]'), 'watch').action((name: string | undefined) =>
    start({}, async (run) => (await import('./watch.js')).watchVerb(run, name)),
  );
  verb(program, 'view [topology|lab|report]')
    .option('--read-only', 'show the lab, and let nobody break it')
    .option('--listen <address>', 'an address of this machine to listen at (default: 127.0.0.1)')
    .option('--port <n>', 'the port to listen at (default: any that is free)')
    .option('--no-open', 'open no browser')
    .action((name: string | undefined, flags: ViewFlags) =>
      start(flags, async (run) => (await import('./view.js')).viewVerb(run, name, flags)),
    );
}
