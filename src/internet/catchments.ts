import { LabError } from '../errors.js';
import type { AsGraph } from './graph.js';
import { propagate, type AsRoutes, type Site } from './propagate.js';

/** A site as it is asked for: the AS number of who announces the prefix there. */
export interface SiteAsked {
  readonly asn: number;
  /** How many times more its own number is in the paths that it announces. */
  readonly prepend: number;
}

/** What a site gets: at least what is certain; at most, all ties too. */
export interface SiteShare {
  readonly asn: number;
  readonly prepend: number;
  readonly certainAses: number;
  readonly tiedAses: number;
  /** The same by weight; the number of systems where there are no weights. */
  readonly certainWeight: number;
  readonly tiedWeight: number;
}

export interface AsCatchments {
  readonly sites: readonly SiteShare[];
  readonly ases: number;
  readonly weight: number;
  readonly certain: number;
  readonly tied: number;
  readonly unreached: number;
  readonly routes: AsRoutes;
}

/** How many systems have another set of sites, and by weight. */
export interface AsMoves {
  readonly ases: number;
  readonly weight: number;
  /** Of these, how many have no route any more. */
  readonly unreached: number;
}

/** Who reaches which site. Throws USAGE for a site that is not in the graph, or there twice. */
export function catchmentsOf(
  graph: AsGraph,
  asked: readonly SiteAsked[],
  weights: Float64Array | undefined,
): AsCatchments {
  const routes = propagate(
    graph,
    asked.map(({ asn, prepend }) => ({ ...siteIn(graph, asn), prepend })),
  );
  const size = graph.asns.length;
  const shares = asked.map(({ asn, prepend }) => ({
    asn,
    prepend,
    certainAses: 0,
    tiedAses: 0,
    certainWeight: 0,
    tiedWeight: 0,
  }));
  const counts = { certain: 0, tied: 0, unreached: 0, weight: 0 };
  for (let index = 0; index < size; index++) {
    const weight = weights === undefined ? 1 : (weights[index] ?? 0);
    counts.weight += weight;
    const possible = sitesAt(routes, index);
    if (possible.length === 0) counts.unreached++;
    else if (possible.length === 1) counts.certain++;
    else counts.tied++;
    for (const nth of possible) {
      const share = shares[nth];
      if (share === undefined) continue;
      if (possible.length === 1) {
        share.certainAses++;
        share.certainWeight += weight;
      } else {
        share.tiedAses++;
        share.tiedWeight += weight;
      }
    }
  }
  return { sites: shares, ases: size, ...counts, routes };
}

/**
 * How many systems change their sites. What a site is called by both is its AS number: the two may have other sites in
 * another order.
 */
export function movesBetween(before: AsCatchments, after: AsCatchments, weights: Float64Array | undefined): AsMoves {
  const moves = { ases: 0, weight: 0, unreached: 0 };
  const same = translation(before, after);
  const { words } = before.routes;
  for (let index = 0; index < before.ases; index++) {
    const now = sitesAt(after.routes, index);
    let isSame = true;
    let count = 0;
    for (const nth of now) {
      const was = same[nth] ?? -1;
      isSame &&= was >= 0 && (((before.routes.sites[index * words + (was >> 5)] ?? 0) >>> (was & 31)) & 1) === 1;
      count++;
    }
    if (isSame && count === sitesAt(before.routes, index).length) continue;
    moves.ases++;
    moves.weight += weights === undefined ? 1 : (weights[index] ?? 0);
    if (count === 0) moves.unreached++;
  }
  return moves;
}

/** The sites that the route of a system may lead to, by their place among those that were asked for. */
export function sitesAt({ sites, words }: AsRoutes, index: number): readonly number[] {
  const possible: number[] = [];
  for (let word = 0; word < words; word++) {
    for (let left = sites[index * words + word] ?? 0; left !== 0; left = (left & (left - 1)) >>> 0)
      possible.push(32 * word + 31 - Math.clz32(left & -left));
  }
  return possible;
}

/** The weight of each system of a graph; 0 where nothing is said. Lines are `asn|weight` or `asn,weight`. Throws USAGE. */
export function weightsFrom(text: string, graph: AsGraph, file: string): Float64Array {
  const weights = new Float64Array(graph.asns.length);
  text.split('\n').forEach((line, nth) => {
    if (/^\s*(?:#|$)/.test(line)) return;
    const match = /^\s*(\d{1,10})\s*[|,\t ]\s*(\d+(?:\.\d+)?)\s*$/.exec(line);
    if (match === null)
      throw new LabError('USAGE', `${file}:${String(nth + 1)} is no weight: "${line.slice(0, 60)}"`, {
        hint: 'a line is  asn|weight  or  asn,weight',
      });
    const index = graph.indexOf(Number(match[1]));
    if (index !== undefined) weights[index] = Number(match[2]);
  });
  return weights;
}

function translation(before: AsCatchments, after: AsCatchments): readonly number[] {
  return after.sites.map(({ asn }) => before.sites.findIndex((each) => each.asn === asn));
}

function siteIn(graph: AsGraph, asn: number): Pick<Site, 'index'> {
  const index = graph.indexOf(asn);
  if (index !== undefined) return { index };
  throw new LabError('USAGE', `AS ${String(asn)} is not in the graph`, {
    hint: `name systems that are in the file, such as ${String(graph.asns[0] ?? '')}`,
  });
}
