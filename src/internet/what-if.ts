import { LabError } from '../errors.js';
import { catchmentsOf, movesBetween, type AsCatchments, type AsMoves, type SiteAsked } from './catchments.js';
import type { AsGraph } from './graph.js';

/** What is changed of the sites that announce a prefix. */
export interface SiteChanges {
  readonly add: readonly SiteAsked[];
  readonly lose: readonly number[];
  readonly prepend: readonly SiteAsked[];
}

/** What the loss of one site does. */
export interface SiteLoss {
  readonly lost: number;
  readonly moves: AsMoves;
  readonly after: AsCatchments;
}

/** The sites after changes. Throws USAGE where a site is lost or prepended that is not there, or added twice. */
export function changedSites(sites: readonly SiteAsked[], { add, lose, prepend }: SiteChanges): readonly SiteAsked[] {
  const known = new Set(sites.map(({ asn }) => asn));
  const twice = [...sites, ...add].find(({ asn }, nth, all) => all.findIndex((each) => each.asn === asn) !== nth);
  if (twice !== undefined)
    throw new LabError('USAGE', `AS ${String(twice.asn)} is a site twice`, { hint: 'name each site once' });
  const missing = [...lose, ...prepend.map(({ asn }) => asn)].find((asn) => !known.has(asn));
  if (missing !== undefined)
    throw new LabError('USAGE', `AS ${String(missing)} is none of the origins`, {
      hint: `lose and prepend name origins: ${[...known].join(', ')}`,
    });
  const left = [...sites, ...add].filter(({ asn }) => !lose.includes(asn));
  if (left.length === 0)
    throw new LabError('USAGE', 'no site is left', { hint: 'nobody would have a route: keep one of the origins' });
  return left.map((site) => prepend.find(({ asn }) => asn === site.asn) ?? site);
}

/** Losing each site in turn, the one whose loss moves the most first. */
export function lossesOf(
  graph: AsGraph,
  sites: readonly SiteAsked[],
  before: AsCatchments,
  weights: Float64Array | undefined,
): readonly SiteLoss[] {
  return sites
    .map(({ asn }) => {
      const after = catchmentsOf(
        graph,
        sites.filter((site) => site.asn !== asn),
        weights,
      );
      return { lost: asn, after, moves: movesBetween(before, after, weights) };
    })
    .sort((a, b) => b.moves.unreached - a.moves.unreached || b.moves.weight - a.moves.weight);
}
