import type { Condition } from '../forecast/condition.js';
import type { Decision, Walk } from '../forecast/forecast-model.js';
import { forecast } from '../forecast/forecast.js';
import { pathCosts } from '../forecast/path-cost.js';
import { noWalk } from '../forecast/walk.js';
import type { Family, LabPlan } from '../plan/model.js';
import { certaintyOf, type Certainty } from './certainty.js';
import { notesOn } from './notes.js';
import { pathsOf, sharesOf, wayCountsOf } from './spread.js';
import { predictSubnetRouters, type SubnetPrediction } from './subnet-routers.js';

/** Who will answer a client at an address, computed from the file alone. */
export interface Prediction {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  readonly family: Family;
  readonly certainty: Certainty;
  /** By name; several where costs tie, none where nobody answers. */
  readonly instances: readonly PredictedInstance[];
  /** The part of the client's flows that is led to where nobody answers, 0 to 1. */
  readonly lost: number;
  /** What the client's first router knows of the address; null if it knows nothing. */
  readonly decision: Decision | null;
}

export interface PredictedInstance {
  readonly instance: string;
  /** The part of the client's flows that it answers, where hashes are even. */
  readonly share: number;
  /** Routers and the instance, in order; one of the ways, where there are several. */
  readonly path: readonly string[];
  /** The sum of the link costs from the client's first router on, as `who` has it. */
  readonly cost: number | null;
  /** How many equal ways lead there. */
  readonly ways: number;
}

/** Who answers all clients, and what of that is not known. */
export interface Predicted {
  readonly predictions: readonly Prediction[];
  /** Which routers answer at the addresses of IPv6 subnets whose prefix the file gives. */
  readonly subnetRouters: readonly SubnetPrediction[];
  /** In words. */
  readonly notes: readonly string[];
}

/** Who answers every client under a condition, with the ways and the reasons. */
export function predict(plan: LabPlan, condition: Condition): Predicted {
  const routing = forecast(plan, condition, 'services');
  const costOf = pathCosts(plan, condition);
  const walks = plan.questions.map((question) => routing.walk(question));
  const predictions = plan.questions.map((question, index) => {
    const walk = walks[index] ?? noWalk;
    const { answering, lost } = predicted(walk);
    const paths = pathsOf(walk);
    const ways = wayCountsOf(walk);
    return {
      ...question,
      certainty: certaintyOf(answering.length, lost > 0),
      instances: answering.map(({ instance, share }) => {
        const path = paths.get(instance) ?? [];
        return { instance, share, path, cost: costOf(path), ways: ways.get(instance) ?? 0 };
      }),
      lost,
      decision: walk.start === undefined ? null : (routing.decision(walk.start, question) ?? null),
    };
  });
  return { predictions, subnetRouters: predictSubnetRouters(plan, condition), notes: notesOn(plan, condition, walks) };
}

/** The part of each question's flows that each instance answers. */
export type Catchment = ReadonlyMap<string, number>;

/** The same without ways and reasons, in the order of the plan's questions: what many conditions are compared by. */
export function catchmentsUnder(plan: LabPlan, condition: Condition): readonly Catchment[] {
  return catchmentsOf(plan, walksUnder(plan, condition));
}

/** How the packets of each question go. */
export function walksUnder(plan: LabPlan, condition: Condition): readonly Walk[] {
  const routing = forecast(plan, condition, 'services');
  return plan.questions.map((question) => routing.walk(question));
}

/** Which instances walks come to; in the order of the plan's questions, as these are. */
export function catchmentsOf(plan: LabPlan, walks: readonly Walk[]): readonly Catchment[] {
  const known = new Map<string, Catchment>();
  return plan.questions.map(({ service, address }, index) => {
    const walk = walks[index] ?? noWalk;
    // Clients at one router share its way; what a frozen one still answers is a matter of each client.
    const key = `${walk.start ?? ''} ${service} ${address} ${[...walk.answering].join(' ')}`;
    const catchment = known.get(key) ?? new Map(predicted(walk).answering.map((each) => [each.instance, each.share]));
    known.set(key, catchment);
    return catchment;
  });
}

function predicted(walk: Walk): {
  readonly answering: readonly { readonly instance: string; readonly share: number }[];
  readonly lost: number;
} {
  const names = [...walk.answering].sort();
  if (!walk.isStable) return { answering: names.map((instance) => ({ instance, share: 1 / names.length })), lost: 0 };
  const shares = sharesOf(walk);
  const answering = names.map((instance) => ({ instance, share: shares.get(instance) ?? 0 }));
  const lost = 1 - answering.reduce((sum, { share }) => sum + share, 0);
  // What is left of adding fractions is no loss.
  return { answering, lost: lost < 1e-9 ? 0 : lost };
}
