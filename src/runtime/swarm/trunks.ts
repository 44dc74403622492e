import type { LabPlan } from '../../plan/model.js';

/** The links of a part that lead to other parts: the number of the other part by the link's place in the plan. */
export function trunksOf(
  { links }: Pick<LabPlan, 'links'>,
  partOf: ReadonlyMap<string, number>,
  own: number,
): Readonly<Record<number, number>> {
  return Object.fromEntries(
    links.flatMap(({ ends: [a, b] }, link): readonly (readonly [number, number])[] => {
      const [at, to] = [partOf.get(a.node) ?? -1, partOf.get(b.node) ?? -1];
      if (at === to || (at !== own && to !== own)) return [];
      return [[link, at === own ? to : at]];
    }),
  );
}
