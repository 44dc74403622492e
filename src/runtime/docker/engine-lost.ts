import { LabError } from '../../errors.js';
import type { UncommittedLab } from '../runtime.js';
import type { EngineAddress } from './engine-address.js';
import { statusOf } from './engine.js';

/** Whether a call was not answered because the engine, or the way to it, was gone before or meanwhile. */
export function isBrokenOff(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof LabError || statusOf(error) !== undefined) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code ?? '') || (code === 'ENOENT' && syscall === 'connect'))
    return true;
  return error.message === 'socket hang up';
}

/** The same error, unless the engine was lost. */
function engineLost(address: EngineAddress, error: unknown): unknown {
  if (!isBrokenOff(error)) return error;
  return new LabError(
    'ENGINE_UNREACHABLE',
    `the Docker engine at ${address.text} does not answer any more: ${words(error)}`,
    {
      cause: error,
      hint: 'start it again (sudo systemctl start docker), then try again',
    },
  );
}

/** Work that needs an engine. LabError ENGINE_UNREACHABLE where it is lost meanwhile. */
export async function withEngine<T>(address: EngineAddress, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw engineLost(address, error);
  }
}

/** A lab whose engine may be lost before it is committed or discarded. */
export function guarded(address: EngineAddress, lab: string, made: UncommittedLab): UncommittedLab {
  return {
    ...made,
    commit: (options) => withEngine(address, () => made.commit(options)),
    async discard() {
      try {
        await made.discard();
      } catch (error) {
        throw notDiscarded(address, lab, error);
      }
    },
  };
}

/** Why what was begun of a lab stays: the same error, unless the engine was lost. */
export function notDiscarded(address: EngineAddress, lab: string, error: unknown): unknown {
  if (!isBrokenOff(error)) return error;
  return new LabError(
    'ENGINE_UNREACHABLE',
    `the Docker engine at ${address.text} does not answer any more (${words(error)}): what was begun of ${lab} is not removed`,
    { cause: error, hint: `start it again (sudo systemctl start docker), then: nearcast down ${lab}` },
  );
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
