import { LabError } from '../../errors.js';
import { pollUntil } from '../../support/poll.js';
import { awaitEnd, familyOf, remainsOf, type EndingOptions } from './ending.js';
import { SUPERVISOR_WORD } from './launch.js';
import { childrenOf, findHolder, identify, isAlive, isEnding, relationTo, type KnownProcess } from './known-process.js';
import type { StateRecord } from './state-record.js';
import type { LabStates } from './state.js';
import { labNotFound } from './lab-errors.js';

const END_DEADLINE_MS = 10_000;

/** Removes a lab in whatever phase it is. LabError LAB_NOT_FOUND, DEPLOY_FAILED. */
export async function removeLab(states: LabStates, lab: string, options: EndingOptions = {}): Promise<void> {
  // In the first moments of a deployment the lab is still its maker's: what is to be removed is about to come.
  const { last: found } = await pollUntil(
    () => states.find(lab) ?? 'gone',
    (seen) => seen === 'gone' || seen.phase === 'broken' || !isMakers(seen),
    { everyMs: 5, deadlineMs: END_DEADLINE_MS },
  );
  if (found === 'gone') throw labNotFound(states, lab);
  const folder = states.labFolder(lab);
  if (found.phase === 'broken') {
    const supervisor = findHolder(folder, SUPERVISOR_WORD);
    if (supervisor === undefined) states.forget(lab);
    else await endLab(states, lab, supervisor.pid, options);
    return;
  }
  if (found.phase === 'dead') return endAgain(states, lab, found.ending ?? [], options);
  const { owner, maker } = found;
  if (isMakers(found)) {
    // It is not a process of the lab, but its maker's.
    const pid = String(maker.pid);
    throw new LabError('DEPLOY_FAILED', `process ${pid}, which deploys ${lab}, is stuck`, {
      hint: `end it (kill ${pid}), then nearcast down ${lab}`,
    });
  }
  if (relationTo(folder, owner) === 'of the lab') await endLab(states, lab, owner.pid, options);
  else states.forget(lab);
}

function isMakers({ owner, maker }: StateRecord): boolean {
  return owner.pid === maker.pid;
}

/** Ends all processes of a lab at once, and waits until none is left; then its folder goes. */
export async function endLab(
  states: LabStates,
  lab: string,
  supervisorPid: number | undefined,
  options: EndingOptions = {},
): Promise<void> {
  const [unsharePid = 0] = childrenOf(supervisorPid ?? 0);
  const first = [supervisorPid ?? 0, unsharePid, ...childrenOf(unsharePid)].flatMap((pid) => identify(pid) ?? []);
  const all = familyOf(supervisorPid ?? 0);
  states.noteEnding(lab, first);
  // The supervisor first: it would remove the folder, and with it all that is known of a lab that has not ended yet.
  for (const each of first) if (isAlive(each)) signalTo(each.pid, 'SIGKILL');
  await awaitEnd(lab, first, () => remainsOf(all), options);
  states.forget(lab);
}

/** Waits for a lab that has been killed, and has not ended yet. */
async function endAgain(
  states: LabStates,
  lab: string,
  ending: readonly KnownProcess[],
  options: EndingOptions,
): Promise<void> {
  const left = ending.filter((each) => isEnding(states.labFolder(lab), each));
  for (const { pid } of left) signalTo(pid, 'SIGKILL');
  await awaitEnd(lab, left, () => remainsOf(left.flatMap(({ pid }) => familyOf(pid))), options);
  states.forget(lab);
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
