import { LabError } from '../errors.js';
import { runtimeNamed, runtimeNames } from '../runtime/registry.js';
import type { LabRecord, Runtime, RuntimeName } from '../runtime/runtime.js';
import { Lab } from './lab.js';

const SILENT_PLACES: ReadonlySet<string> = new Set(['ENGINE_UNREACHABLE', 'STATE_FOLDER']);

export interface LabSurvey {
  readonly labs: readonly LabRecord[];
  /** Runtimes that could not be asked, such as an engine that does not answer: labs may be there too. */
  readonly troubles: readonly LabError[];
}

/** The user's labs, on every runtime that answers. */
export async function surveyLabs(runtimes: readonly RuntimeName[] = runtimeNames): Promise<LabSurvey> {
  const surveys = await Promise.all(
    runtimes.map(async (name): Promise<LabSurvey> => {
      try {
        return { labs: await runtimeNamed(name).list(), troubles: [] };
      } catch (error) {
        if (error instanceof LabError && SILENT_PLACES.has(error.code)) return { labs: [], troubles: [error] };
        throw error;
      }
    }),
  );
  return { labs: surveys.flatMap(({ labs }) => labs), troubles: surveys.flatMap(({ troubles }) => troubles) };
}

/** The user's labs, on every runtime that answers. */
export async function listLabs(): Promise<readonly LabRecord[]> {
  return (await surveyLabs()).labs;
}

/** A living lab of this name on another runtime: names are the user's, not a runtime's. */
export async function labElsewhere(name: string, runtime: RuntimeName): Promise<LabRecord | undefined> {
  const { labs } = await surveyLabs(runtimeNames.filter((each) => each !== runtime));
  return labs.find(({ lab, phase }) => lab === name && (phase === 'deploying' || phase === 'up'));
}

/**
 * Connects to a lab: the one named, or the only one there is. LabError LAB_NOT_FOUND, or LAB_AMBIGUOUS with the names.
 */
export async function openLab(name?: string): Promise<Lab> {
  const { runtime, lab } = await findLab(name);
  return new Lab(runtime, await runtime.connect(lab), 'close');
}

export interface RemoveOptions {
  /** Told what is left, where the kernel takes its time to end a lab. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** Removes a lab: the one named, or the only one there is. Needs neither its topology file nor its agent. */
export async function removeLab(name?: string, options: RemoveOptions = {}): Promise<string> {
  const { runtime, lab } = await findLab(name, 'down');
  await runtime.remove(lab, options);
  return lab;
}

/**
 * Removes every lab of the user; those already gone count as removed. Throws in the end where a runtime could not be
 * asked.
 */
export async function removeAllLabs(options: RemoveOptions = {}): Promise<readonly string[]> {
  const { labs, troubles } = await surveyLabs();
  await Promise.all(
    labs.map(async ({ lab, runtime }) => {
      try {
        await runtimeNamed(runtime).remove(lab, options);
      } catch (error) {
        if (!(error instanceof LabError) || error.code !== 'LAB_NOT_FOUND') throw error;
      }
    }),
  );
  if (troubles[0] !== undefined) throw troubles[0];
  return labs.map(({ lab }) => lab);
}

async function findLab(name: string | undefined, verb = 'who'): Promise<{ runtime: Runtime; lab: string }> {
  const { labs, troubles } = await surveyFor(name);
  const [only, ...others] = name === undefined ? meant(labs) : labs.filter(({ lab }) => lab === name);
  if (only === undefined) throw troubles[0] ?? notFound(name, labs);
  if (others.length > 0) {
    const names = labs.map(({ lab }) => lab).join(', ');
    throw new LabError('LAB_AMBIGUOUS', `several labs are up: ${names}`, {
      cause: { labs: labs.map(({ lab }) => lab) },
      hint: `say which, as in  nearcast ${verb} ${labs[0]?.lab ?? ''},  or with --lab ${labs[0]?.lab ?? ''} for a verb that takes a target or a node`,
    });
  }
  return { runtime: runtimeNamed(only.runtime), lab: only.lab };
}

/** While labs are up, a command without a name does not mean a lab whose record cannot be believed. */
function meant(labs: readonly LabRecord[]): readonly LabRecord[] {
  const believed = labs.filter(({ phase }) => phase !== 'broken');
  return believed.length > 0 ? believed : labs;
}

/** A lab that is named need not be looked for everywhere: namespaces answer at once, an engine in its own time. */
async function surveyFor(name: string | undefined): Promise<LabSurvey> {
  if (name !== undefined) {
    for (const runtime of runtimeNames) {
      const survey = await surveyLabs([runtime]);
      if (survey.labs.some(({ lab }) => lab === name)) return survey;
    }
  }
  return surveyLabs();
}

function notFound(name: string | undefined, labs: readonly LabRecord[]): LabError {
  const names = labs.map(({ lab }) => lab).join(', ');
  const hint = names === '' ? 'start one: nearcast up figure3' : `labs that are up: ${names}`;
  return new LabError('LAB_NOT_FOUND', name === undefined ? 'no lab is up' : `there is no lab named "${name}"`, {
    hint,
  });
}
