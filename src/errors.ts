/** Every way in which nearcast can refuse or fail, and the exit status: what the reader has to fix. */
export const labErrorCodes = {
  USAGE: 2,
  TOPOLOGY_NOT_FOUND: 2,
  TOPOLOGY_INVALID: 2,
  LAB_NAME_INVALID: 2,
  LAB_NOT_FOUND: 2,
  LAB_AMBIGUOUS: 2,
  LAB_EXISTS: 2,
  NODE_UNKNOWN: 2,
  TARGET_UNKNOWN: 2,
  FAULT_UNSUPPORTED: 2,
  FAULT_STATE: 2,
  FAULT_INEFFECTIVE: 3,
  RUNTIME_UNFIT: 2,
  MACHINE_UNKNOWN: 2,
  CONTAINER_NAME_TAKEN: 2,
  CONFIG_REJECTED: 2,
  START_COMMAND_FAILED: 2,
  SUBMISSION_TIMEOUT: 2,
  PLATFORM_UNSUPPORTED: 3,
  NAMESPACES_UNAVAILABLE: 3,
  PROGRAM_MISSING: 3,
  FRR_UNAVAILABLE: 3,
  SERVER_UNAVAILABLE: 3,
  ENGINE_UNREACHABLE: 3,
  IMAGE_UNAVAILABLE: 3,
  STATE_FOLDER: 3,
  LIMIT_REACHED: 3,
  REPORT_UNWRITTEN: 3,
  DEPLOY_FAILED: 3,
  SYSTEM_CALL_FAILED: 3,
  MEMORY_SHORT: 3,
  NOT_CONVERGED: 3,
  AGENT_GONE: 3,
  INTERRUPTED: 130,
  BUG: 3,
} as const;

export type LabErrorCode = keyof typeof labErrorCodes;

export interface LabErrorOptions extends ErrorOptions {
  /** What would be right, or the command that repairs it. */
  readonly hint?: string | undefined;
}

/**
 * The one error of nearcast, for the person who reads it: what is wrong in `message`, what would be right in `hint`,
 * why in `cause`. The code never changes its meaning and decides the exit status.
 */
export class LabError extends Error {
  static {
    this.prototype.name = 'LabError';
  }

  readonly hint: string | undefined;

  constructor(
    readonly code: LabErrorCode,
    message: string,
    { hint, ...rest }: LabErrorOptions = {},
  ) {
    super(message, rest);
    this.hint = hint;
  }

  /** The exit status of a process that ends with this error: 2 fix the input, 3 fix the machine, 130 interrupted. */
  get exitStatus(): number {
    return labErrorCodes[this.code];
  }
}

/** A `LabError` whatever was thrown, so that the code and the cause of a fault survive. */
export function toLabError(thrown: unknown): LabError {
  if (thrown instanceof LabError && thrown.code === 'LIMIT_REACHED') return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const limit = limitIn(thrown instanceof LabError ? thrown.cause : thrown);
  if (limit !== undefined) return limitReached(limit, message, thrown);
  if (thrown instanceof LabError) return thrown;
  return new LabError('BUG', message, { cause: thrown, hint: 'this is a defect of nearcast: please report it' });
}

/** What a user, or a machine, has a limited number of. */
export type Limit = 'files' | 'processes';

export function limitReached(limit: Limit, message: string, cause?: unknown): LabError {
  return limit === 'files'
    ? new LabError('LIMIT_REACHED', `no more files may be open here: ${message}`, {
        cause,
        hint: 'raise the limit (ulimit -n; LimitNOFILE= of a systemd unit), or make a smaller lab',
      })
    : new LabError('LIMIT_REACHED', `no more processes may be started here: ${message}`, {
        cause,
        hint: 'end some of yours, or raise the limit (ulimit -u; TasksMax= of a systemd unit)',
      });
}

/** What programs say on standard error when they reach a limit (fork(2), open(2)). */
export function limitInWords(words: string): Limit | undefined {
  if (/Too many open files|EMFILE/.test(words)) return 'files';
  return /Cannot fork|Resource temporarily unavailable|ERR_WORKER_INIT_FAILED|pthread_create/.test(words)
    ? 'processes'
    : undefined;
}

function limitIn(thrown: unknown): Limit | undefined {
  const { code, syscall = '' } = (thrown instanceof Error ? thrown : {}) as { code?: unknown; syscall?: string };
  if (code === 'EMFILE' || code === 'ENFILE') return 'files';
  return code === 'ERR_WORKER_INIT_FAILED' || (code === 'EAGAIN' && syscall.startsWith('spawn'))
    ? 'processes'
    : undefined;
}
