import type { LabPlan } from '../plan/model.js';
import type { Prediction } from '../predict/prediction.js';
import type { SubnetPrediction } from '../predict/subnet-routers.js';
import type { Sighting } from '../protocol/sighting.js';
import type { Answer } from './answers.js';

/** A client that another instance answers than was predicted, or nobody. */
export interface Unpredicted {
  readonly prediction: Prediction;
  /** Null without an answer. */
  readonly seen: readonly (string | null)[];
}

/** Where the answers differ from predictions. Queries that links lose on purpose say nothing. */
export function unpredicted(
  predictions: readonly Prediction[],
  answers: readonly Answer[],
  plan: Pick<LabPlan, 'links'>,
): readonly Unpredicted[] {
  const losesPackets = plan.links.some(
    ({ impairment: { loss = 0, corrupt = 0, rateBps } = {} }) => loss > 0 || corrupt > 0 || rateBps !== undefined,
  );
  const seenOf = new Map(
    answers.map(({ client, address, instance, flows }) => [
      `${client} ${address}`,
      flows === undefined ? [instance] : flows.answers.map((count) => count.instance),
    ]),
  );
  return predictions.flatMap((prediction) => {
    const { client, address, instances, lost } = prediction;
    const mayBeNobody = instances.length === 0 || lost > 0;
    const seen = (seenOf.get(`${client} ${address}`) ?? []).filter((name) =>
      name === null ? !mayBeNobody && !losesPackets : !instances.some(({ instance }) => instance === name),
    );
    return seen.length === 0 ? [] : [{ prediction, seen }];
  });
}

/** A client that another router of a subnet answers than was predicted, or nobody. */
export interface UnpredictedRouter {
  readonly prediction: SubnetPrediction;
  /** Null without an answer. */
  readonly seen: readonly (string | null)[];
}

/** Where polls of the addresses of subnets differ from predictions. */
export function unpredictedRouters(
  predictions: readonly SubnetPrediction[],
  polls: readonly Sighting[],
): readonly UnpredictedRouter[] {
  return predictions.flatMap((prediction) => {
    const { client, address, routers, certainty } = prediction;
    const poll = polls.find((each) => each.client === client && each.address === address);
    if (poll === undefined) return [];
    const { replies = [] } = poll;
    const mayBeNobody = certainty !== 'certain';
    const seen: readonly (string | null)[] =
      replies.length === 0 ? (mayBeNobody ? [] : [null]) : replies.filter((name) => !routers.includes(name));
    return seen.length === 0 ? [] : [{ prediction, seen }];
  });
}
