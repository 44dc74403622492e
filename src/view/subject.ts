import { LabError } from '../errors.js';
import { conditionOf, type ActiveFault } from '../fault/active-fault.js';
import { resolveFault } from '../fault/resolve-fault.js';
import type { AskOptions, Lab } from '../lab/lab.js';
import { openLab } from '../lab/labs.js';
import { coursesOf, type Course } from '../picture/course.js';
import { predictedCoursesOf } from '../picture/predicted-courses.js';
import type { LabPlan } from '../plan/model.js';
import { planLab } from '../plan/plan.js';
import { topologyNamed } from '../topology/named.js';

/** What is shown: a lab that runs, or a file that does not. */
export type Subject =
  | { readonly kind: 'lab'; readonly name: string; readonly plan: LabPlan; readonly lab: Lab }
  | { readonly kind: 'file'; readonly name: string; readonly plan: LabPlan };

/**
 * The running lab of this name, or the only one where none is named; else the topology of this name. LabError
 * LAB_NOT_FOUND, LAB_AMBIGUOUS, TOPOLOGY_NOT_FOUND, TOPOLOGY_INVALID.
 */
export async function subjectNamed(name: string | undefined): Promise<Subject> {
  const isPath = name !== undefined && /[/.]/.test(name);
  const lab = isPath ? undefined : await labNamed(name);
  if (lab !== undefined) return { kind: 'lab', name: lab.name, plan: await lab.plan(), lab };
  const topology = await topologyNamed(name ?? '');
  return { kind: 'file', name: topology.name, plan: planLab(topology) };
}

async function labNamed(name: string | undefined): Promise<Lab | undefined> {
  try {
    return await openLab(name);
  } catch (error) {
    if (name !== undefined && error instanceof LabError && error.code === 'LAB_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Ends the connection to a lab. */
export function leave(subject: Subject): void {
  if (subject.kind === 'lab') subject.lab.close();
}

/** What is broken now; nothing, in a file. */
export async function faultsIn(subject: Subject): Promise<readonly ActiveFault[]> {
  if (subject.kind === 'file') return [];
  const { faults } = await subject.lab.inspect([]);
  return faults.map(({ target, how, settings, cause }) => ({
    ...resolveFault(subject.plan, target, how, settings),
    ...(cause === undefined ? {} : { cause }),
  }));
}

/** Who answers now, as a lab sees it. */
export async function observedCourses(lab: Lab, asked: AskOptions = {}): Promise<readonly Course[]> {
  return coursesOf(await lab.who(asked));
}

/** Who will answer while some faults last. Throws USAGE where the file says that nobody can know. */
export function predictedCourses(
  plan: LabPlan,
  faults: Iterable<ActiveFault>,
  { client, service }: AskOptions = {},
): readonly Course[] {
  if (plan.forecast === 'off')
    throw new LabError('USAGE', `routing in ${plan.topology} is not predicted: its file has  forecast: off`, {
      hint: 'bring it up and look: nearcast up, then nearcast who',
    });
  return predictedCoursesOf(plan, conditionOf(faults)).filter(
    (way) => (client === undefined || way.client === client) && (service === undefined || way.service === service),
  );
}
