// Starts programs for the checkout's commands. Their output is progress, so by default it goes to standard error: what
// a lab prints on standard output must stay clean.

/**
 * @typedef {object} RunOptions
 * @property {string} cwd
 * @property {AbortSignal} signal
 * @property {'stderr' | 'inherit' | 'pipe'} [output] where both output streams go
 * @property {number} [graceMs] how long a program may take to end by itself after Ctrl-C, which the terminal sends to
 * it too
 * @property {boolean} [detached] whether it runs in a session of its own, where Ctrl-C does not reach it
 * @property {Readonly<Record<string, string>>} [env] added to this process's environment
 * @property {(pid: number) => void} [onStart] called with its number once it runs
 * @property {(chunk: string) => void} [onOutput] what arrives on standard output, with `pipe`
 * @property {(chunk: string) => void} [onErrorOutput] what arrives on standard error, with `pipe`
 */

/** @type {Readonly<Record<'stderr' | 'inherit' | 'pipe', import('node:child_process').StdioOptions>>} */
const stdioOf = {
  stderr: ['ignore', 2, 2],
  inherit: 'inherit',
  pipe: ['ignore', 'pipe', 'pipe'],
};

/**
 * Runs a program to its end and resolves to its exit status; rejects when it cannot be started or was interrupted.
 *
 * @param {readonly [string, ...string[]]} argv
 * @param {RunOptions} options
 * @returns {Promise<number>}
 */
export async function run(
  [program, ...args],
  { cwd, signal, output = 'stderr', graceMs = 0, detached = false, env, ...on },
) {
  const { spawn } = await import('node:child_process');
  signal.throwIfAborted();
  const child = spawn(program, args, { cwd, detached, stdio: stdioOf[output], env: { ...process.env, ...env } });
  const { onStart, onOutput, onErrorOutput } = on;
  if (child.pid !== undefined) onStart?.(child.pid);
  if (onOutput !== undefined) child.stdout?.setEncoding('utf8').on('data', onOutput);
  if (onErrorOutput !== undefined) child.stderr?.setEncoding('utf8').on('data', onErrorOutput);
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const stop = () => {
    timer = setTimeout(() => child.kill('SIGTERM'), graceMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    /** @type {number} */
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        resolve(code ?? 1);
      });
    });
    signal.throwIfAborted();
    return status;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
