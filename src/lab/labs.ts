import { LabError } from '../errors.js';
import { runtimeNamed, runtimeNames } from '../runtime/registry.js';
import type { LabRecord, Runtime } from '../runtime/runtime.js';
import { Lab } from './lab.js';

/** The user's labs, on every runtime. */
export async function listLabs(): Promise<readonly LabRecord[]> {
  const lists = await Promise.all(runtimeNames.map((name) => runtimeNamed(name).list()));
  return lists.flat();
}

/**
 * Connects to a lab: the one named, or the only one there is. LabError LAB_NOT_FOUND, or LAB_AMBIGUOUS with the names.
 */
export async function openLab(name?: string): Promise<Lab> {
  const { runtime, lab } = await findLab(name);
  return new Lab(runtime, await runtime.connect(lab), 'close');
}

/** Removes a lab: the one named, or the only one there is. Needs neither its topology file nor its agent. */
export async function removeLab(name?: string): Promise<string> {
  const { runtime, lab } = await findLab(name);
  await runtime.remove(lab);
  return lab;
}

/** Removes every lab of the user; those already gone count as removed. */
export async function removeAllLabs(): Promise<readonly string[]> {
  const labs = await listLabs();
  await Promise.all(
    labs.map(async ({ lab, runtime }) => {
      try {
        await runtimeNamed(runtime).remove(lab);
      } catch (error) {
        if (!(error instanceof LabError) || error.code !== 'LAB_NOT_FOUND') throw error;
      }
    }),
  );
  return labs.map(({ lab }) => lab);
}

async function findLab(name: string | undefined): Promise<{ runtime: Runtime; lab: string }> {
  const labs = await listLabs();
  const [only, ...others] = name === undefined ? labs : labs.filter(({ lab }) => lab === name);
  if (only === undefined) throw notFound(name, labs);
  if (others.length > 0) {
    const names = labs.map(({ lab }) => lab).join(', ');
    throw new LabError('LAB_AMBIGUOUS', `several labs are up: ${names}`, {
      hint: `say which: nearcast who ${labs[0]?.lab ?? ''}; or --lab ${labs[0]?.lab ?? ''} for a verb that takes a target or a node`,
    });
  }
  return { runtime: runtimeNamed(only.runtime), lab: only.lab };
}

function notFound(name: string | undefined, labs: readonly LabRecord[]): LabError {
  const names = labs.map(({ lab }) => lab).join(', ');
  const hint = names === '' ? 'start one: nearcast up figure3' : `labs that are up: ${names}`;
  return new LabError('LAB_NOT_FOUND', name === undefined ? 'no lab is up' : `there is no lab named "${name}"`, { hint });
}
