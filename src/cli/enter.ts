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
export async function execVerb(
  { output }: Run,
  node: string,
  words: readonly string[],
  { lab: name }: EnterFlags,
): Promise<number> {
  const argv = withoutDashes(words);
  return withLab(name, async (lab) => {
    if (!output.json) return lab.attach(node, argv);
    const result = await lab.exec(node, argv);
    output.document({ lab: lab.name, node, ...result });
    return result.exitCode ?? 128;
  });
}

export async function shellVerb(node: string, { lab: name }: EnterFlags): Promise<number> {
  return withLab(name, async (lab) => lab.attach(node, [lab.shell]));
}

export async function vtyshVerb(node: string, argv: readonly string[], { lab: name }: EnterFlags): Promise<number> {
  return withLab(name, async (lab) => {
    const { nodes } = await lab.inspect([]);
    const routing = nodes.filter((each) => each.routing).map((each) => each.name);
    if (!routing.includes(node)) {
      throw new LabError('NODE_UNKNOWN', `${node} does not run FRR`, {
        hint: `nodes that run it: ${routing.join(', ')}`,
      });
    }
    return lab.attach(node, ['vtysh', ...withoutDashes(argv)]);
  });
}
