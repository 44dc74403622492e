import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { LabError } from '../errors.js';
import { withLab } from './labs.js';
import type { Run } from './run.js';

export interface EnterFlags {
  readonly lab?: string;
}

/** `--` may stand before a program; npm takes the first of them away, others reach us. */
export function withoutDashes(argv: readonly string[]): readonly string[] {
  return argv[0] === '--' ? argv.slice(1) : argv;
}

/** Runs a program in a node; its exit status is ours. */
export async function execVerb({ output }: Run, node: string, words: readonly string[], { lab: name }: EnterFlags): Promise<number> {
  const argv = withoutDashes(words);
  return withLab(name, async (lab) => {
    if (!output.json) return foreground(await lab.enter(node, argv));
    const result = await lab.exec(node, argv);
    output.document({ lab: lab.name, node, ...result });
    return result.exitCode ?? 128;
  });
}

export async function shellVerb(node: string, { lab: name }: EnterFlags): Promise<number> {
  return withLab(name, async (lab) => foreground(await lab.enter(node, [process.env['SHELL'] ?? 'sh'])));
}

export async function vtyshVerb(node: string, argv: readonly string[], { lab: name }: EnterFlags): Promise<number> {
  return withLab(name, async (lab) => {
    const program = await lab.enter(node, ['vtysh', ...withoutDashes(argv)]);
    const { nodes } = await lab.inspect([]);
    const routing = nodes.filter((each) => each.routing).map((each) => each.name);
    if (!routing.includes(node)) {
      throw new LabError('NODE_UNKNOWN', `${node} runs no FRR`, { hint: `nodes that do: ${routing.join(', ')}` });
    }
    return foreground(program);
  });
}

/** The program has the terminal: an interruption is meant for it, and it decides. */
async function foreground(program: { command: string; args: readonly string[]; env: Readonly<Record<string, string>> }): Promise<number> {
  const child = spawn(program.command, [...program.args], { stdio: 'inherit', env: program.env });
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return status ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
