import colors from 'picocolors';
import { sitesAt, type AsCatchments, type AsMoves, type SiteShare } from '../../internet/catchments.js';
import type { AsGraph } from '../../internet/graph.js';
import { routeKinds } from '../../internet/propagate.js';
import type { SiteLoss } from '../../internet/what-if.js';
import { columns } from '../format.js';

/** The share of each site: what is certain, and what it may have in addition where routes tie. */
export function asCatchmentsText(catchments: AsCatchments, hasWeights: boolean): string {
  const { sites, ases, weight, certain, tied, unreached } = catchments;
  return [
    columns(
      ['SITE', 'CERTAIN', 'TIE', 'SHARE', ...(hasWeights ? ['BY WEIGHT'] : [])],
      sites.map((site) => [
        siteText(site),
        String(site.certainAses),
        String(site.tiedAses),
        rangeText(site.certainAses, site.tiedAses, ases),
        ...(hasWeights ? [rangeText(site.certainWeight, site.tiedWeight, weight)] : []),
      ]),
    ),
    `\nof ${String(ases)} ASes: ${String(certain)} certain, ${String(tied)} tie, ${unreached === 0 ? '0' : colors.red(String(unreached))} unreached`,
  ].join('\n');
}

/** The same before and after a change, and who moves. */
export function asChangeText(before: AsCatchments, after: AsCatchments, moves: AsMoves, hasWeights: boolean): string {
  const share = (catchments: AsCatchments, asn: number): string => {
    const site = catchments.sites.find((each) => each.asn === asn);
    if (site === undefined) return '-';
    return hasWeights
      ? rangeText(site.certainWeight, site.tiedWeight, catchments.weight)
      : rangeText(site.certainAses, site.tiedAses, catchments.ases);
  };
  const asns = [...new Set([...before.sites, ...after.sites].map(({ asn }) => asn))];
  return [
    columns(
      ['SITE', hasWeights ? 'WEIGHT BEFORE' : 'BEFORE', 'AFTER'],
      asns.map((asn) => [
        siteText(after.sites.find((site) => site.asn === asn) ?? { asn, prepend: 0 }),
        share(before, asn),
        share(after, asn),
      ]),
    ),
    `\n${movesText(moves, before, hasWeights)}`,
  ].join('\n');
}

/** What losing each site does. */
export function asLossesText(losses: readonly SiteLoss[], before: AsCatchments, hasWeights: boolean): string {
  const amount = (site: Pick<SiteShare, 'certainAses' | 'certainWeight'>): number =>
    hasWeights ? site.certainWeight : site.certainAses;
  return columns(
    ['LOST SITE', 'MOVE', 'UNREACHED', 'MOST TO'],
    losses.map(({ lost, moves, after }) => {
      const gains = after.sites.map((site) => {
        const was = before.sites.find(({ asn }) => asn === site.asn);
        return { asn: site.asn, gain: amount(site) - (was === undefined ? 0 : amount(was)) };
      });
      const [most] = gains.sort((a, b) => b.gain - a.gain);
      return [
        `AS${String(lost)}`,
        percentText(hasWeights ? moves.weight : moves.ases, hasWeights ? before.weight : before.ases),
        moves.unreached === 0 ? '-' : colors.red(String(moves.unreached)),
        most === undefined || most.gain <= 0
          ? '-'
          : `AS${String(most.asn)} +${percentText(most.gain, hasWeights ? before.weight : before.ases)}`,
      ];
    }),
  );
}

/** One line for each system: `asn,certainty,sites,learned_from,path_length`. */
export function asCatchmentsCsv(graph: AsGraph, { routes, sites }: AsCatchments): string {
  const lines = ['asn,certainty,sites,learned_from,path_length'];
  graph.asns.forEach((asn, index) => {
    const possible = sitesAt(routes, index).map((nth) => sites[nth]?.asn ?? 0);
    const certainty = possible.length === 0 ? 'unreached' : possible.length === 1 ? 'certain' : 'tie';
    const kind = routeKinds[routes.kinds[index] ?? 0] ?? 'none';
    lines.push(
      `${String(asn)},${certainty},${possible.join(' ')},${kind},${possible.length === 0 ? '' : String(routes.lengths[index] ?? 0)}`,
    );
  });
  return `${lines.join('\n')}\n`;
}

function movesText({ ases, weight, unreached }: AsMoves, before: AsCatchments, hasWeights: boolean): string {
  const byWeight = hasWeights ? `, ${percentText(weight, before.weight)} by weight` : '';
  const lost = unreached === 0 ? '' : colors.red(`; ${String(unreached)} have no route any more`);
  return `${String(ases)} of ${String(before.ases)} ASes move (${percentText(ases, before.ases)}${byWeight})${lost}`;
}

function siteText({ asn, prepend }: Pick<SiteShare, 'asn' | 'prepend'>): string {
  return `AS${String(asn)}${prepend === 0 ? '' : ` +${String(prepend)}`}`;
}

/** `12.3%`, or `12.3% to 15%` where ties decide. */
function rangeText(certain: number, tied: number, whole: number): string {
  const least = percentText(certain, whole);
  return tied === 0 ? least : `${least} to ${percentText(certain + tied, whole)}`;
}

function percentText(part: number, whole: number): string {
  return whole === 0 ? '0%' : `${String(Math.round((1000 * part) / whole) / 10)}%`;
}
