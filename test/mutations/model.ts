import type { Lab } from '../../src/index.js';

/** A pitfall of anycast, put into a file: the file must be refused, or a prediction of it end badly, for this reason. */
export interface FileMutation {
  /** Its number in the list of pitfalls. */
  readonly pitfall: number;
  readonly what: string;
  /** The file without the pitfall: nothing may be wrong with it. */
  readonly sound: string;
  readonly mutated: string;
  readonly cause: RegExp;
}

/** The same in a running lab: a scenario that holds without it must fail with it, for this reason. */
export interface LabMutation {
  readonly pitfall: number;
  readonly what: string;
  readonly inject: (lab: Lab) => Promise<void>;
  readonly mend: (lab: Lab) => Promise<void>;
  /** Steps of a scenario, each a line of YAML; none where `doctor` is to find it, as what it costs is a matter of time. */
  readonly steps: readonly string[];
  /** Those that hold without it, where the pitfall is in the steps themselves. */
  readonly soundSteps?: readonly string[];
  readonly cause: RegExp;
}

/** Mutations of one network, which is deployed once for all of them. */
export interface MutatedLab {
  readonly text: string;
  readonly mutations: readonly LabMutation[];
}

/** Runs commands of a shell in a node; throws where one fails. */
export async function inShell(lab: Lab, node: string, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await lab.exec(node, ['sh', '-c', command]);
  if (exitCode !== 0) throw new Error(`${node}: ${command} ended with ${String(exitCode)}: ${stdout}${stderr}`);
  return stdout;
}

/** Gives lines of configuration to FRRouting in a node, as somebody at its command line would. */
export async function configure(lab: Lab, node: string, ...lines: readonly string[]): Promise<void> {
  const words = ['configure terminal', ...lines, 'end'].map((line) => `-c '${line}'`).join(' ');
  await inShell(lab, node, `vtysh ${words}`);
}

/** Has a daemon that somebody killed start again, as doctor says. */
export async function startAgain(lab: Lab, daemon: string, node: string): Promise<void> {
  await lab.fail(`${daemon}@${node}`);
  await lab.restore(`${daemon}@${node}`);
}
