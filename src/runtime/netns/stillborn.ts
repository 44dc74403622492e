import { LabError, limitInWords, limitReached } from '../../errors.js';
import { explainUnshareFailure, type NamespaceFacts } from '../../setup/namespaces.js';

/** What is known of an agent that ended before its lab was up. */
export interface Stillborn {
  /** Of the supervisor; null where a signal ended it. */
  readonly exitCode: number | null;
  /** Whether its namespaces were made. */
  readonly hadNamespaces: boolean;
  /** What was written on standard error meanwhile. */
  readonly words: string;
}

/** A shell's status of a program that SIGKILL ended. */
const KILLED = 128 + 9;

/** Why a lab did not come up, from how its agent ended; `error` is what its maker saw of that. */
export function whyStillborn(
  { exitCode, hadNamespaces, words }: Stillborn,
  error: LabError,
  factsOf: () => NamespaceFacts,
): LabError {
  // What it wrote while it was killed is not a reason.
  if (exitCode === null)
    return new LabError('DEPLOY_FAILED', 'the lab was removed while it started', {
      cause: error,
      hint: 'by nearcast down, or because its processes were killed',
    });
  const limit = limitInWords(words);
  if (limit !== undefined) return limitReached(limit, 'the agent did not start', new Error(words));
  const [, missing] = /^nearcast-\w+: (?:\d+: )?(\S+): not found$/m.exec(words) ?? [];
  if (missing !== undefined)
    return new LabError('PROGRAM_MISSING', `there is no program ${missing} on this machine`, {
      cause: new Error(words),
      hint: 'nearcast doctor says what is missing',
    });
  // Util-linux cannot end itself by the signal that ended its child, complains, and ends with status 1 (unshare.c,
  // "sigprocmask").
  if (exitCode === KILLED || (hadNamespaces && /^unshare:/m.test(words))) {
    return new LabError('DEPLOY_FAILED', 'the agent was killed while the lab started', {
      cause: new Error(words),
      hint: 'by another process, or by the kernel for lack of memory (see dmesg); nothing of the lab is left',
    });
  }
  if (/^(unshare|setpriv|mount):/m.test(words)) return explainUnshareFailure(words, factsOf());
  if (words === '' && error.code === 'STATE_FOLDER') return error;
  return new LabError('DEPLOY_FAILED', `the agent ended before the lab was up${words === '' ? '' : `: ${words}`}`, {
    cause: error,
  });
}
