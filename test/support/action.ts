import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { execa } from 'execa';

/** What this needs of the format of a composite action. */
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}

interface ActionStep {
  readonly name: string;
  readonly id?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RanAction {
  /** Of the step that ended it, or 0. */
  readonly status: number;
  readonly stdout: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** The steps that call other actions, with what they would be given. */
  readonly used: readonly Pick<ActionStep, 'uses' | 'with'>[];
}

/**
 * Runs the `run` steps of a composite action as GitHub's runner does: by bash with its options, with the environment of the
 * step, expressions of inputs and outputs put in, and files for outputs and the summary.
 */
export async function runAction(
  path: string,
  given: Readonly<Record<string, string>>,
  {
    folder,
    env,
    uid,
  }: { readonly folder: string; readonly env: Readonly<Record<string, string>>; readonly uid?: number | undefined },
): Promise<RanAction> {
  const action = load(readFileSync(path, 'utf8')) as Action;
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: usual, required }]) => {
      const value = given[name] ?? usual;
      if (value === undefined || (required === true && given[name] === undefined)) throw new Error(`no input ${name}`);
      return [name, value];
    }),
  );
  const outputs = new Map<string, string>();
  const filled = (text: string): string =>
    text.replaceAll(/\$\{\{ ?([\w.-]+) ?\}\}/g, (_, name: string) => {
      const value = name.startsWith('inputs.') ? inputs[name.slice('inputs.'.length)] : outputs.get(name);
      if (value === undefined) throw new Error(`nothing is known of ${name}`);
      return value;
    });
  const file = (name: string): string => join(folder, name);
  for (const name of ['summary', 'output']) writeFileSync(file(name), '', { mode: 0o666 });
  const used: Pick<ActionStep, 'uses' | 'with'>[] = [];
  let [status, stdout] = [0, ''];
  for (const { id = '', shell, run, uses, with: values = {}, env: own = {} } of action.runs.steps) {
    const filledIn = (of: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
      Object.fromEntries(Object.entries(of).map(([name, value]) => [name, filled(value)]));
    if (uses !== undefined) used.push({ uses, with: filledIn(values) });
    if (run === undefined || status !== 0) continue;
    if (shell !== 'bash') throw new Error(`a step of a composite action needs its shell: ${shell ?? 'none'}`);
    const ran = await execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', filled(run)], {
      cwd: folder,
      extendEnv: false,
      reject: false,
      ...(uid === undefined ? {} : { uid, gid: uid }),
      env: {
        ...env,
        ...filledIn(own),
        GITHUB_ACTION_PATH: dirname(path),
        GITHUB_STEP_SUMMARY: file('summary'),
        GITHUB_OUTPUT: file('output'),
        GITHUB_ACTIONS: 'true',
        CI: 'true',
      },
    });
    stdout += ran.stdout;
    status = ran.exitCode ?? 1;
    if (existsSync(file('output')))
      for (const [, name = '', value = ''] of readFileSync(file('output'), 'utf8').matchAll(/^(\w+)=(.*)$/gm))
        outputs.set(`steps.${id}.outputs.${name}`, value);
    writeFileSync(file('output'), '');
  }
  return {
    status,
    stdout,
    summary: readFileSync(file('summary'), 'utf8'),
    outputs: Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, filled(value)])),
    used,
  };
}
