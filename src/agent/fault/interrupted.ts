import { LabError } from '../../errors.js';
import type { ActiveFault } from '../../fault/active-fault.js';
import type { StepPart } from '../../protocol/messages.js';
import type { FaultActions } from './fault-actions.js';

/** Of a step that was interrupted before it did anything. */
export function nothingDone(): LabError {
  return new LabError('INTERRUPTED', 'interrupted: nothing was broken or restored');
}

/** Undoes the faults of an interrupted step, but not its repairs. The error says which there were. */
export async function undone(
  actions: FaultActions,
  parts: readonly { readonly part: Pick<StepPart, 'action' | 'target'>; readonly fault: ActiveFault }[],
): Promise<LabError> {
  const broke = parts.filter(({ part }) => part.action === 'fail').map(({ fault }) => fault);
  const left = await actions.repairAlone(broke);
  const [first] = left;
  if (first !== undefined) {
    return new LabError(
      'INTERRUPTED',
      `interrupted: ${left.map(({ target }) => target).join(', ')} stays broken: only the engine can restart a container`,
      {
        hint: `nearcast restore ${first.target}`,
      },
    );
  }
  const restored = parts.filter(({ part }) => part.action === 'restore').map(({ part }) => part.target);
  if (restored.length === 0) return new LabError('INTERRUPTED', 'interrupted: what was broken is restored');
  const also = broke.length === 0 ? '' : ', and so is what was broken';
  return new LabError(
    'INTERRUPTED',
    `interrupted: ${restored.join(', ')} is restored${also}; whether routing has settled is not known`,
    { hint: 'nearcast doctor <lab> shows what its routing lacks' },
  );
}
