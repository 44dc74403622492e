import type { Command } from 'commander';
import { verb, type CommonFlags, type Start } from '../options/verb.js';
import type { ExportFlags } from './export.js';
import type { ImportFlags } from './import.js';

/** The verbs that write files to work with, and read and write those of other programs. */
export function addExchangeVerbs(program: Command, start: Start): void {
  verb(program, 'import <file>')
    .option('-o, --output <file>', 'the topology file to write (default: standard output)')
    .option('--containers', 'keep images and what else is for containers: for the docker runtime')
    .action((file: string, flags: CommonFlags & ImportFlags) =>
      start(flags, async (run) => (await import('./import.js')).importVerb(run, file, flags)),
    );
  verb(program, 'export <topology>')
    .option('--containerlab', 'as a folder that containerlab deploys')
    .option('-o, --output <folder>', 'the folder to write (default: clab-<name>)')
    .action((name: string, flags: CommonFlags & ExportFlags) =>
      start(flags, async (run) => (await import('./export.js')).exportVerb(run, name, flags)),
    );
  verb(program, 'init [folder]').action((folder: string | undefined, flags: CommonFlags) =>
    start(flags, async (run) => (await import('./init.js')).initVerb(run, folder)),
  );
}
