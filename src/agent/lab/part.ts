import type { LabPlan } from '../../plan/model.js';
import type { Part } from '../../protocol/part.js';

/** The plan of a lab as the agent of one machine has it: all that there is, and the questions of its own clients. */
export function planOfPart(plan: LabPlan, { nodes }: Part): LabPlan {
  return { ...plan, questions: plan.questions.filter(({ client }) => nodes.includes(client)) };
}
