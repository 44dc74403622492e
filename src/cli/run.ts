import { LabError, toLabError } from '../errors.js';
import { createOutput, type Output } from './output.js';

export interface Run {
  readonly output: Output;
  readonly signal: AbortSignal;
  /** How a user calls nearcast here: for hints that can be copied. */
  readonly command: string;
}

/** What a verb does; its result is the exit status. */
export type Verb = (run: Run) => Promise<number>;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a verb. An interruption aborts it. An error that it throws is shown once, as `explained` says it: that knows the words
 * of the command.
 */
export async function runVerb(
  verb: Verb,
  json: boolean,
  explained: (error: unknown) => Promise<unknown> = (error) => Promise.resolve(error),
): Promise<number> {
  const output = createOutput(json);
  const abort = new AbortController();
  const interrupt = (): void => {
    abort.abort(new LabError('INTERRUPTED', 'interrupted: unfinished work is undone'));
  };
  // Until the process ends: what comes after the verb is done interrupts nothing any more.
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    return await verb({ output, signal: abort.signal, command: commandWord() });
  } catch (error) {
    output.progressDone();
    return showError(await explained(error), output);
  }
}

/** For a verb that only computes, perhaps for minutes: nothing is to be undone, so an interruption ends the process at once. */
export function endWhenInterrupted(): void {
  for (const name of SIGNALS) process.removeAllListeners(name);
}

/**
 * In a checkout people type `npm run lab`, with `--` before the first option, or the path of its script `nearcast`; in a project
 * that has the package, `npx nearcast`.
 */
export function commandWord(env: NodeJS.ProcessEnv = process.env): string {
  if (env['NEARCAST_COMMAND'] !== undefined) return env['NEARCAST_COMMAND'];
  if (env['npm_lifecycle_event'] === 'lab') return 'npm run lab --';
  return env['npm_command'] === 'exec' ? 'npx nearcast' : 'nearcast';
}

/** A verb must follow: "run nearcast as an ordinary user" is prose. */
const COMMAND_IN_HINT =
  /\bnearcast ((?:up|down|list|inspect|who|counts|events|fail|drain|impair|restore|probe|capture|exec|shell|vtysh|logs|save|watch|doctor|topologies|graph|view|guide|test|validate|predict|diff|grade|images|generate|import|setup|config|plan|publish|handout|export|init|schema|completion|man)\b[^,;\n]*)/g;

/**
 * A command as it must be typed here: npm takes flags for its own unless they stand behind `--`, and prints on standard
 * output what it runs, unless it has -s.
 */
export function typedCommand(words: string): string {
  const command = / --output -(?: |$)/.test(words) ? commandWord().replace(/^npm run /, 'npm run -s ') : commandWord();
  return `${/(?:^| )[-+]/.test(words) ? command : command.replace(/ --$/, '')} ${words}`;
}

/** A hint with its commands as they must be typed here. */
export function spokenHint(hint: string): string {
  return hint.replaceAll(COMMAND_IN_HINT, (_, words: string) => typedCommand(words));
}

/** Shows an error and returns the exit status. */
export function showError(thrown: unknown, output: Output): number {
  const error = toLabError(thrown);
  const { code, message, hint } = error;
  const spoken = hint === undefined ? undefined : spokenHint(hint);
  output.document({ error: { code, message, ...(spoken === undefined ? {} : { hint: spoken }) } });
  if (!output.json) output.warn(`${message}${spoken === undefined ? '' : `\n${spoken.replaceAll(/^/gm, '  ')}`}`);
  if (code === 'BUG' && error.cause instanceof Error) output.warn(error.cause.stack ?? '');
  return error.exitStatus;
}
