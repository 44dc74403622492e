import type { Condition } from '../../forecast/condition.js';
import { flowNumbers, type FlowNumber } from '../../forecast/flow-numbers.js';
import type { LabPlan, Question } from '../../plan/model.js';
import type { LabFaults } from './lab-faults.js';

/** How many flows are probed at once, unless there are more questions. */
const MOST_PROBED = 1024;
/** How many are asked once. */
const MOST_ASKED = 8192;

/** From how many source ports the questions of a lab are asked, so that every equal-cost path carries some. */
export class LabFlows {
  #known: { readonly key: string; readonly numbers: ReadonlyMap<Question, FlowNumber> } | undefined;

  constructor(
    readonly plan: LabPlan,
    readonly faults: LabFaults,
  ) {}

  /** For probes that go on through a change from one condition to another. */
  through(before: Condition, after: Condition): readonly FlowNumber[] {
    return flowNumbers(this.plan, this.plan.questions, [before, after], MOST_PROBED);
  }

  /** For questions that are asked once, by the present forecast. */
  now(questions: readonly Question[]): readonly FlowNumber[] {
    const key = JSON.stringify(this.faults.all.map((fault) => [fault.key, fault.effect]));
    if (this.#known?.key !== key) {
      const numbers = flowNumbers(this.plan, this.plan.questions, [this.faults.condition], MOST_ASKED);
      this.#known = { key, numbers: new Map(numbers.map((number) => [number.question, number])) };
    }
    const { numbers } = this.#known;
    return questions.map((question) => numbers.get(question) ?? { question, flows: 1, shares: [], ways: 0, risk: 0 });
  }
}

/** Each question as often as it has flows: those of one question stand together. */
export function eachFlow(numbers: readonly FlowNumber[]): readonly Question[] {
  return numbers.flatMap(({ question, flows }) => Array.from({ length: flows }, () => question));
}

/** What there is one of for each flow, by question. */
export function byQuestion<T>(
  numbers: readonly FlowNumber[],
  all: readonly T[],
): readonly (readonly [FlowNumber, readonly T[]])[] {
  let at = 0;
  return numbers.map((number) => [number, all.slice(at, (at += number.flows))] as const);
}
