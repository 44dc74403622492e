import type { RouteKind } from '../../../src/internet/propagate.js';

/** A link: the first is the second's provider, or its peer. */
export interface NaiveLink {
  readonly first: number;
  readonly second: number;
  readonly isPeer: boolean;
}

export interface NaiveRoute {
  readonly kind: RouteKind;
  readonly length: number;
  readonly sites: readonly number[];
}

/**
 * The plain algorithm: everybody looks at what all neighbors announce, chooses the best, and announces it, again and
 * again until nothing changes.
 */
export function naiveRoutes(
  size: number,
  links: readonly NaiveLink[],
  sites: readonly { readonly index: number; readonly prepend: number }[],
): readonly (NaiveRoute | undefined)[] {
  const rank = { none: 9, own: 0, customer: 1, peer: 2, provider: 3 } as const;
  const own = new Map(
    sites.map(({ index, prepend }, nth): [number, NaiveRoute] => [
      index,
      { kind: 'own', length: prepend, sites: [nth] },
    ]),
  );
  let routes: readonly (NaiveRoute | undefined)[] = Array.from({ length: size }, (_, index) => own.get(index));
  for (let round = 0; round < 4 * size + 20; round++) {
    const next = routes.map((_, node) => {
      const mine = own.get(node);
      if (mine !== undefined) return mine;
      const offers = links.flatMap(({ first, second, isPeer }): readonly NaiveRoute[] => {
        if (first !== node && second !== node) return [];
        const neighbor = first === node ? second : first;
        const theirs = routes[neighbor];
        const kind: RouteKind = isPeer ? 'peer' : first === node ? 'customer' : 'provider';
        if (theirs === undefined) return [];
        // To providers and peers only what is one's own, or a customer's.
        if (kind !== 'provider' && theirs.kind !== 'own' && theirs.kind !== 'customer') return [];
        return [{ kind, length: theirs.length + 1, sites: theirs.sites }];
      });
      const [best] = [...offers].sort((a, b) => rank[a.kind] - rank[b.kind] || a.length - b.length);
      if (best === undefined) return undefined;
      const equal = offers.filter(({ kind, length }) => kind === best.kind && length === best.length);
      return { ...best, sites: [...new Set(equal.flatMap((offer) => offer.sites))].sort((a, b) => a - b) };
    });
    if (JSON.stringify(next) === JSON.stringify(routes)) return routes;
    routes = next;
  }
  throw new Error('it does not come to rest');
}
