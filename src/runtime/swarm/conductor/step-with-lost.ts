import { LabError } from '../../../errors.js';
import type { Methods } from '../../../protocol/messages.js';
import type { StepObserved } from '../../../protocol/observations.js';
import { machineTarget, nodeLost, type Begun, type Crew } from './crew.js';
import { sharedStep } from './shared-step.js';

/** Containers are made again, and their routers begin from nothing. */
const BEGIN_DEADLINE_MS = 60_000;

/**
 * A step of a lab that may have lost machines. To restore one, its nodes are started again while the clients of all others probe: there if
 * it is back, else on other machines. LabError MACHINE_UNKNOWN, MEMORY_SHORT where they have no place; FAULT_STATE where a step is about nodes that are lost.
 */
export async function stepWithLost(
  crew: Crew,
  params: Methods['step']['params'],
  ticket: number,
): Promise<StepObserved> {
  const lost = crew.lost.filter(({ machine }) => params.parts.some(({ target }) => target === machineTarget(machine)));
  const [first, ...others] = lost;
  if (first === undefined) {
    for (const { target } of params.parts) refuseLost(crew, target);
    return sharedStep(crew, params, ticket);
  }
  const { machine } = first;
  if (others.length > 0 || params.parts.length > 1 || params.parts[0]?.action !== 'restore')
    throw new LabError('FAULT_STATE', `${machine} is lost`, {
      hint: `restore it first, alone: nearcast restore ${machineTarget(machine)}`,
    });
  const deadlineMs = params.deadlineMs + BEGIN_DEADLINE_MS;
  const begin = await crew.prepare(machine);
  let moved: Begun['moved'];
  const seen = await sharedStep(crew, { ...params, deadlineMs }, ticket, async () => {
    const begun = await begin();
    moved = begun.moved;
    await Promise.all(begun.members.map(({ agent }) => agent.call('converge', { deadlineMs: params.deadlineMs })));
  });
  return moved === undefined ? seen : { ...seen, moved };
}

/** A node that is lost can neither fail nor be restored by itself. */
function refuseLost(crew: Crew, target: string): void {
  const away = crew.lost.find(({ nodes }) => nodes.includes(target));
  if (away !== undefined) throw nodeLost(target, away);
}
