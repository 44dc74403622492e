// Why a checkout command ends early: something is wrong, or it was interrupted.

/** An end with a status and a sentence for the reader; everything else that is thrown is a defect. */
export class Stop extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(status, message, options) {
    super(message, options);
    this.status = status;
  }
}

/** @type {Readonly<Record<'SIGINT' | 'SIGTERM', number>>} */
const statusOf = { SIGINT: 130, SIGTERM: 143 };

/**
 * Runs `work` with a signal that aborts on Ctrl-C or termination, so that it can clean up, and ends in a `Stop` then.
 *
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function interruptible(work) {
  const controller = new AbortController();
  /** @param {NodeJS.Signals} name */
  const stop = (name) => {
    controller.abort(new Stop(statusOf[/** @type {'SIGINT' | 'SIGTERM'} */ (name)], 'interrupted'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const result = await work(controller.signal);
    controller.signal.throwIfAborted();
    return result;
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
