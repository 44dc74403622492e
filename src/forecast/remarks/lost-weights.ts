import { LabError } from '../../errors.js';
import { firstFrrWith, frrDoes } from '../../frr/differences.js';
import { internalHop } from '../bgp/route.js';
import { bandwidthsOf } from '../bgp-routes.js';
import { bgpState } from '../bgp-forecast.js';
import { healthy } from '../condition.js';
import type { LabPlan } from '../../plan/model.js';
import type { Remark } from './remark.js';

/** Several internal routes of a speaker to a service, each with a bandwidth, and not all with the same. */
export interface InternalWeights {
  readonly node: string;
  /** An address of a service, or a prefix that covers some. */
  readonly to: string;
  readonly routes: readonly { readonly neighbor: string; readonly mbps: number }[];
  /** The nodes whose policies say a bandwidth that is in these. */
  readonly saidBy: readonly string[];
}

const LEAST = firstFrrWith('weights');

/** Where a file asks for shares by bandwidth among internal routes, while nothing is broken. */
export function internalWeights(plan: LabPlan): readonly InternalWeights[] {
  if (plan.multipath === 'none' || !saysBandwidth(plan)) return [];
  return plan.families.flatMap((family) =>
    [...(bgpState(plan, healthy, family).tables ?? [])].flatMap(([node, table]) =>
      [...table].flatMap(([prefix, used]): readonly InternalWeights[] => {
        const bandwidths = bandwidthsOf(used);
        if (
          bandwidths === undefined ||
          used.some(({ session }) => session?.kind !== 'internal') ||
          new Set(bandwidths.map(({ mbps }) => mbps)).size < 2
        )
          return [];
        const routes = used.map((route) => ({
          neighbor: internalHop(route) ?? '',
          mbps: route.bandwidth?.mbps ?? 0,
        }));
        return [
          {
            node,
            to: prefix.replace(/\/(32|128)$/, ''),
            routes,
            saidBy: [...new Set(bandwidths.flatMap(({ saidBy }) => saidBy))].sort(),
          },
        ];
      }),
    ),
  );
}

/** Why a speaker with this version of FRRouting is not given such routes; undefined where it shares by bandwidth. */
export function weightsRefusal(weights: InternalWeights, version: string): LabError | undefined {
  if (frrDoes('weights', version)) return undefined;
  return new LabError(
    'RUNTIME_UNFIT',
    `${described(weights)}, and its FRRouting ${version} shares evenly among them: ${LEAST} and newer share by bandwidth`,
    { hint: hintFor(weights) },
  );
}

/**
 * The same of the plan of a file, before it is known which FRRouting it will run on; where it is so in several places, of
 * the first.
 */
export function lostWeightsOf(plan: LabPlan): readonly Remark[] {
  return internalWeights(plan)
    .slice(0, 1)
    .map((weights) => ({
      code: 'LOST_WEIGHTS',
      message: `${described(weights)}: FRRouting ${LEAST} and newer share by bandwidth, and with an older one this file is refused`,
      hint: hintFor(weights),
    }));
}

function described({ node, to, routes }: InternalWeights): string {
  return `${node} has internal routes to ${to} with different bandwidths, ${routes.map(({ neighbor, mbps }) => `${String(mbps)}mbit by ${neighbor}`).join(' and ')}`;
}

function hintFor({ saidBy }: InternalWeights): string {
  return `remove bandwidth from the policy of ${saidBy.join(' and ')}, or write  multipath: none, or let nodes run FRRouting ${LEAST} or newer`;
}

function saysBandwidth({ nodes }: LabPlan): boolean {
  return nodes.some(({ routing }) => routing?.bgp?.sessions.some(({ policy }) => policy.bandwidthMbps !== undefined));
}
